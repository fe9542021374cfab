//! The oracle: a dense array on one rank, every verb element by element after its definition.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

use isotherm::{Index, IndexItem, Shape, range};

/// One item of an index, in plain numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item {
    At(isize),
    Steps(Option<isize>, Option<isize>, isize),
    New,
}

/// The items as the library's index.
pub(crate) fn index(items: &[Item]) -> Index {
    let item = |item: &Item| match *item {
        Item::At(index) => IndexItem::At(index),
        Item::Steps(start, stop, step) => range(start, stop).step(step).into(),
        Item::New => IndexItem::NewAxis,
    };
    items.iter().map(item).collect::<Vec<_>>().into()
}

/// Python's `range(n)[start:stop:step]`, step by step.
fn python_range(n: usize, start: Option<isize>, stop: Option<isize>, step: isize) -> Vec<usize> {
    let n = n as isize;
    let clip = |end: isize| {
        let end = if end < 0 { end + n } else { end };
        if step > 0 { end.max(0).min(n) } else { end.max(-1).min(n - 1) }
    };
    let mut i = start.map_or(if step > 0 { 0 } else { n - 1 }, clip);
    let stop = stop.map_or(if step > 0 { n } else { -1 }, clip);
    let mut indices = Vec::new();
    while (step > 0 && i < stop) || (step < 0 && i > stop) {
        indices.push(i as usize);
        i += step;
    }
    indices
}

/// Elements in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dense {
    pub(crate) shape: Shape,
    pub(crate) elements: Vec<i64>,
}

impl Dense {
    /// The integers from `first` on.
    pub(crate) fn counted(shape: &Shape, first: i64) -> Self {
        Self { shape: shape.clone(), elements: (first..first + shape.size() as i64).collect() }
    }

    fn from_fn(shape: Shape, value: impl Fn(&[usize]) -> i64) -> Self {
        let elements = (0..shape.size()).map(|position| value(&shape.unravel(position))).collect();
        Self { shape, elements }
    }

    fn at(&self, index: &[usize]) -> i64 {
        self.elements[self.shape.ravel(index)]
    }

    /// The positions that are picked, in order, and the shape they have together.
    fn positions(&self, items: &[Item]) -> (Vec<usize>, Shape) {
        let mut lists: Vec<Vec<usize>> = Vec::new();
        let mut shape = Vec::new();
        let mut extents = self.shape.iter().copied();
        for item in items {
            match *item {
                Item::New => shape.push(1),
                Item::At(at) => lists.push(vec![at.rem_euclid(extents.next().unwrap() as isize) as usize]),
                Item::Steps(start, stop, step) => {
                    lists.push(python_range(extents.next().unwrap(), start, stop, step));
                    shape.push(lists[lists.len() - 1].len());
                }
            }
        }
        for extent in extents {
            lists.push((0..extent).collect());
            shape.push(extent);
        }
        let picked: Shape = lists.iter().map(Vec::len).collect();
        let place = |position: usize| {
            let local = picked.unravel(position);
            let global: Vec<usize> = lists.iter().zip(&local).map(|(list, &i)| list[i]).collect();
            self.shape.ravel(&global)
        };
        ((0..picked.size()).map(place).collect(), shape.into())
    }

    pub(crate) fn slice(&self, items: &[Item]) -> Self {
        let (positions, shape) = self.positions(items);
        Self { shape, elements: positions.into_iter().map(|position| self.elements[position]).collect() }
    }

    pub(crate) fn set(&mut self, items: &[Item], value: &Self) {
        let (positions, shape) = self.positions(items);
        let missing = shape.ndim() - value.shape.ndim();
        for (number, position) in positions.into_iter().enumerate() {
            let index = shape.unravel(number);
            let own =
                index[missing..].iter().zip(value.shape.iter()).map(|(&i, &extent)| if extent == 1 { 0 } else { i });
            self.elements[position] = value.at(&own.collect::<Vec<_>>());
        }
    }

    pub(crate) fn concatenate(parts: &[Self], axis: usize) -> Self {
        let extent = parts.iter().map(|part| part.shape[axis]).sum();
        Self::from_fn(parts[0].shape.with(axis, extent), |index| {
            let mut index = index.to_vec();
            for part in parts {
                if index[axis] < part.shape[axis] {
                    return part.at(&index);
                }
                index[axis] -= part.shape[axis];
            }
            unreachable!("the extents add up")
        })
    }

    pub(crate) fn stack(parts: &[Self], axis: usize) -> Self {
        Self::from_fn(parts[0].shape.inserted(axis, parts.len()), |index| {
            let mut index = index.to_vec();
            let part = index.remove(axis);
            parts[part].at(&index)
        })
    }

    pub(crate) fn in_shape(&self, shape: &Shape) -> Self {
        Self { shape: shape.clone(), elements: self.elements.clone() }
    }

    pub(crate) fn permuted(&self, axes: &[usize]) -> Self {
        Self::from_fn(axes.iter().map(|&axis| self.shape[axis]).collect(), |index| {
            let mut old = vec![0; axes.len()];
            for (new, &axis) in axes.iter().enumerate() {
                old[axis] = index[new];
            }
            self.at(&old)
        })
    }

    pub(crate) fn take(&self, indices: &[isize], axis: usize) -> Self {
        Self::from_fn(self.shape.with(axis, indices.len()), |index| {
            let mut index = index.to_vec();
            index[axis] = indices[index[axis]].rem_euclid(self.shape[axis] as isize) as usize;
            self.at(&index)
        })
    }

    pub(crate) fn repeat(&self, count: usize, axis: usize) -> Self {
        let indices: Vec<isize> = (0..self.shape[axis] * count).map(|i| (i / count) as isize).collect();
        self.take(&indices, axis)
    }

    pub(crate) fn padded(&self, widths: &[(usize, usize)], value: i64) -> Self {
        let wider = self.shape.iter().zip(widths).map(|(extent, (before, after))| before + extent + after);
        Self::from_fn(wider.collect(), |index| {
            let own: Option<Vec<usize>> =
                index.iter().zip(widths).map(|(i, (before, _))| i.checked_sub(*before)).collect();
            let inside = own.filter(|own| own.iter().zip(self.shape.iter()).all(|(i, extent)| i < extent));
            inside.map_or(value, |own| self.at(&own))
        })
    }
}
