//! What came of a workload, as a line and as JSON.

use isotherm::prelude::*;
use serde_json::{Value, json};

use super::ceilings::Ceiling;
use super::task::{Amount, Target, Workload};

/// One line of the table.
pub(super) struct Record {
    pub(super) name: &'static str,
    pub(super) case: String,
    pub(super) dtype: Option<DType>,
    pub(super) size: Vec<usize>,
    pub(super) target: Option<Target>,
    pub(super) outcome: Outcome,
}

pub(super) enum Outcome {
    Measured(Measured),
    /// What was wrong with the result.
    Wrong(String),
    /// Why there is no measurement.
    LeftOut(String),
}

pub(super) struct Measured {
    pub(super) amount: Amount,
    /// Of each round, for one repetition, on the slowest rank.
    pub(super) seconds: Vec<f64>,
    pub(super) ceiling: Option<Ceiling>,
}

impl Measured {
    /// The value below which this share of the rounds lie.
    fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[(share * (sorted.len() - 1) as f64).round() as usize]
    }

    fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The distance of the quartiles over the median, where there are several rounds.
    fn spread(&self) -> Option<f64> {
        (self.seconds.len() > 1).then(|| (self.quantile(0.75) - self.quantile(0.25)) / self.median())
    }

    fn share(&self) -> Option<f64> {
        self.ceiling.map(|ceiling| ceiling.seconds / self.median())
    }

    /// Whether a target is met; nothing where another program must tell.
    fn meets(&self, target: Target) -> Option<bool> {
        match (target, self.amount) {
            (Target::Share(share), _) => self.share().map(|reached| reached >= share),
            (Target::Seconds(most), Amount::Calls(calls)) => Some(self.median() / calls <= most),
            (Target::Keys(rate), Amount::Keys(keys)) => Some(keys / self.median() >= rate),
            _ => None,
        }
    }
}

impl Record {
    pub(super) fn new(workload: &Workload, outcome: Outcome) -> Self {
        let Workload { name, dtype, target, .. } = *workload;
        let (case, size) = (workload.case.clone(), workload.size.clone());
        Self { name, case, dtype: Some(dtype), size, target, outcome }
    }

    pub(super) fn header() -> String {
        row(["workload", "size", "dtype", "ms", "spread", "rate", "ceiling", "target", "met"])
    }

    pub(super) fn line(&self) -> String {
        let dtype = self.dtype.map_or("", DType::name);
        let target = self.target.map(target_words).unwrap_or_default();
        let begin = [self.name, &self.case, dtype];
        match &self.outcome {
            Outcome::Measured(measured) => {
                let time = format!("{:.4}", measured.median() * 1e3);
                let spread = measured.spread().map(|spread| format!("{:.0} %", spread * 100.0)).unwrap_or_default();
                let rate = measured.amount.rate(measured.median());
                let share = measured.ceiling.zip(measured.share());
                let share = share.map(|(ceiling, share)| format!("{:.1} % of {}", share * 100.0, ceiling.name));
                let met = self.target.and_then(|target| measured.meets(target));
                let met = met.map_or("", |met| if met { "yes" } else { "NO" });
                row([begin[0], begin[1], begin[2], &time, &spread, &rate, &share.unwrap_or_default(), &target, met])
            }
            Outcome::Wrong(why) => format!("{}  WRONG: {why}", row(begin)),
            Outcome::LeftOut(why) => format!("{}  not measured: {why}", row(begin)),
        }
    }

    pub(super) fn json(&self) -> Value {
        let measured = match &self.outcome {
            Outcome::Measured(measured) => Some(measured),
            _ => None,
        };
        let (wrong, left_out) = match &self.outcome {
            Outcome::Wrong(why) => (Some(why), None),
            Outcome::LeftOut(why) => (None, Some(why)),
            Outcome::Measured(_) => (None, None),
        };
        let amount = measured.map(|measured| match measured.amount {
            Amount::Bytes(count) => json!({"bytes": count}),
            Amount::Operations(count) => json!({"operations": count}),
            Amount::Calls(count) => json!({"calls": count}),
            Amount::Keys(count) => json!({"keys": count}),
        });
        let ceiling = measured.and_then(|measured| measured.ceiling);
        json!({
            "workload": self.name, "case": self.case, "dtype": self.dtype.map(DType::name), "size": self.size,
            "seconds": measured.map(|measured| &measured.seconds), "median": measured.map(Measured::median),
            "amount": amount, "ceiling": ceiling.map(|ceiling| ceiling.name), "ceiling_seconds": ceiling.map(|ceiling| ceiling.seconds),
            "share": measured.and_then(Measured::share), "target": self.target.map(target_words),
            "times_torch": match self.target { Some(Target::OfTorch(times)) => Some(times), _ => None },
            "met": self.target.zip(measured).and_then(|(target, measured)| measured.meets(target)),
            "wrong": wrong, "not_measured": left_out,
        })
    }
}

fn target_words(target: Target) -> String {
    match target {
        Target::Share(share) => format!(">= {:.0} %", share * 100.0),
        Target::Seconds(most) => format!("<= {:.0} us", most * 1e6),
        Target::Keys(rate) => format!(">= {:.0} Gkey/s", rate * 1e-9),
        Target::OfTorch(times) => format!(">= {times} torch"),
    }
}

/// Cells in columns: words to the left, numbers to the right.
fn row<const N: usize>(cells: [&str; N]) -> String {
    const WIDTHS: [isize; 9] = [-14, -26, -5, 12, 7, 16, 20, 13, 4];
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(WIDTHS) {
        let padding = " ".repeat(width.unsigned_abs().saturating_sub(cell.chars().count()));
        let (first, second) = if width < 0 { (*cell, &*padding) } else { (&*padding, *cell) };
        line += first;
        line += second;
        line += " ";
    }
    line.trim_end().to_owned()
}
