//! The oracle: all elements on one rank, sorted.

use isotherm::prelude::*;
use isotherm::random::{Seed, bits as random_bits};
use isotherm::stats::{Column, Ordinal};

/// Levels that hit elements, lie between them, and both ends.
pub(crate) const LEVELS: [f64; 8] = [0.5, 0.0, 1.0, 0.25, 0.75, 1.0 / 3.0, 0.999, 0.017];

/// Elements of the group along `axis` (or of all) that the element at `position` belongs to, by the number of the group.
pub(crate) fn groups<T: Copy>(values: &[T], shape: &Shape, axis: Option<usize>) -> Vec<Vec<T>> {
    let kept = axis.map_or(Shape::from(()), |axis| shape.without(axis));
    let mut groups = vec![Vec::new(); kept.size()];
    for (position, &value) in values.iter().enumerate() {
        let mut index = shape.unravel(position).to_vec();
        let group = axis.map_or(0, |axis| {
            index.remove(axis);
            kept.ravel(&index)
        });
        groups[group].push(value);
    }
    groups
}

/// The quantile of some elements by sorting them: the -0 first of zeros, NaNs counted only if they are not to be ignored.
pub(crate) fn quantile<T: Ordinal>(elements: &[T], level: f64, ignore_nan: bool) -> f64 {
    #[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
    let mut sorted: Vec<T> = elements.iter().copied().filter(|x| x == x).collect();
    if sorted.is_empty() || (sorted.len() < elements.len() && !ignore_nan) {
        return f64::NAN;
    }
    let negative_zero = |x: &T| bytemuck::bytes_of(x).last().is_some_and(|byte| byte & 0x80 != 0);
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap().then(negative_zero(b).cmp(&negative_zero(a))));
    let place = level * (sorted.len() - 1) as f64;
    let before = place.floor() as usize;
    let after = (before + 1).min(sorted.len() - 1);
    sorted[before].toward(sorted[after], place - before as f64)
}

/// A column by sorting, with its moments in two plain passes.
pub(crate) fn column<T: Ordinal>(elements: &[T]) -> Column {
    #[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
    let count = elements.iter().filter(|&x| x == x).count();
    let values: Vec<f64> = elements.iter().map(|&x| isotherm::math::cast(x)).filter(|x: &f64| !x.is_nan()).collect();
    let n = count as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let level = |level| quantile(elements, level, true);
    Column {
        count: count as u64,
        nan: (elements.len() - count) as u64,
        mean,
        std: if count > 1 { (squares / (n - 1.0)).sqrt() } else { f64::NAN },
        min: level(0.0),
        q25: level(0.25),
        median: level(0.5),
        q75: level(0.75),
        max: level(1.0),
    }
}

/// The nine numbers as bits, every NaN the same.
pub(crate) fn bits(column: &Column) -> [u64; 9] {
    let Column { count, nan, mean, std, min, q25, median, q75, max } = *column;
    let bits = |x: f64| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() };
    [count, nan, bits(mean), bits(std), bits(min), bits(q25), bits(median), bits(q75), bits(max)]
}

/// Bits that look random: the `i`-th 64 of a stream.
pub(crate) fn draw(stream: u64, i: usize) -> u64 {
    let [a, b, ..] = random_bits(Seed::new(stream), i as u64);
    u64::from(a) << 32 | u64::from(b)
}
