//! The distributions that devices have kernels for.

/// A distribution of this module as a value, for devices that make its numbers themselves.
///
/// Only this module makes one; a distribution that stands for one of these hands it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// As the kernels call it.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(crate) name: &'static str,
    /// What it needs beside the bits: of integers the lowest one, its sign extended, and how many there are.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(crate) parameters: [u64; 2],
}

impl Recipe {
    /// A distribution without parameters.
    pub(super) const fn plain(name: &'static str) -> Self {
        Self { name, parameters: [0; 2] }
    }
}
