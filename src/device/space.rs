//! Walking an iteration space: extents, and for each leaf an offset and one stride per dimension.
//!
//! A stride of 0 broadcasts, a negative one flips. Neighbouring dimensions that every leaf walks as one are merged, so
//! that contiguous operands are read in one long run whatever their shape.

use std::ops::Range;

use smallvec::SmallVec;

use crate::shape::Shape;

/// Where a leaf's elements lie: the position of its first element, and the step along each dimension.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) offset: isize,
    pub(crate) strides: SmallVec<[isize; 4]>,
}

impl View {
    /// That of a block of this shape by itself.
    pub(crate) fn row_major(shape: &Shape) -> Self {
        Self { offset: 0, strides: shape.strides().iter().map(|&stride| stride as isize).collect() }
    }
}

/// Extents, slowest first, and the views that are walked together.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    extents: SmallVec<[usize; 4]>,
    views: Vec<View>,
}

/// Rows of a leaf, one stride apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RowRun {
    /// Where in the space the first row begins.
    pub(crate) position: usize,
    /// Where in the leaf it begins.
    pub(crate) start: usize,
    pub(crate) stride: usize,
    width: usize,
    rows: usize,
}

impl RowRun {
    /// Where in the leaf the last row ends.
    pub(crate) fn end(&self) -> usize {
        if self.rows == 0 { self.start } else { self.start + (self.rows - 1) * self.stride + self.width }
    }
}

impl Space {
    /// The space of `extents` seen through `views`, its dimensions merged where all views allow it.
    pub(crate) fn new(extents: &[usize], views: Vec<View>) -> Self {
        let mut space = Self { extents: extents.into(), views };
        for dimension in (0..space.extents.len()).rev() {
            if space.extents[dimension] == 1 {
                space.remove(dimension);
            }
        }
        for dimension in (1..space.extents.len()).rev() {
            let extent = space.extents[dimension];
            let walks_on = |view: &View| view.strides[dimension - 1] == view.strides[dimension] * extent as isize;
            if space.views.iter().all(walks_on) {
                for view in &mut space.views {
                    view.strides[dimension - 1] = view.strides[dimension];
                }
                space.extents[dimension - 1] *= extent;
                space.remove(dimension);
            }
        }
        space
    }

    fn remove(&mut self, dimension: usize) {
        self.extents.remove(dimension);
        for view in &mut self.views {
            view.strides.remove(dimension);
        }
    }

    /// Where the `len` elements of `view` from `position` on begin, when they lie side by side.
    pub(crate) fn contiguous(&self, view: usize, position: usize, len: usize) -> Option<usize> {
        let (extent, stride) = self.inner(view);
        let column = position % extent;
        let fits = len <= 1 || (stride == 1 && column + len <= extent);
        fits.then(|| self.start(view, position) as usize)
    }

    /// After how many elements `view` begins anew, wherever one is, if it does: when the slowest dimensions broadcast it.
    pub(crate) fn period(&self, view: usize) -> Option<usize> {
        let strides = &self.views[view].strides;
        let broadcast = strides.iter().take_while(|&&stride| stride == 0).count();
        (broadcast > 0).then(|| self.extents[broadcast..].iter().product())
    }

    /// The elements of `view` at `range`, which is whole rows of `width` elements (of one element: in one piece), as few runs of rows that lie one
    /// stride apart. Nothing when a row does not lie in one piece, or rows lie over each other.
    pub(crate) fn rows(&self, view: usize, range: &Range<usize>, width: usize) -> Option<Vec<RowRun>> {
        if let Some(start) = self.contiguous(view, range.start, range.len()) {
            return Some(vec![RowRun {
                position: range.start,
                start,
                width,
                stride: width,
                rows: range.len() / width,
            }]);
        }
        let (extent, stride) = self.inner(view);
        let outer = self.extents.len().checked_sub(2)?;
        let apart = usize::try_from(self.views[view].strides[outer]).ok().filter(|&apart| apart >= width)?;
        if extent != width || stride != 1 {
            return None;
        }
        let (mut row, end) = (range.start / width, range.end / width);
        let mut runs = Vec::new();
        while row < end {
            let rows = (self.extents[outer] - row % self.extents[outer]).min(end - row);
            let position = row * width;
            runs.push(RowRun { position, start: self.start(view, position) as usize, width, stride: apart, rows });
            row += rows;
        }
        Some(runs)
    }

    /// Call `run(into, start, stride, len)` for each run of the `len` elements of `view` from `position` on.
    pub(crate) fn runs(
        &self,
        view: usize,
        position: usize,
        len: usize,
        mut run: impl FnMut(usize, isize, isize, usize),
    ) {
        let (extent, stride) = self.inner(view);
        let mut done = 0;
        while done < len {
            let here = (extent - (position + done) % extent).min(len - done);
            run(done, self.start(view, position + done), stride, here);
            done += here;
        }
    }

    /// Extent and stride of the fastest dimension.
    fn inner(&self, view: usize) -> (usize, isize) {
        match self.extents.last() {
            Some(&extent) => (extent.max(1), self.views[view].strides[self.extents.len() - 1]),
            None => (1, 1),
        }
    }

    /// The position in the leaf of the element at the linear `position` of the space.
    fn start(&self, view: usize, mut position: usize) -> isize {
        let view = &self.views[view];
        if let [stride] = view.strides[..] {
            return view.offset + position as isize * stride; // a division costs as much as dozens of elements
        }
        let mut start = view.offset;
        for (&extent, &stride) in self.extents.iter().zip(&view.strides).rev() {
            start += (position % extent) as isize * stride;
            position /= extent;
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smallvec::smallvec;

    fn elements(space: &Space, view: usize, position: usize, len: usize) -> Vec<isize> {
        let mut all = vec![isize::MIN; len];
        space.runs(view, position, len, |into, start, stride, here| {
            for k in 0..here {
                all[into + k] = start + k as isize * stride;
            }
        });
        all
    }

    #[test]
    fn dimensions_merge_only_when_every_view_agrees() {
        let plain = View { offset: 0, strides: smallvec![12, 4, 1] };
        assert_eq!(Space::new(&[2, 3, 4], vec![plain.clone()]).extents.as_slice(), [24]);
        let row = View { offset: 0, strides: smallvec![0, 0, 1] };
        let both = Space::new(&[2, 3, 4], vec![plain, row]);
        assert_eq!(both.extents.as_slice(), [6, 4]);
        assert_eq!(elements(&both, 1, 3, 6), [3, 0, 1, 2, 3, 0]);
        assert_eq!(both.contiguous(0, 4, 4), Some(4));
        assert_eq!(both.contiguous(1, 3, 2), None);
    }

    #[test]
    fn a_broadcast_view_repeats_itself() {
        let view = |strides: &[isize]| View { offset: 0, strides: strides.into() };
        let space =
            Space::new(&[5, 2, 3], [&[6, 3, 1][..], &[0, 0, 1], &[0, 1, 0], &[1, 0, 0], &[0; 3]].map(view).into());
        let periods: Vec<_> = (0..5).map(|leaf| space.period(leaf)).collect();
        assert_eq!(periods, [None, Some(3), Some(6), None, Some(1)]);
    }

    #[test]
    fn a_negative_stride_walks_back() {
        let space = Space::new(&[2, 3], vec![View { offset: 5, strides: smallvec![-3, -1] }]);
        assert_eq!(elements(&space, 0, 0, 6), [5, 4, 3, 2, 1, 0]);
    }

    #[test]
    fn rows_of_a_strip_are_found_where_they_lie() {
        // Columns 1 and 2 of a block of 2 x 3 x 4 along its first two axes, the second of which skips every other row.
        let view = View { offset: 1, strides: smallvec![24, 8, 1] };
        let space = Space::new(&[2, 3, 2], vec![view]);
        let run = |position, start, rows| RowRun { position, start, width: 2, stride: 8, rows };
        // All rows lie 8 apart, so both axes have become one.
        assert_eq!(space.rows(0, &(2..12), 2), Some(vec![run(2, 9, 5)]));
        assert_eq!(run(2, 9, 5).end(), 9 + 4 * 8 + 2);
        let gaps = Space::new(&[2, 3, 2], vec![View { offset: 0, strides: smallvec![40, 8, 1] }]);
        assert_eq!(gaps.rows(0, &(4..12), 2), Some(vec![run(4, 16, 1), run(6, 40, 3)]));
        assert_eq!(gaps.rows(0, &(4..12), 3), None, "such rows are in pieces");
        let flipped = Space::new(&[3, 2], vec![View { offset: 16, strides: smallvec![-8, 1] }]);
        assert_eq!(flipped.rows(0, &(0..6), 2), None);
        let whole = Space::new(&[2, 3], vec![View { offset: 7, strides: smallvec![3, 1] }]);
        assert_eq!(
            whole.rows(0, &(0..6), 3),
            Some(vec![RowRun { position: 0, start: 7, width: 3, stride: 3, rows: 2 }])
        );
    }

    #[test]
    fn a_scalar_space_has_one_element() {
        let space = Space::new(&[], vec![View { offset: 7, strides: smallvec![] }]);
        assert_eq!(space.contiguous(0, 0, 1), Some(7));
        let ones = Space::new(&[1, 1], vec![View { offset: 3, strides: smallvec![9, 9] }]);
        assert_eq!(elements(&ones, 0, 0, 1), [3]);
    }
}
