//! One dense block as block reflectors and a triangle, and the reflectors applied.
//!
//! The reflectors of a panel of columns are I - V T⁻¹ Vᴴ: V is a unit lower trapezoid in the place of the columns, T
//! the upper triangle with the strict part of `VᴴV` and, on the diagonal, half the squared length of each vector.

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::householder::{
    apply_block_householder_on_the_left_in_place_scratch, apply_block_householder_on_the_left_in_place_with_conj,
    apply_block_householder_transpose_on_the_left_in_place_with_conj, make_householder_in_place,
};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::prelude::{Reborrow as _, ReborrowMut as _};
use faer::traits::ext::ComplexFieldExt as _;
use faer::{Accum, ColMut, Conj, MatMut, MatRef, Par};

use crate::dtype::Numeric as _;
use crate::linalg::Field;
use crate::math::Part;

/// Columns of a panel.
const PANEL: usize = 32;

/// The rows of the factors T of a matrix; they have as many columns as it has reflectors.
pub(super) fn factor_rows(columns: usize) -> usize {
    columns.min(PANEL)
}

/// The memory that the functions below work in.
pub(super) fn workspace<T: Field>(rows: usize, columns: usize) -> MemBuffer {
    MemBuffer::new(requirement::<T>(rows, columns))
}

fn requirement<T: Field>(rows: usize, columns: usize) -> StackReq {
    apply_block_householder_on_the_left_in_place_scratch::<T>(rows, factor_rows(columns), columns)
}

/// [`Kernels::factor`](crate::linalg::field::Kernels).
pub(in crate::linalg) fn factor<T: Field>(mut a: MatMut<'_, T>, mut factors: MatMut<'_, T>, stack: &mut MemStack) {
    for (first, width) in panels(a.nrows().min(a.ncols())) {
        let (mut panel, rest) = a.rb_mut().get_mut(first.., first..).split_at_col_mut(width);
        let mut t = factors.rb_mut().submatrix_mut(0, first, width, width);
        factor_panel(panel.rb_mut(), t.rb_mut(), stack);
        apply_adjoint(panel.rb(), t.rb(), rest, stack);
    }
}

/// [`Kernels::apply`](crate::linalg::field::Kernels).
pub(in crate::linalg) fn apply<T: Field>(
    vectors: MatRef<'_, T>,
    factors: MatRef<'_, T>,
    mut c: MatMut<'_, T>,
    upper: bool,
    stack: &mut MemStack,
) {
    for (first, width) in panels(vectors.nrows().min(vectors.ncols())).rev() {
        let v = vectors.get(first.., first..first + width);
        let t = factors.submatrix(0, first, width, width);
        let reached = c.rb_mut().get_mut(first.., if upper { first } else { 0 }..);
        apply_block_householder_on_the_left_in_place_with_conj(v, t, Conj::No, reached, Par::Seq, stack);
    }
}

/// The first column and the width of each panel of `columns`.
fn panels(columns: usize) -> impl DoubleEndedIterator<Item = (usize, usize)> {
    (0..columns.div_ceil(PANEL)).map(move |panel| (panel * PANEL, PANEL.min(columns - panel * PANEL)))
}

/// [`factor`] of a panel with one block reflector, by halves: all but single columns is matrix products.
fn factor_panel<T: Field>(a: MatMut<'_, T>, mut t: MatMut<'_, T>, stack: &mut MemStack) {
    let columns = a.ncols();
    if columns == 1 {
        t[(0, 0)] = reflect(a.col_mut(0));
        return;
    }
    let half = columns / 2;
    let (mut left, mut right) = a.split_at_col_mut(half);
    let (mut t_left, mut t_across, _, t_right) = t.split_at_mut(half, half);
    factor_panel(left.rb_mut(), t_left.rb_mut(), stack);
    apply_adjoint(left.rb(), t_left.rb(), right.rb_mut(), stack);
    let mut right = right.get_mut(half.., ..);
    factor_panel(right.rb_mut(), t_right, stack);
    let (left_top, left_rest) = left.rb().get(half.., ..).split_at_row(columns - half);
    let (right_top, right_rest) = right.rb().split_at_row(columns - half);
    triangular::matmul(
        t_across.rb_mut(),
        BlockStructure::Rectangular,
        Accum::Replace,
        left_top.adjoint(),
        BlockStructure::Rectangular,
        right_top,
        BlockStructure::UnitTriangularLower,
        T::ONE,
        Par::Seq,
    );
    matmul(t_across, Accum::Add, left_rest.adjoint(), right_rest, T::ONE, Par::Seq);
}

/// The reflector that takes the column to a multiple of the first unit vector; what stands for it in T.
///
/// Near the least normal number the squares in faer's norm underflow (0.24.4), and the reflector would not be
/// orthogonal; so a tiny column is brought near 1 first, by a power of two, which changes no digit.
fn reflect<T: Field>(mut column: ColMut<'_, T>) -> T {
    let (least, epsilon) = (T::Part::MIN_POSITIVE, <T::Part as Part>::EPSILON);
    let size = column.norm_max();
    let tiny = size > T::Part::ZERO && size < least / epsilon / epsilon;
    let scale = |column: ColMut<'_, T>, factor: T::Part| column.iter_mut().for_each(|x| *x = x.mul_real(factor));
    if tiny {
        scale(column.rb_mut(), epsilon / least);
    }
    let (mut head, mut tail) = column.split_at_row_mut(1);
    let tau = make_householder_in_place(&mut head[0], tail.rb_mut()).tau;
    if tiny {
        scale(head, least / epsilon);
    }
    if !tau.is_finite() {
        // Nothing to reflect.
        tail.fill(T::ZERO);
    }
    T::from_real_impl(&tau)
}

/// (I - V T⁻¹ Vᴴ)ᴴ C in the place of `c`.
fn apply_adjoint<T: Field>(v: MatRef<'_, T>, t: MatRef<'_, T>, c: MatMut<'_, T>, stack: &mut MemStack) {
    if c.ncols() > 0 {
        apply_block_householder_transpose_on_the_left_in_place_with_conj(v, t, Conj::Yes, c, Par::Seq, stack);
    }
}
