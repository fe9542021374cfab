//! Small matrices as messages.

use faer::{MatMut, MatRef};

use crate::linalg::Field;
use crate::memory::{Block, Pool};

/// Which elements of a matrix are stored, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::linalg) enum Form {
    /// Those on the diagonal and to the right of it; the others are zero.
    Upper,
    /// All.
    Full,
}

impl Form {
    /// The stored elements of a matrix that has at most as many rows as columns.
    pub(in crate::linalg) fn len(self, rows: usize, columns: usize) -> usize {
        match self {
            Self::Upper => rows * columns - rows * rows.saturating_sub(1) / 2,
            Self::Full => rows * columns,
        }
    }

    /// The first stored column of a row.
    fn start(self, row: usize) -> usize {
        match self {
            Self::Upper => row,
            Self::Full => 0,
        }
    }

    pub(in crate::linalg) fn pack<T: Field>(self, pool: &Pool, matrix: MatRef<'_, T>) -> Block<T> {
        let mut values = pool.take(self.len(matrix.nrows(), matrix.ncols()));
        let places = (0..matrix.nrows()).flat_map(|i| (self.start(i)..matrix.ncols()).map(move |j| (i, j)));
        values.iter_mut().zip(places).for_each(|(value, place)| *value = matrix[place]);
        values
    }

    /// The inverse of [`Form::pack`]; what is not stored becomes zero.
    pub(in crate::linalg) fn unpack<T: Field>(self, values: &[T], mut matrix: MatMut<'_, T>) {
        let mut values = values.iter();
        for i in 0..matrix.nrows() {
            let start = self.start(i);
            (0..start).for_each(|j| matrix[(i, j)] = T::ZERO);
            (start..matrix.ncols()).zip(&mut values).for_each(|(j, &value)| matrix[(i, j)] = value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_survives_the_way_through_its_stored_elements() {
        let pool = Pool::new();
        for (rows, columns) in [(0, 0), (0, 3), (1, 1), (2, 5), (4, 4)] {
            for form in [Form::Upper, Form::Full] {
                let stored = |i: usize, j: usize| form == Form::Full || i <= j;
                let value = |i: usize, j: usize| if stored(i, j) { (1 + i * columns + j) as f64 } else { 0.0 };
                let matrix = faer::Mat::from_fn(rows, columns, value);
                let values = form.pack(&pool, matrix.as_ref());
                assert_eq!(values.len(), form.len(rows, columns));
                let mut back = faer::Mat::from_fn(rows, columns, |_, _| f64::NAN);
                form.unpack(&values, back.as_mut());
                assert_eq!(back, matrix, "{form:?}");
            }
        }
    }
}
