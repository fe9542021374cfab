//! Lines of a kernel.

use std::fmt::{self, Write};
use std::ops::AddAssign;

/// Text that grows line by line.
#[derive(Default)]
pub(in crate::device::gpu) struct Text(String);

impl Text {
    /// Add a line.
    pub(in crate::device::gpu) fn line(&mut self, line: impl fmt::Display) {
        writeln!(self.0, "{line}").expect("a string takes all that is written");
    }
}

impl AddAssign<Text> for Text {
    fn add_assign(&mut self, other: Text) {
        self.0 += &other.0;
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
