//! Sorting, numbered rows and running sums of what the host gives: the kernels of this folder, one at a time.

use bytemuck::cast_slice;

use crate::device::gpu::order::Scan;
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::{Element, Numeric, Real};
use crate::memory::Pool;
use crate::program::Fold;
use crate::shape::Shape;

impl Gpu {
    /// These elements in ascending order: -0 before 0, NaN last.
    ///
    /// **Local.** They go to the device and back; it takes three times their memory there. Class: Exact.
    ///
    /// # Panics
    /// When the device does not compute with elements of this dtype, or there are 2^32 elements or more.
    ///
    /// # Examples
    /// ```no_run
    /// use isotherm::Gpu;
    /// let gpu = Gpu::open(0).unwrap();
    /// assert_eq!(gpu.sort(&[3, 1, 2]), [1, 2, 3]);
    /// assert_eq!(gpu.argsort(&[3, 1, 2]), [1, 2, 0]);
    /// ```
    pub fn sort<T: Real>(&self, elements: &[T]) -> Vec<T> {
        self.down(&self.sorted(&self.up(elements), T::DTYPE))
    }

    /// The places of these elements in ascending order, those of equal ones in their order: NumPy's stable `argsort`.
    ///
    /// **Local.** They go to the device, where it takes three times their memory and 8 bytes for each; 4 bytes for each come back. Class: Exact.
    ///
    /// # Panics
    /// As [`Gpu::sort`].
    pub fn argsort<T: Real>(&self, elements: &[T]) -> Vec<u32> {
        let (_, places) = self.sorted_with_places(&self.up(elements), T::DTYPE);
        let mut numbers = vec![0; places.len()];
        self.download(&places, bytemuck::cast_slice_mut(&mut numbers));
        numbers
    }

    /// The rows that have these numbers, of an array with so many columns.
    ///
    /// **Local.** All go to the device, the rows come back. Class: Exact.
    ///
    /// # Panics
    /// When there is no such row, or no column.
    pub fn take_rows<T: Element>(&self, elements: &[T], columns: usize, rows: &[u32]) -> Vec<T> {
        let many = elements.len() / columns;
        assert!(rows.iter().all(|&row| (row as usize) < many), "numbers of {many} rows");
        let numbers = self.upload(cast_slice(rows), 4);
        self.down(&self.gathered(&self.up(elements), columns, &numbers))
    }

    /// An array with so many columns in which the rows of these numbers are those of `from`, in their order.
    ///
    /// **Local.** All go to the device, the array comes back. Class: Exact.
    ///
    /// # Panics
    /// When there is no such row, or no column; when `from` has not as many rows as there are numbers.
    pub fn put_rows<T: Element>(&self, elements: &[T], columns: usize, rows: &[u32], from: &[T]) -> Vec<T> {
        let many = elements.len() / columns;
        assert!(rows.iter().all(|&row| (row as usize) < many), "numbers of {many} rows");
        assert_eq!(from.len(), rows.len() * columns, "a row for each number");
        let (destination, numbers) = (self.up(elements), self.upload(cast_slice(rows), 4));
        self.scatter(&self.up(from), columns, &numbers, &destination);
        self.down(&destination)
    }

    /// The running sums of these elements, of the dtype that their sum has.
    ///
    /// **Local.** They go to the device, their sums come back. Class: Exact of integers, which wrap; of n floats Bounded: n 2^-53 of the sum of the
    /// magnitudes, and a rounding, or n 2^-24 of it for `f32` on a device without `f64`.
    ///
    /// # Panics
    /// When the device does not compute with this dtype.
    pub fn cumulative_sum<T: Numeric>(&self, elements: &[T]) -> Vec<T::Sum> {
        let scan = Scan { fold: Fold::Sum, from: T::DTYPE, into: T::Sum::DTYPE, exclusive: false };
        assert!(self.scans(scan), "no running sums of {}", T::DTYPE);
        self.down(&self.scan(&self.up(elements), &Shape::from([elements.len()]), 0, scan))
    }

    fn up<T: Element>(&self, elements: &[T]) -> Memory {
        assert!(self.supports(T::DTYPE), "the device does not compute with {}", T::DTYPE);
        self.upload(cast_slice(elements), size_of::<T>())
    }

    fn down<T: Element>(&self, memory: &Memory) -> Vec<T> {
        self.block::<T>(memory, &Pool::new()).to_vec()
    }
}
