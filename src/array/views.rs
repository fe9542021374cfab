//! This rank's block as other crates see memory: no copy either way.

use crate::array::DistArray;
use crate::dtype::Element;

#[cfg(feature = "ndarray")]
impl<T: Element> DistArray<T> {
    /// This rank's block as an `ndarray` view.
    ///
    /// **Local.** No copy. Needs the feature `ndarray`.
    ///
    /// # Panics
    /// Never: a block is a row-major array of its shape.
    ///
    /// ```
    /// # use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.from_fn((4, 3), 0, |index| index[1] as f64)?;
    ///     let own = x.view();
    ///     assert_eq!(own.shape(), [2, 3]);
    ///     assert_eq!(own.sum(), 6.0);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    pub fn view(&self) -> ndarray::ArrayViewD<'_, T> {
        let shape: Vec<usize> = self.local_shape().to_vec();
        ndarray::ArrayViewD::from_shape(shape, self.local()).expect("a block has the elements of its shape")
    }

    /// This rank's block as an `ndarray` view that can be written. Copies the block first if another array or expression
    /// shares it.
    ///
    /// **Local.** Needs the feature `ndarray`.
    ///
    /// # Panics
    /// Never: a block is a row-major array of its shape.
    pub fn view_mut(&mut self) -> ndarray::ArrayViewMutD<'_, T> {
        let shape: Vec<usize> = self.local_shape().to_vec();
        ndarray::ArrayViewMutD::from_shape(shape, self.local_mut()).expect("a block has the elements of its shape")
    }
}

impl<T: Element> DistArray<T> {
    /// This rank's block of a matrix as a `faer` view, or nothing when the array does not have two axes.
    ///
    /// **Local.** No copy.
    ///
    /// ```
    /// # use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.from_fn((4, 3), 0, |index| index[1] as f64)?;
    ///     let own = x.as_faer().expect("a matrix");
    ///     assert_eq!((own.nrows(), own.ncols(), own[(1, 2)]), (2, 3, 2.0));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    pub fn as_faer(&self) -> Option<faer::MatRef<'_, T>> {
        match **self.local_shape() {
            [rows, columns] => Some(faer::MatRef::from_row_major_slice(self.local(), rows, columns)),
            _ => None,
        }
    }

    /// This rank's block of a matrix as a `faer` view that can be written, or nothing when the array does not have two
    /// axes. Copies the block first if another array or expression shares it.
    ///
    /// **Local.**
    pub fn as_faer_mut(&mut self) -> Option<faer::MatMut<'_, T>> {
        match **self.local_shape() {
            [rows, columns] => Some(faer::MatMut::from_row_major_slice_mut(self.local_mut(), rows, columns)),
            _ => None,
        }
    }
}
