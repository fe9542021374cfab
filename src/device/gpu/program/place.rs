//! Where the elements of a piece lie: its dimensions merged, and lines of WGSL that compute positions.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use crate::device::gpu::program::emit::Words;
use crate::device::gpu::program::text::Text;
use crate::device::space::View;

/// Dimensions that a kernel counts through, merged where all views walk on, and the views' steps along them.
pub(super) struct Walk {
    extents: SmallVec<[usize; 4]>,
    steps: Vec<SmallVec<[isize; 4]>>,
}

impl Walk {
    /// The dimensions from `range` of a box that these views see.
    pub(super) fn new(extents: &[usize], views: &[View], range: std::ops::Range<usize>) -> Self {
        let steps = views.iter().map(|view| view.strides[range.clone()].into()).collect();
        let mut walk = Self { extents: extents[range].into(), steps };
        for dimension in (0..walk.extents.len()).rev() {
            if walk.extents[dimension] == 1 {
                walk.remove(dimension);
            }
        }
        for dimension in (1..walk.extents.len()).rev() {
            let extent = walk.extents[dimension];
            if walk.steps.iter().all(|steps| steps[dimension - 1] == steps[dimension] * extent as isize) {
                for steps in &mut walk.steps {
                    steps[dimension - 1] = steps[dimension];
                }
                walk.extents[dimension - 1] *= extent;
                walk.remove(dimension);
            }
        }
        walk
    }

    fn remove(&mut self, dimension: usize) {
        self.extents.remove(dimension);
        for steps in &mut self.steps {
            steps.remove(dimension);
        }
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.extents.iter().product()
    }

    /// Whether neighbours along the innermost dimension are neighbours in the first view.
    pub(super) fn is_contiguous(&self) -> bool {
        self.steps.first().and_then(|steps| steps.last()).is_some_and(|&step| step == 1)
    }

    /// Bytes that the elements of this view take, of `width` bytes each: those that it sees again and again count once.
    pub(super) fn bytes(&self, view: usize, width: usize) -> u64 {
        let moved = self.extents.iter().zip(&self.steps[view]).filter(|&(_, &step)| step != 0);
        moved.map(|(&extent, _)| extent as u64).product::<u64>() * width as u64
    }

    /// How a view's position follows from the index along a dimension.
    fn factor(&self, dimension: usize, step: isize) -> Factor {
        match step {
            0 => Factor::None,
            1 if dimension + 1 == self.extents.len() => Factor::One,
            _ => Factor::Word,
        }
    }

    /// Lines that set `{to}{view}` to where each view has element `counter`, from `{from}{view}` on.
    pub(super) fn positions(&self, counter: &str, [from, to]: [&str; 2], words: &mut Words) -> Text {
        let mut text = Text::default();
        let mut rest = counter.to_owned();
        for dimension in (0..self.extents.len()).rev() {
            let name = format!("{to}_index{dimension}");
            if dimension == 0 {
                text.line(format_args!("let {name} = {rest};"));
            } else {
                let extent = words.next();
                text.line(format_args!("let {name} = {rest} % {extent};"));
                text.line(format_args!("let {to}_rest{dimension} = {rest} / {extent};"));
                rest = format!("{to}_rest{dimension}");
            }
        }
        for (view, steps) in self.steps.iter().enumerate() {
            let mut sum = format!("{from}{view}");
            for (dimension, &step) in steps.iter().enumerate() {
                sum = match self.factor(dimension, step) {
                    Factor::None => sum,
                    Factor::One => format!("{sum} + {to}_index{dimension}"),
                    Factor::Word => format!("{sum} + {to}_index{dimension} * {}", words.next()),
                };
            }
            text.line(format_args!("let {to}{view} = {sum};"));
        }
        text
    }

    /// The words that these lines read.
    pub(super) fn values(&self, values: &mut Vec<u32>) {
        values.extend(self.extents.iter().skip(1).rev().map(|&extent| extent as u32));
        for steps in &self.steps {
            let asked = steps.iter().enumerate();
            let asked = asked.filter(|&(dimension, &step)| self.factor(dimension, step) == Factor::Word);
            values.extend(asked.map(|(_, &step)| step as u32));
        }
    }
}

/// What an index is multiplied by: nothing of it, itself, or a word of the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Factor {
    None,
    One,
    Word,
}

/// What the lines of [`Walk::positions`] depend on, and nothing else.
impl Hash for Walk {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.extents.len().hash(state);
        self.steps.len().hash(state);
        for steps in &self.steps {
            steps.iter().enumerate().for_each(|(dimension, &step)| self.factor(dimension, step).hash(state));
        }
    }
}

/// Lines that set `{to}{view}` to where each of so many views begins.
pub(super) fn origins(views: usize, to: &str, words: &mut Words) -> Text {
    let mut text = Text::default();
    for view in 0..views {
        text.line(format_args!("let {to}{view} = {};", words.next()));
    }
    text
}

/// The words that these lines read.
pub(super) fn offsets(views: &[View], values: &mut Vec<u32>) {
    values.extend(views.iter().map(|view| view.offset as u32));
}
