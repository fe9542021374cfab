//! `isotherm info`.

use std::fmt;
use std::time::Instant;

use isotherm::prelude::*;
use serde_json::json;

use crate::report::{Facts, Report};
use crate::table::{self, Table};

/// What the program runs on, seen from ranks that have really been started.
pub(crate) fn run(cx: &Context) -> Result<Report> {
    let start = Instant::now();
    let (ranks, threads) = (cx.size(), cx.cpu().threads());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let nodes = nodes(cx)?;
    let (total, available) = (memory("MemTotal"), memory("MemAvailable"));
    let features = features();

    let mut table = Table::new(["isotherm", env!("CARGO_PKG_VERSION")]);
    let bytes = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), table::bytes);
    table
        .row(["ranks".to_owned(), format!("{ranks} ({})", cx.comm().transport())])
        .row(["cores".to_owned(), format!("{cores}, {threads} for each rank")])
        .row(["memory".to_owned(), format!("{}, {} available", bytes(total), bytes(available))])
        .row(["features".to_owned(), features.join(", ")]);
    for node in &nodes {
        table.row([format!("on {}", node.host), node.to_string()]);
    }
    let gpus = gpus(&mut table);
    let own = [
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("ranks", json!(ranks)),
        ("cores", json!(cores)),
        ("threads_per_rank", json!(threads)),
        ("memory_bytes", json!(total)),
        ("memory_available_bytes", json!(available)),
        ("features", json!(features)),
        ("gpus", gpus),
        ("nodes", nodes.iter().map(|node| json!({"host": node.host, "ranks": node.ranks})).collect()),
    ];
    Ok(Report::new(Facts::of_run(cx, start)?, own, table.to_string()))
}

/// A machine and the ranks on it.
struct Node {
    host: String,
    ranks: Vec<usize>,
}

impl fmt::Display for Node {
    /// `ranks 0-3`, as the launcher dealt them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.ranks.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
            [rank] => rank.to_string(),
            run => format!("{}-{}", run[0], run[run.len() - 1]),
        });
        let noun = if self.ranks.len() == 1 { "rank" } else { "ranks" };
        write!(f, "{noun} {}", runs.collect::<Vec<_>>().join(", "))
    }
}

/// The machines in the order of their first ranks.
fn nodes(cx: &Context) -> Result<Vec<Node>> {
    let mut nodes: Vec<Node> = Vec::new();
    let hosts = cx.comm().all_gather_v(cx.comm().placement().host.as_bytes())?;
    for (rank, host) in hosts.iter().enumerate() {
        let host = String::from_utf8_lossy(host);
        match nodes.iter_mut().find(|node| node.host == host) {
            Some(node) => node.ranks.push(rank),
            None => nodes.push(Node { host: host.into_owned(), ranks: vec![rank] }),
        }
    }
    Ok(nodes)
}

/// The GPUs of rank 0's machine: a row each, and as JSON.
#[cfg(feature = "gpu")]
fn gpus(table: &mut Table) -> serde_json::Value {
    let all = isotherm::adapters().into_iter().enumerate().map(|(number, adapter)| {
        let copied = isotherm::Gpu::open(number).map(|gpu| gpu.copy_bandwidth()).ok();
        let isotherm::Adapter { name, vendor, driver, kind, memory, f64, i64, f16, subgroup, bus, .. } = adapter;
        let known = [("f64", f64), ("i64", i64), ("f16", f16)];
        let mut facts = vec![format!("{name} ({vendor}, {kind}; {driver})")];
        facts.extend(memory.map(table::bytes));
        facts.push(known.iter().filter(|(_, has)| *has).map(|(dtype, _)| *dtype).collect::<Vec<_>>().join(" "));
        facts.extend(subgroup.map(|(least, most)| format!("subgroups of {least} to {most}")));
        facts.extend(copied.map(|rate| format!("copies {}/s", table::bytes(rate as u64))));
        table.row([format!("gpu:{number}"), facts.join(", ")]);
        json!({
            "name": name, "vendor": vendor, "driver": driver, "kind": kind.to_string(), "memory_bytes": memory, "bus": bus,
            "f64": f64, "i64": i64, "f16": f16, "subgroup": subgroup, "copied_bytes_per_second": copied,
        })
    });
    all.collect()
}

/// Nothing without the feature.
#[cfg(not(feature = "gpu"))]
fn gpus(_: &mut Table) -> serde_json::Value {
    json!([])
}

/// The optional parts that this program was built with.
fn features() -> Vec<&'static str> {
    let all = [
        ("cli", true),
        ("mpi", cfg!(feature = "mpi")),
        ("ndarray", cfg!(feature = "ndarray")),
        ("gpu", cfg!(feature = "gpu")),
    ];
    all.into_iter().filter_map(|(name, there)| there.then_some(name)).collect()
}

/// The machine's memory in bytes, where the system says it as Linux does.
fn memory(what: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
