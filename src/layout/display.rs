//! Layouts in words.

use std::fmt;

use super::{Distribution, Layout};

/// Offsets of more parts than this are not listed.
const LISTED_PARTS: usize = 8;

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.shape())?;
        let ranks: Vec<String> = self.mesh().extents().iter().map(ToString::to_string).collect();
        let ranks = ranks.join(" x ");
        if self.is_replicated() {
            return write!(f, "on every rank of {ranks}");
        }
        if let (Some(axis), 1) = (self.split_axis(), self.mesh().ndim()) {
            return write!(f, "split {axis} over {ranks}{}", Cut(self.distribution(axis)));
        }
        write!(f, "on {ranks} ranks")?;
        let mut separator = ':';
        for (axis, distribution) in self.distributions().iter().enumerate() {
            let over = distribution.over();
            let group = if over.len() == 1 { format!("{}", over.start) } else { format!("{over:?}") };
            match distribution {
                Distribution::Whole => continue,
                Distribution::Blocks { .. } => write!(f, "{separator} axis {axis} in blocks over mesh axis {group}")?,
                Distribution::Cyclic { block, .. } => {
                    write!(f, "{separator} axis {axis} cyclic by {block} over mesh axis {group}")?;
                }
            }
            write!(f, "{}", Cut(distribution))?;
            separator = ',';
        }
        Ok(())
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where a distribution is cut, if that is not obvious.
struct Cut<'a>(&'a Distribution);

impl fmt::Display for Cut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Distribution::Blocks { cuts, .. } = self.0 else { return Ok(()) };
        match cuts.offsets() {
            None => Ok(()),
            Some(offsets) if offsets.len() <= LISTED_PARTS + 1 => write!(f, " at {offsets:?}"),
            Some(_) => write!(f, ", cut unevenly"),
        }
    }
}
