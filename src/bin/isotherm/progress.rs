//! One line on the terminal about work that takes long.

use std::fmt::Display;
use std::io::{IsTerminal, Stderr, Write};
use std::time::{Duration, Instant};

/// The widest line: terminals have 80 columns, and a line that wraps cannot be taken back.
const WIDTH: usize = 79;

/// A line that is written over by the next one, and wiped out at the end.
pub(crate) struct Progress<W: Write = Stderr> {
    /// Nothing where nobody looks.
    terminal: Option<W>,
    every: Duration,
    last: Option<Instant>,
}

impl Progress {
    /// Progress on standard error, if it is a terminal and `wanted`.
    pub(crate) fn new(wanted: bool) -> Self {
        let stderr = std::io::stderr();
        Self::on((wanted && stderr.is_terminal()).then_some(stderr), Duration::from_millis(100))
    }
}

impl<W: Write> Progress<W> {
    /// Progress on `terminal`, whatever it is, if there is one; at most once in `every`.
    pub(crate) fn on(terminal: Option<W>, every: Duration) -> Self {
        Self { terminal, every, last: None }
    }

    /// Say what is going on now. Cheap enough for every iteration: most calls write nothing.
    pub(crate) fn say(&mut self, what: impl Display) {
        let Some(terminal) = &mut self.terminal else { return };
        if self.last.is_some_and(|last| last.elapsed() < self.every) {
            return;
        }
        self.last = Some(Instant::now());
        let line: String = what.to_string().chars().filter(|letter| !letter.is_control()).take(WIDTH).collect();
        // A terminal that is gone is no reason to stop working.
        let _ = write!(terminal, "\r{line}\x1b[K").and_then(|()| terminal.flush());
    }
}

impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if let (Some(terminal), Some(_)) = (&mut self.terminal, self.last) {
            let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
        }
    }
}
