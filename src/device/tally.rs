//! What a pass over rows and their nearest centres adds up.

use crate::dtype::Float;
use crate::error::LocalError;
use crate::exact::{Accumulator, Averageable, Summable};
use crate::layout::Progression;
use crate::math::Part;
use crate::random::Seed;

/// What coordinates can be: `f32` and `f64`.
pub trait Coordinate: Float + Part + Averageable + Summable<State = Accumulator> {}
impl<T: Float + Part + Averageable + Summable<State = Accumulator>> Coordinate for T {}

/// What to find out in a pass.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// The sum of the squared distances.
    pub(crate) inertia: bool,
    /// No squared distance can overflow: where that is known, distances may be estimated first.
    pub(crate) screened: bool,
}

/// What a race between rows is drawn from: row i arrives at the time -ln(uᵢ) / dᵢ, where dᵢ is its squared distance from the nearest centre.
#[derive(Clone, Copy)]
pub(crate) struct Race {
    /// uᵢ is the [`OpenUniform`](crate::random::OpenUniform) number of this seed at the row's place in the whole array.
    pub(crate) seed: Seed,
    /// The places of the rows here.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(crate) indices: Progression,
}

/// Sums over rows, by cluster. Exact, so that neither the order of rows nor their ranks can show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Rows whose label is another than before.
    pub(crate) moved: u64,
    /// The sum of the squared distances.
    pub(crate) inertia: Accumulator,
    /// The rows of each cluster.
    pub(crate) sizes: Vec<u64>,
    /// Their sums, column by column.
    pub(crate) sums: Vec<Accumulator>,
}

impl Tally {
    pub(crate) fn new(clusters: usize, columns: usize) -> Self {
        Self { sizes: vec![0; clusters], sums: vec![Accumulator::default(); clusters * columns], ..Self::default() }
    }

    /// The clusters without a row.
    pub(crate) fn vacant(&self) -> Vec<usize> {
        (0..self.sizes.len()).filter(|&cluster| self.sizes[cluster] == 0).collect()
    }

    /// The means of the clusters, none of which is vacant. A zero is positive: sums from which rows were taken out do not
    /// tell of what sign their zeros were.
    pub(crate) fn means<T: Coordinate>(&self) -> Vec<T> {
        let columns = self.sums.len() / self.sizes.len();
        self.sums.iter().enumerate().map(|(place, sum)| T::mean(sum, self.sizes[place / columns]) + T::ZERO).collect()
    }

    /// Take the row out of a cluster.
    pub(crate) fn remove(&mut self, cluster: usize, row: &[f64]) {
        self.sizes[cluster] -= 1;
        for (sum, &value) in self.sums[cluster * row.len()..].iter_mut().zip(row) {
            sum.add(-value);
        }
    }

    /// Put the row into a cluster.
    pub(crate) fn insert(&mut self, cluster: usize, row: &[f64]) {
        self.sizes[cluster] += 1;
        for (sum, &value) in self.sums[cluster * row.len()..].iter_mut().zip(row) {
            sum.add(value);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.moved += other.moved;
        self.inertia.merge(&other.inertia);
        self.sizes.iter_mut().zip(&other.sizes).for_each(|(mine, theirs)| *mine += theirs);
        self.sums.iter_mut().zip(&other.sums).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let columns = self.sums.len() / self.sizes.len();
        let mut bytes = self.moved.to_le_bytes().to_vec();
        self.inertia.write(&mut bytes);
        for (size, sums) in self.sizes.iter().zip(self.sums.chunks(columns)) {
            bytes.extend(size.to_le_bytes());
            if *size > 0 {
                for sum in sums {
                    sum.write(&mut bytes);
                }
            }
        }
        bytes
    }

    pub(crate) fn read(mut bytes: &[u8], clusters: usize, columns: usize) -> std::result::Result<Self, LocalError> {
        let mut tally = Self::new(clusters, columns);
        tally.moved = read_count(&mut bytes)?;
        tally.inertia = Accumulator::read(&mut bytes)?;
        for (size, sums) in tally.sizes.iter_mut().zip(tally.sums.chunks_mut(columns)) {
            *size = read_count(&mut bytes)?;
            if *size > 0 {
                sums.iter_mut().try_for_each(|sum| Accumulator::read(&mut bytes).map(|read| *sum = read))?;
            }
        }
        Ok(tally)
    }
}

fn read_count(bytes: &mut &[u8]) -> std::result::Result<u64, LocalError> {
    let (count, rest) = bytes.split_first_chunk().ok_or_else(|| LocalError::new("a count takes 8 bytes"))?;
    *bytes = rest;
    Ok(u64::from_le_bytes(*count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_survives_the_way_through_bytes() {
        let mut tally = Tally::new(3, 2);
        tally.insert(0, &[1.5, -2.0]);
        tally.insert(0, &[0.25, 1e-300]);
        tally.insert(2, &[1e300, -0.0]);
        tally.inertia.add(3.5);
        tally.moved = 2;
        let read = Tally::read(&tally.to_bytes(), 3, 2).unwrap();
        assert_eq!((read.moved, read.sizes.as_slice(), read.vacant()), (2, [2, 0, 1].as_slice(), vec![1]));
        assert_eq!(read.to_bytes(), tally.to_bytes());
        tally.remove(0, &[1.5, -2.0]);
        assert_eq!(tally.means::<f64>()[..2], [0.25, 1e-300]);
    }
}
