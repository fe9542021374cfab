//! Iteration spaces in pieces in which every array is read and written within one of its segments.

use smallvec::SmallVec;

use crate::device::space::View;

/// A part of an iteration space.
pub(in crate::device::gpu) struct Piece {
    pub(in crate::device::gpu) extents: SmallVec<[usize; 4]>,
    /// The index along each dimension at which it begins in the whole.
    pub(in crate::device::gpu) start: SmallVec<[usize; 4]>,
    /// For each view its segment, and itself from that segment's first element on.
    pub(in crate::device::gpu) views: Vec<(usize, View)>,
}

/// The most elements of a piece: kernels count them by 32 bits.
const MOST: usize = 1 << 30;

/// Visit the pieces of the space of `extents`, seen through `views` into arrays of segments of `segment` elements, in row-major order of their
/// beginnings.
pub(in crate::device::gpu) fn each(extents: &[usize], views: &[View], segment: usize, visit: &mut impl FnMut(Piece)) {
    at_most(MOST, extents, views, segment, visit);
}

/// The segment in which `view` sees all elements of a space, and where it begins there; nothing where the space may have to be cut.
pub(super) fn place(extents: &[usize], view: &View, segment: usize) -> Option<(usize, usize)> {
    let size = extents.iter().fold(1, |size: usize, &extent| size.saturating_mul(extent));
    if size == 0 || size > segment.min(MOST) {
        return None; // then what counts the elements leaves a segment
    }
    let (low, high) = reach(extents, &[], view);
    let number = low as usize / segment;
    (high as usize / segment == number).then(|| (number, view.offset as usize - number * segment))
}

/// As [`each`], in pieces of at most so many elements.
pub(in crate::device::gpu) fn at_most(
    most: usize,
    extents: &[usize],
    views: &[View],
    segment: usize,
    visit: &mut impl FnMut(Piece),
) {
    if !extents.contains(&0) {
        let start = extents.iter().map(|_| 0).collect();
        cut(most, extents.into(), start, views, segment, visit);
    }
}

fn cut(
    most: usize,
    extents: SmallVec<[usize; 4]>,
    start: SmallVec<[usize; 4]>,
    views: &[View],
    segment: usize,
    visit: &mut impl FnMut(Piece),
) {
    let Some((dimension, first)) = border(most, &extents, &start, views, segment) else {
        let local = views.iter().map(|view| {
            let (low, _) = reach(&extents, &start, view);
            let number = low as usize / segment;
            let offset = origin(&start, view) - (number * segment) as isize;
            (number, View { offset, strides: view.strides.clone() })
        });
        return visit(Piece { views: local.collect(), extents, start });
    };
    let (mut front, mut back, mut middle) = (extents.clone(), extents, start.clone());
    front[dimension] = first;
    back[dimension] -= first;
    middle[dimension] += first;
    cut(most, front, start, views, segment, visit);
    cut(most, back, middle, views, segment, visit);
}

/// Where to cut a box that is no piece: along which dimension, and after how many indices.
fn border(most: usize, extents: &[usize], start: &[usize], views: &[View], segment: usize) -> Option<(usize, usize)> {
    for view in views {
        let (low, high) = reach(extents, start, view);
        if low / segment as isize == high / segment as isize {
            continue;
        }
        let far = |dimension: &usize| view.strides[*dimension].unsigned_abs() * (extents[*dimension] - 1);
        let dimension = (0..extents.len()).filter(|&dimension| extents[dimension] > 1).max_by_key(far);
        let dimension = dimension.expect("one element lies in one segment");
        let stride = view.strides[dimension];
        // What the other dimensions add to where an index of this one begins.
        let others = high - low - far(&dimension) as isize;
        let room = if stride > 0 {
            (low / segment as isize + 1) * segment as isize - 1 - low - others
        } else {
            high - others - high / segment as isize * segment as isize
        };
        let first = if room < 0 { 1 } else { room as usize / stride.unsigned_abs() + 1 };
        return Some((dimension, first.clamp(1, extents[dimension] - 1)));
    }
    let too_many = extents.iter().fold(1, |size: usize, &extent| size.saturating_mul(extent)) > most;
    let longest = || (0..extents.len()).max_by_key(|&dimension| extents[dimension]);
    longest().filter(|_| too_many).map(|dimension| (dimension, extents[dimension] / 2))
}

fn origin(start: &[usize], view: &View) -> isize {
    view.offset + start.iter().zip(&view.strides).map(|(&index, &stride)| index as isize * stride).sum::<isize>()
}

/// The least and the greatest position that a view has in a box.
fn reach(extents: &[usize], start: &[usize], view: &View) -> (isize, isize) {
    let steps = extents.iter().zip(&view.strides).map(|(&extent, &stride)| (extent as isize - 1) * stride);
    let origin = origin(start, view);
    steps.fold((origin, origin), |(low, high), step| (low + step.min(0), high + step.max(0)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use smallvec::smallvec;

    use super::*;

    fn view(offset: isize, strides: &[isize]) -> View {
        View { offset, strides: strides.into() }
    }

    /// Every element of the space is in one piece, and every view finds there what it finds in the whole.
    fn check(extents: &[usize], views: &[View], segment: usize, most: usize) {
        let mut seen = HashSet::new();
        let mut pieces = 0;
        each(extents, views, segment, &mut |piece| {
            pieces += 1;
            for number in 0..piece.extents.iter().product() {
                let (mut rest, mut index): (usize, SmallVec<[usize; 4]>) = (number, smallvec![0; extents.len()]);
                for dimension in (0..extents.len()).rev() {
                    index[dimension] = rest % piece.extents[dimension];
                    rest /= piece.extents[dimension];
                }
                let global: Vec<usize> = index.iter().zip(&piece.start).map(|(i, start)| i + start).collect();
                for (whole, (its, local)) in views.iter().zip(&piece.views) {
                    let place = origin(&index, local);
                    assert!((0..segment as isize).contains(&place), "{place} of {segment}");
                    assert_eq!(place + (its * segment) as isize, origin(&global, whole));
                }
                assert!(seen.insert(global));
            }
        });
        assert_eq!(seen.len(), extents.iter().product::<usize>());
        assert!(pieces <= most, "{pieces} pieces");
    }

    #[test]
    fn pieces_part_every_space() {
        check(&[100], &[view(0, &[1]), view(0, &[0])], 16, 7);
        check(&[100], &[view(0, &[1]), view(99, &[-1])], 16, 14);
        check(&[7, 9], &[view(0, &[9, 1]), view(0, &[1, 7])], 16, 40);
        check(&[5, 4, 3], &[view(0, &[12, 3, 1]), view(3, &[0, 24, -1]), view(70, &[-1, -5, -15])], 32, 40);
        check(&[0, 3], &[view(0, &[3, 1])], 16, 0);
        check(&[], &[view(17, &[])], 16, 1);
        check(&[3, 2], &[view(0, &[1000, 40])], 32, 6);
    }
}
