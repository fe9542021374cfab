//! How far centres have moved since rows were compared with them.

use crate::device::tally::Coordinate;
use crate::math::cast;

/// What all moves so far can have changed between the distances of a row from two centres, in the scaled units of the screens.
pub(super) struct Drift<T> {
    scale: f64,
    centers: Vec<T>,
    sum: f64,
}

impl<T: Coordinate> Drift<T> {
    pub(super) fn new() -> Self {
        Self { scale: 0.0, centers: Vec::new(), sum: 0.0 }
    }

    /// Follow the centres to where they are now: the drift, rounded up. Nothing where leads of earlier passes say nothing any more: they
    /// had another unit, or there were none.
    pub(super) fn follow(&mut self, centers: &[T], columns: usize, scale: Option<f64>) -> Option<f32> {
        let same_unit = scale == Some(self.scale);
        let moves = self.centers.chunks(columns).zip(centers.chunks(columns));
        let most = moves.map(|(old, new)| length(old, new, self.scale)).fold([0.0; 2], |[first, second], length| {
            if length > first { [length, first] } else { [first, second.max(length)] }
        });
        let sum = if same_unit { self.sum + (most[0] + most[1]) } else { f64::NAN };
        let known = sum.is_finite();
        self.sum = if known { sum } else { 0.0 };
        self.scale = scale.unwrap_or(0.0);
        self.centers.clear();
        self.centers.extend_from_slice(centers);
        known.then(|| self.so_far())
    }

    /// The drift, rounded up.
    pub(super) fn so_far(&self) -> f32 {
        ((self.sum * (1.0 + 1e-6)) as f32).next_up()
    }
}

fn length<T: Coordinate>(old: &[T], new: &[T], scale: f64) -> f64 {
    let difference = |(&old, &new): (&T, &T)| (cast::<T, f64>(new) - cast::<T, f64>(old)) * scale;
    old.iter().zip(new).map(difference).map(|difference| difference * difference).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_longest_moves_count() {
        let mut drift = Drift::new();
        assert_eq!(drift.follow(&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0], 2, Some(0.5)), None);
        let close = |drift: Option<f32>, expected: f32| {
            let drift = drift.expect("a drift");
            assert!(drift > expected && drift < expected + 1e-5, "{drift} for {expected}");
        };
        close(drift.follow(&[3.0, 4.0, 1.0, 1.0, 2.0, 3.0], 2, Some(0.5)), 2.5 + 0.5);
        close(drift.follow(&[3.0, 4.0, 1.0, 3.0, 2.0, 3.0], 2, Some(0.5)), 4.0);
        assert_eq!(drift.follow(&[3.0, 4.0, 1.0, 1.0, 2.0, 3.0], 2, None), None);
        assert_eq!(drift.follow(&[3.0, 4.0, 1.0, 1.0, 2.0, 3.0], 2, Some(1.0)), None);
        close(drift.follow(&[3.0, 4.0, 1.0, 1.0, 2.0, 3.0], 2, Some(1.0)), 0.0);
    }
}
