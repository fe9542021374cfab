//! Where the time goes: named timers, and their summary over the ranks.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::time::Instant;

use crate::context::Context;
use crate::error::Result;

/// Time running under a name, until it is dropped.
#[must_use = "a timer that is dropped at once measures nothing"]
pub struct Timer {
    cx: Context,
    name: String,
    start: Instant,
}

/// One line of a summary: how long the ranks spent under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// The name of the timer.
    pub name: String,
    /// The most calls on one rank.
    pub calls: u64,
    /// The seconds of the fastest rank.
    pub min: f64,
    /// The seconds of the slowest rank.
    pub max: f64,
    /// The slowest over the fastest: 1 is perfect balance.
    pub ratio: f64,
}

/// The timers of a program, summed up over its ranks. Prints as a table, a line for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Timings(Vec<Timing>);

impl std::ops::Deref for Timings {
    type Target = [Timing];

    fn deref(&self) -> &[Timing] {
        &self.0
    }
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.iter().map(|timing| timing.name.chars().count()).max().unwrap_or(0).max(5);
        write!(f, "{:width$} {:>9} {:>12} {:>12} {:>6}", "timer", "calls", "min (s)", "max (s)", "ratio")?;
        for Timing { name, calls, min, max, ratio } in &self.0 {
            write!(f, "\n{name:width$} {calls:9} {min:12.6} {max:12.6} {ratio:6.1}")?;
        }
        Ok(())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let mut timers = self.cx.timers().borrow_mut();
        let entry = timers.entry(std::mem::take(&mut self.name)).or_default();
        entry.0 += 1;
        entry.1 += self.start.elapsed();
    }
}

impl Context {
    /// Begin to measure time under `name`; dropping the timer ends it.
    ///
    /// **Local.**
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     {
    ///         let _timer = cx.timer("setup");
    ///         cx.zeros::<f64>(1000, 0)?;
    ///     }
    ///     let timings = cx.timings()?;
    ///     isotherm::println!(cx, "{timings}"); // a table: calls, least and most seconds of the ranks, their ratio
    ///     assert_eq!((timings[0].name.as_str(), timings[0].calls), ("setup", 1));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    pub fn timer(&self, name: &str) -> Timer {
        Timer { cx: self.clone(), name: name.to_owned(), start: Instant::now() }
    }

    /// All timers so far, with the least and the most time of the ranks, by name.
    ///
    /// **Collective.** One all-gather. Ranks need not have used the same timers: one that did not counts as no time.
    ///
    /// # Errors
    /// None of its own.
    #[track_caller]
    pub fn timings(&self) -> Result<Timings> {
        let mut own = String::new();
        for (name, (calls, time)) in self.timers().borrow().iter() {
            writeln!(own, "{calls} {} {}", time.as_nanos(), name.replace('\n', " ")).expect("a string takes any text");
        }
        let all = self.comm().all_gather_v(own.as_bytes())?;
        let mut merged: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
        for text in &all {
            for line in String::from_utf8_lossy(text).lines() {
                let mut words = line.splitn(3, ' ');
                let (calls, nanos, name) = (words.next(), words.next(), words.next());
                let number = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
                let entry = merged.entry(name.unwrap_or_default().to_owned()).or_default();
                entry.push((number(calls), number(nanos) as f64 * 1e-9));
            }
        }
        let timing = |(name, ranks): (String, Vec<(u64, f64)>)| {
            let max = ranks.iter().map(|rank| rank.1).fold(0.0, f64::max);
            let least = ranks.iter().map(|rank| rank.1).fold(f64::INFINITY, f64::min);
            let min = if ranks.len() == self.size() { least } else { 0.0 };
            Timing { name, calls: ranks.iter().map(|rank| rank.0).max().unwrap_or(0), min, max, ratio: max / min }
        };
        Ok(Timings(merged.into_iter().map(timing).collect()))
    }
}
