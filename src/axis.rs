//! Axes as a user names them: counted from the front, from the back, or all at once.

use smallvec::SmallVec;

use crate::error::{Error, ErrorKind, Result};

/// One axis: `0` is the first, `-1` the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis(isize);

impl Axis {
    /// The position among `ndim` axes, counted from the front.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis.
    ///
    /// ```
    /// use isotherm::Axis;
    /// assert_eq!(Axis::from(-1).resolve(3).unwrap(), 2);
    /// assert!(Axis::from(3).resolve(3).is_err());
    /// ```
    #[track_caller]
    pub fn resolve(self, ndim: usize) -> Result<usize> {
        let from_front = if self.0 < 0 { self.0 + ndim as isize } else { self.0 };
        if (0..ndim as isize).contains(&from_front) {
            Ok(from_front as usize)
        } else {
            Err(Error::new(ErrorKind::Axis, format!("axis {} of an array with {ndim} axes", self.0)))
        }
    }
}

impl From<usize> for Axis {
    fn from(axis: usize) -> Self {
        Self(isize::try_from(axis).unwrap_or(isize::MAX))
    }
}

impl From<isize> for Axis {
    fn from(axis: isize) -> Self {
        Self(axis)
    }
}

impl From<i32> for Axis {
    fn from(axis: i32) -> Self {
        Self(axis as isize)
    }
}

/// Which axes a reduction runs over: one, several, or (from `None`) all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axes(Option<SmallVec<[Axis; 4]>>);

impl Axes {
    /// Every axis.
    pub const ALL: Self = Self(None);

    /// The positions among `ndim` axes, in ascending order.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when an axis does not exist or is named twice.
    ///
    /// ```
    /// use isotherm::Axes;
    /// assert_eq!(Axes::from([-1, 0]).resolve(3).unwrap().as_slice(), [0, 2]);
    /// assert_eq!(Axes::ALL.resolve(2).unwrap().as_slice(), [0, 1]);
    /// assert!(Axes::from([0, -2]).resolve(2).is_err());
    /// ```
    #[track_caller]
    pub fn resolve(&self, ndim: usize) -> Result<SmallVec<[usize; 4]>> {
        let Some(axes) = &self.0 else { return Ok((0..ndim).collect()) };
        let mut resolved = SmallVec::with_capacity(axes.len());
        for axis in axes {
            resolved.push(axis.resolve(ndim)?);
        }
        resolved.sort_unstable();
        match resolved.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Error::new(ErrorKind::Axis, format!("axis {} is named twice", pair[0]))),
            None => Ok(resolved),
        }
    }
}

/// One axis alone, in each of the integer types that a literal or a count may have.
macro_rules! one_axis {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Axes {
            fn from(axis: $integer) -> Self {
                Self(Some(smallvec::smallvec![axis.into()]))
            }
        }
    )*};
}
one_axis!(i32, isize, usize);

impl From<Option<usize>> for Axes {
    fn from(axis: Option<usize>) -> Self {
        axis.map_or(Self::ALL, Self::from)
    }
}

impl<A: Into<Axis>, const N: usize> From<[A; N]> for Axes {
    fn from(axes: [A; N]) -> Self {
        Self(Some(axes.into_iter().map(Into::into).collect()))
    }
}

impl From<&[isize]> for Axes {
    fn from(axes: &[isize]) -> Self {
        Self(Some(axes.iter().map(|&axis| axis.into()).collect()))
    }
}
