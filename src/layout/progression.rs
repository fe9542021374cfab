//! One rank's part of one array axis, in four integers.

use std::ops::Range;

/// The indices `i` with `start <= i < end` and `(i - start) % period < run`: runs of equal length at equal distances, the
/// last one possibly cut short.
///
/// ```text
///   start      run            period                    end
///     |<------->|               |                        |
///     # # # # # . . . . . . . . # # # # # . . . . . . . .# # #   (nothing at or after end)
/// ```
///
/// Blocks, cyclic deals and whole axes are all of this form, so that a part takes O(1) memory. Values are kept in one
/// form per set of indices as far as that is cheap: a single run has `run == period == end - start`, and `end` follows
/// the last index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progression {
    start: usize,
    run: usize,
    period: usize,
    end: usize,
}

impl Progression {
    /// Index 0 alone.
    pub(super) const ONE: Self = Self { start: 0, run: 1, period: 1, end: 1 };

    /// The progression with these four numbers. No index is in it when `run` is 0 or `end <= start`.
    ///
    /// **Local.**
    pub fn new(start: usize, run: usize, period: usize, end: usize) -> Self {
        if end <= start || run == 0 {
            return Self { start, run: 1, period: 1, end: start };
        }
        let span = end - start;
        if run >= period || span <= period {
            let whole = if run >= period { span } else { span.min(run) };
            return Self { start, run: whole, period: whole, end: start + whole };
        }
        let last_run = (span - 1) % period + 1;
        Self { start, run, period, end: end - last_run.saturating_sub(run) }
    }

    /// One run.
    ///
    /// **Local.**
    pub fn interval(range: Range<usize>) -> Self {
        let length = range.end.saturating_sub(range.start);
        Self::new(range.start, length, length, range.end)
    }

    /// The first index, or where it would be.
    ///
    /// **Local.**
    pub fn start(&self) -> usize {
        self.start
    }

    /// The length of a run; the last one may be shorter.
    ///
    /// **Local.**
    pub fn run(&self) -> usize {
        self.run
    }

    /// The distance between the beginnings of two runs.
    ///
    /// **Local.**
    pub fn period(&self) -> usize {
        self.period
    }

    /// The index after the last.
    ///
    /// **Local.**
    pub fn end(&self) -> usize {
        self.end
    }

    /// The number of indices.
    ///
    /// **Local.**
    pub fn len(&self) -> usize {
        self.before(self.end)
    }

    /// Whether it holds no index.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether its indices follow each other without a gap.
    ///
    /// **Local.**
    pub fn is_interval(&self) -> bool {
        self.run == self.period
    }

    /// Whether `index` is in it.
    ///
    /// **Local.**
    pub fn contains(&self, index: usize) -> bool {
        (self.start..self.end).contains(&index) && (index - self.start) % self.period < self.run
    }

    /// The index at `position`: from local to global.
    ///
    /// **Local.** The position must be below [`len`](Self::len).
    pub fn nth(&self, position: usize) -> usize {
        debug_assert!(position < self.len());
        self.start + position / self.run * self.period + position % self.run
    }

    /// The position of `index`, if it is in it: from global to local.
    ///
    /// **Local.**
    pub fn position(&self, index: usize) -> Option<usize> {
        self.contains(index).then(|| self.before(index))
    }

    /// How many of its indices lie in `range`.
    ///
    /// **Local.**
    pub fn count(&self, range: Range<usize>) -> usize {
        self.before(range.end).saturating_sub(self.before(range.start))
    }

    /// The runs in ascending order.
    ///
    /// **Local.**
    pub fn runs(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let Self { start, run, period, end } = *self;
        (start..end).step_by(period).map(move |first| first..end.min(first.saturating_add(run)))
    }

    /// How many of its indices lie below `index`: for a member, its position.
    pub(super) fn before(&self, index: usize) -> usize {
        if index <= self.start {
            return 0;
        }
        let span = index.min(self.end) - self.start;
        if self.is_interval() { span } else { span / self.period * self.run + (span % self.period).min(self.run) }
    }

    /// The first run, or the rest of one, that begins at or after `index`.
    pub(super) fn next_run(&self, index: usize) -> Option<Range<usize>> {
        let index = index.max(self.start);
        if index >= self.end {
            return None;
        }
        let phase = (index - self.start) % self.period;
        let run_start = index - phase;
        let first = if phase < self.run { index } else { run_start + self.period };
        let end = if phase < self.run { run_start } else { first }.saturating_add(self.run);
        Some(first..end.min(self.end))
    }

    /// The progression of positions `index * width + 0..width` for each of its indices.
    pub(super) fn widened(&self, width: usize) -> Self {
        Self::new(self.start * width, self.run * width, self.period * width, self.end * width)
    }

    /// It with `low` more indices before and `high` more after, inside an axis of `extent`. Only for intervals; an empty
    /// one stays empty.
    pub(super) fn extended(&self, low: usize, high: usize, extent: usize) -> Self {
        debug_assert!(self.is_interval() || (low, high) == (0, 0));
        if self.is_empty() || (low, high) == (0, 0) {
            return *self;
        }
        Self::interval(self.start.saturating_sub(low)..self.end.saturating_add(high).min(extent))
    }
}
