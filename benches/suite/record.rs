//! Results, and the JSON that keeps them.

use isotherm::prelude::*;
use serde_json::{Value, json};

use crate::ceilings::Ceilings;
use crate::machine;
use crate::options::Options;
use crate::task::Work;

/// What came of one workload: figures, or what was wrong with its result.
pub(crate) struct Record {
    pub(crate) name: &'static str,
    pub(crate) case: &'static str,
    pub(crate) dtype: DType,
    pub(crate) outcome: std::result::Result<Measured, String>,
}

/// What the repetitions of a workload took.
pub(crate) struct Measured {
    pub(crate) work: Work,
    /// Of each repetition, on the slowest rank.
    pub(crate) seconds: Vec<f64>,
    /// The most bytes in use at once in the pools of all ranks, operands included.
    pub(crate) peak_bytes: usize,
}

impl Measured {
    /// The value below which this share of the repetitions lie.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        let place = share * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
        low + (high - low) * place.fract()
    }
}

impl Record {
    fn json(&self) -> Value {
        let measured = self.outcome.as_ref().ok();
        let work = measured.map(|measured| &measured.work);
        let ceiling = work.and_then(|work| work.ceiling.as_ref());
        json!({
            "workload": self.name,
            "case": self.case,
            "dtype": self.dtype.name(),
            "seconds": measured.map_or(&[][..], |measured| &measured.seconds),
            "bytes": work.map(|work| work.bytes),
            "flops": work.map(|work| work.flops),
            "ceiling_seconds": ceiling.map(|ceiling| ceiling.seconds),
            "ceiling": ceiling.map(|ceiling| ceiling.name),
            "peak_bytes": measured.map(|measured| measured.peak_bytes),
            "operand_bytes": work.map(|work| work.operand_bytes),
            "units": work.map_or(1, |work| work.units),
            "error": self.outcome.as_ref().err(),
        })
    }
}

/// All results of one run.
pub(crate) struct Suite {
    pub(crate) ranks: usize,
    pub(crate) threads: usize,
    pub(crate) transport: &'static str,
    pub(crate) ceilings: Ceilings,
    pub(crate) records: Vec<Record>,
}

impl Suite {
    /// Whether every result was right.
    pub(crate) fn is_sound(&self) -> bool {
        self.records.iter().all(|record| record.outcome.is_ok())
    }

    /// Everything, with what must be known to do it again.
    pub(crate) fn json(&self, options: &Options, load_before: f64) -> Value {
        let records: Vec<Value> = self.records.iter().map(Record::json).collect();
        json!({
            "suite": "isotherm",
            "version": env!("CARGO_PKG_VERSION"),
            "commit": machine::commit(),
            "machine": machine::description(),
            "ranks": self.ranks,
            "threads": self.threads,
            "transport": self.transport,
            "command": self.command(options),
            "quick": options.quick,
            "part": options.part,
            "date": machine::date(),
            "load_before": load_before,
            "load_after": machine::load(),
            "ceilings": self.ceilings.json(),
            "records": records,
        })
    }

    fn command(&self, options: &Options) -> String {
        let arguments = options.words.join(" ");
        match self.transport {
            "mpi" => format!("mpirun -n {} suite {arguments}", self.ranks),
            _ => format!("cargo bench --bench suite -- {arguments}"),
        }
    }
}
