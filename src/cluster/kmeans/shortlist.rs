//! The few rows with the smallest keys: how a start and the rows for empty clusters are chosen.

use super::Coordinate;
use super::rows::Rows;
use crate::context::Context;
use crate::error::Result;
use crate::math::cast;

/// A row that may become a centre.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) key: f64,
    /// Its number in the array.
    pub(super) index: u64,
    pub(super) row: Vec<f64>,
}

impl Candidate {
    fn order(&self) -> (f64, u64) {
        (self.key, self.index)
    }
}

/// A row here that may be among the smallest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) key: f64,
    pub(super) position: usize,
}

/// The rows here with the `count` smallest keys; `keys` are those of all rows here.
pub(super) fn smallest<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, keys: &[f64], count: usize) -> Vec<Place> {
    let shares = keys.chunks(rows.share).enumerate().collect();
    let found = cx.cpu().each(shares, |(share, keys): (usize, &[f64])| {
        let place = |position: usize| Place { key: keys[position], position: share * rows.share + position };
        smallest_of(keys, count).into_iter().map(place).collect::<Vec<_>>()
    });
    found.into_iter().flatten().collect()
}

/// The `count` rows with the smallest keys, fewer if there are fewer rows, in ascending order; of equal keys the row
/// that comes first in the array. `own` are rows here, all that may be among them in any order; no key is NaN.
///
/// **Collective.** One all-reduce of at most `count` rows.
#[track_caller]
pub(super) fn shortlist<T: Coordinate>(
    cx: &Context,
    rows: &Rows<'_, T>,
    mut own: Vec<Place>,
    count: usize,
) -> Result<Vec<Candidate>> {
    let order = |place: &Place| (place.key, place.position);
    own.sort_by(|a, b| order(a).partial_cmp(&order(b)).expect("no key is NaN"));
    own.truncate(if rows.counted { count } else { 0 });
    let found = rows.here.at(&own.iter().map(|place| place.position).collect::<Vec<_>>());
    let candidate = |(place, row): (&Place, &[T])| Candidate {
        key: place.key,
        index: rows.indices.nth(place.position) as u64,
        row: row.iter().map(|&value| cast(value)).collect(),
    };
    let own: Vec<Candidate> = own.iter().zip(found.chunks(rows.columns)).map(candidate).collect();
    let merged = cx.comm().all_reduce_bytes(to_bytes(&own), |left, right| {
        let mut both = from_bytes(&left, rows.columns);
        both.extend(from_bytes(right, rows.columns));
        both.sort_by(|a, b| a.order().partial_cmp(&b.order()).expect("no key is NaN"));
        both.truncate(count);
        to_bytes(&both)
    })?;
    Ok(from_bytes(&merged, rows.columns))
}

/// The positions of the `count` smallest keys in ascending order; positions ascend as row numbers do.
fn smallest_of(keys: &[f64], count: usize) -> Vec<usize> {
    let mut best: Vec<usize> = Vec::with_capacity(count.min(keys.len()));
    for (position, &key) in keys.iter().enumerate() {
        if best.len() == count {
            match best.last() {
                Some(&worst) if key < keys[worst] => best.pop(),
                _ => continue,
            };
        }
        best.insert(best.partition_point(|&other| keys[other] <= key), position);
    }
    best
}

/// Each candidate as words of 64 bits: its key, its number, its row.
fn to_bytes(candidates: &[Candidate]) -> Vec<u8> {
    let words = candidates.iter().flat_map(|candidate| {
        let row = candidate.row.iter().map(|value| value.to_bits());
        [candidate.key.to_bits(), candidate.index].into_iter().chain(row)
    });
    words.flat_map(u64::to_le_bytes).collect()
}

fn from_bytes(bytes: &[u8], columns: usize) -> Vec<Candidate> {
    let (words, _) = bytes.as_chunks();
    let words: Vec<u64> = words.iter().map(|&word| u64::from_le_bytes(word)).collect();
    let candidate = |words: &[u64]| Candidate {
        key: f64::from_bits(words[0]),
        index: words[1],
        row: words[2..].iter().map(|&word| f64::from_bits(word)).collect(),
    };
    words.chunks_exact(2 + columns).map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_keys_are_in_order_and_the_first_of_equals_wins() {
        assert_eq!(smallest_of(&[3.0, 1.0, 2.0, 1.0, -0.0, 0.0], 4), [4, 5, 1, 3]);
        assert_eq!(smallest_of(&[2.0, 1.0], 5), [1, 0]);
        assert!(smallest_of(&[1.0], 0).is_empty() && smallest_of(&[], 3).is_empty());
    }

    #[test]
    fn candidates_survive_the_way_through_bytes() {
        let candidates = [
            Candidate { key: -0.5, index: 7, row: vec![1.0, -0.0] },
            Candidate { key: 2.0, index: 0, row: vec![3.0, 4.0] },
        ];
        assert_eq!(from_bytes(&to_bytes(&candidates), 2), candidates);
        assert!(from_bytes(&[], 2).is_empty());
    }
}
