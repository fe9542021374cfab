//! What the matrices hold.

use faer::traits::{ComplexField, RealField};

use crate::dtype::Floating;
use crate::math;

/// The elements of matrices that are factored: `f32`, `f64` and their complex numbers.
pub trait Field: Floating<Part: math::Part + RealField> + ComplexField<Real = <Self as Floating>::Part> {}

impl<T: Floating<Part: math::Part + RealField> + ComplexField<Real = <T as Floating>::Part>> Field for T {}
