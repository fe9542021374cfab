//! The verbs that do not compute: each is the typed array's own.

use crate::array::any::expr::element;
use crate::array::any::{AnyArray, AnyExpr, AnyLike, with_array};
use crate::array::{self, DistArray, Extents, Index, Placement, Roots};
use crate::axis::{Axes, Axis};
use crate::dtype::{DType, Element, with_dtype};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::program::Scalar;
use crate::shape::Shape;

/// One line for each: its name and its arguments.
macro_rules! verbs {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        impl AnyArray {
            #[doc = concat!("[`DistArray::", stringify!($name), "`](crate::DistArray::", stringify!($name), ").")]
            ///
            /// **Collective** or local, of the same cost and with the same errors.
            ///
            /// # Errors
            /// Those of the typed array.
            #[track_caller]
            pub fn $name(&self, $($argument: $type),*) -> Result<Self> {
                with_array!(self, x => Ok(x.$name($($argument),*)?.into()))
            }
        }
    )*};
}
verbs! {
    redistribute(layout: &Layout);
    resplit(placement: impl Into<Placement>);
    balance();
    replicate();
    slice(index: impl Into<Index>);
    take(indices: &[isize], axis: impl Into<Axis>);
    tile(count: usize, axis: impl Into<Axis>);
    repeat(count: usize, axis: impl Into<Axis>);
    reshape(shape: impl Into<Extents>);
    reshape_to(shape: impl Into<Extents>, placement: impl Into<Placement>);
    flatten();
    flip(axes: impl Into<Axes>);
    roll(shift: isize, axes: impl Into<Axes>);
    permute_dims(axes: &[isize]);
    transpose();
    swap_axes(one: impl Into<Axis>, other: impl Into<Axis>);
    move_axis(from: impl Into<Axis>, to: impl Into<Axis>);
    expand_dims(axis: impl Into<Axis>);
    squeeze(axes: impl Into<Axes>);
    broadcast_to(shape: impl Into<Shape>);
}

/// The same, where dtypes or scalars are involved.
impl AnyArray {
    /// [`DistArray::get`].
    ///
    /// **Collective**, as that.
    ///
    /// # Errors
    /// As there.
    #[track_caller]
    pub fn get(&self, index: &[isize]) -> Result<Scalar> {
        with_array!(self, x => Ok(x.get(index)?.into()))
    }

    /// [`DistArray::diff`].
    ///
    /// **Collective**, as that.
    ///
    /// # Errors
    /// As there; [`ErrorKind::DType`] for bools.
    #[track_caller]
    pub fn diff(&self, axis: impl Into<Axis>) -> Result<Self> {
        let refused = || Error::new(ErrorKind::DType, "differences of bool are not defined");
        with_array!(self, x => Ok(x.diff(axis)?.into()), _ => Err(refused()))
    }

    /// [`DistArray::pad`].
    ///
    /// **Local** or collective, as that.
    ///
    /// # Errors
    /// As there; [`ErrorKind::DType`] or [`ErrorKind::Argument`] when the array's dtype has no such value.
    #[track_caller]
    pub fn pad(&self, widths: &[(usize, usize)], value: impl Into<Scalar>) -> Result<Self> {
        let value = value.into();
        with_array!(self, x => Ok(x.pad(widths, element(value)?)?.into()))
    }

    /// [`DistArray::preview`].
    ///
    /// **Collective**, as that.
    ///
    /// # Errors
    /// As there.
    #[track_caller]
    pub fn preview(&self) -> Result<String> {
        with_array!(self, x => x.preview())
    }

    /// Compute `value`, broadcast to this shape, into this array's own memory, layout and dtype.
    ///
    /// **Collective**, as [`DistArray::assign`].
    ///
    /// # Errors
    /// As there; [`ErrorKind::DType`] when the value's dtype does not promote to this array's: cast it by name.
    #[track_caller]
    pub fn assign(&mut self, value: impl Into<AnyExpr>) -> Result<()> {
        let value = value.into();
        with_array!(self, x => x.assign(value.into_operand()?))
    }

    /// Write `value`, broadcast to the shape of these places, there.
    ///
    /// **Collective**, as [`DistArray::set`].
    ///
    /// # Errors
    /// As there; [`ErrorKind::DType`] when the value's dtype does not promote to this array's: cast it by name.
    #[track_caller]
    pub fn set(&mut self, index: impl Into<Index>, value: impl Into<AnyExpr>) -> Result<()> {
        let value = value.into();
        with_array!(self, x => x.set(index, value.into_operand()?))
    }
}

/// [`isotherm::concatenate`](crate::concatenate) of arrays in the dtype that they have together.
///
/// **Collective**, as that.
///
/// # Errors
/// As there.
#[track_caller]
pub fn concatenate(arrays: &[&AnyArray], axis: impl Into<Axis>) -> Result<AnyArray> {
    with_dtype!(common(arrays), T => {
        let arrays = typed::<T>(arrays)?;
        Ok(array::concatenate(&arrays.iter().collect::<Vec<_>>(), axis)?.into())
    })
}

/// [`isotherm::stack`](crate::stack) of arrays in the dtype that they have together.
///
/// **Collective**, as that.
///
/// # Errors
/// As there.
#[track_caller]
pub fn stack(arrays: &[&AnyArray], axis: impl Into<Axis>) -> Result<AnyArray> {
    with_dtype!(common(arrays), T => {
        let arrays = typed::<T>(arrays)?;
        Ok(array::stack(&arrays.iter().collect::<Vec<_>>(), axis)?.into())
    })
}

/// The dtype that these have together; of none, any.
fn common(arrays: &[&AnyArray]) -> DType {
    arrays.iter().map(|array| array.dtype()).reduce(DType::promote).unwrap_or(DType::F64)
}

/// These, cast where they need to be.
#[track_caller]
fn typed<T: Element>(arrays: &[&AnyArray]) -> Result<Vec<DistArray<T>>> {
    let mut typed = Vec::with_capacity(arrays.len());
    for array in arrays {
        typed.push(match array.typed::<T>() {
            Ok(same) => same.clone(),
            Err(_) => array.cast(T::DTYPE).eval()?.downcast()?,
        });
    }
    Ok(typed)
}
