//! `isotherm gpu-bench`: whether a card computes what the CPU computes, and how near it comes to what it can do at all.

mod ceilings;
mod checks;
mod data;
mod distances;
mod elementwise;
mod learning;
mod movement;
mod order;
mod page;
mod products;
mod randoms;
mod record;
mod reductions;
mod sizes;
mod small;
mod task;
mod timing;

use std::time::Instant;

use isotherm::prelude::*;
use isotherm::{Adapter, Device, Finding};
use serde_json::{Value, json};

use crate::arguments::{self, Common};
use crate::report::{Facts, Report};
use crate::table;
use ceilings::Ceilings;
use checks::Checks;
use page::Page;
use record::{Outcome, Record};
use sizes::Sizes;
use task::{Bench, Workload};

/// The sections that are asked for, each shown and kept when it is done. What is wrong is an error, after all of them.
pub(crate) fn run(cx: &Context, arguments: &arguments::GpuBench, common: &Common) -> Result<Report> {
    let start = Instant::now();
    let Some(gpu) = cx.gpu() else {
        return Err(Error::new(ErrorKind::Device, "gpu-bench measures a GPU, and this is the CPU"));
    };
    let mut page = Page::new(cx, !common.json && !common.quiet, arguments.out.as_deref());
    page.line(&device(gpu.adapter(), cx));
    page.keep("device", device_json(gpu.adapter()))?;
    page.keep("version", json!(env!("CARGO_PKG_VERSION")))?;
    page.keep("quick", json!(arguments.quick))?;
    let cpu = cx.on(Device::Cpu)?;
    let mut wrong = 0;
    if arguments.chooses("findings") {
        wrong += findings(&mut page, gpu.findings())?;
    }
    if arguments.chooses("checks") {
        let mut progress = common.progress(cx);
        let checks = Checks::run(&cpu, cx, arguments.quick, &mut |what| progress.say(what))?;
        drop(progress);
        page.section("kernels against the CPU", checks.lines());
        page.keep("checks", checks.json())?;
        wrong += checks.are_wrong();
    }
    wrong += workloads(cx, &cpu, arguments, common, &mut page)?;
    let facts = Facts::of_run(cx, start)?;
    let report = Report::of(facts, page.json, format!("\n{:.0} s\n", start.elapsed().as_secs_f64()));
    if wrong == 0 {
        return Ok(report);
    }
    report.print(cx, common)?;
    Err(Error::new(ErrorKind::Device, format!("{wrong} results of the GPU are wrong")))
}

/// Show and keep what the device does where drivers differ; how much of it kernels do not bear.
fn findings(page: &mut Page<'_>, all: Vec<Finding>) -> Result<usize> {
    let line = |Finding { question, answer, breaks, .. }: &Finding| {
        format!("{question:<42} {answer}{}", if *breaks { "  WRONG: kernels rely on it" } else { "" })
    };
    page.section("what the device does where drivers differ", all.iter().map(line));
    let json = |Finding { question, answer, breaks, .. }: &Finding| json!([question, answer, breaks]);
    page.keep("findings", all.iter().map(json).collect())?;
    Ok(all.iter().filter(|finding| finding.breaks).count())
}

/// Measure what is asked for; the number of wrong results.
fn workloads(
    cx: &Context,
    cpu: &Context,
    arguments: &arguments::GpuBench,
    common: &Common,
    page: &mut Page<'_>,
) -> Result<usize> {
    let gpu = cx.gpu().expect("the command begins on a GPU");
    let sizes = Sizes::of(gpu.adapter(), arguments.quick);
    let chosen: Vec<Workload> = all(&sizes).into_iter().filter(|workload| arguments.chooses(workload.name)).collect();
    let others = ["dispatch", "upload", "download", "scan", "sort"];
    if chosen.is_empty() && !others.iter().any(|name| arguments.chooses(name)) {
        return Ok(0);
    }
    let ceilings = Ceilings::measure(cx)?;
    page.section("ceilings, measured now", ceilings.lines());
    page.keep("ceilings", ceilings.json())?;
    let title = if sizes.full { "" } else { "; of such sizes times and shares say nothing" };
    page.section(&format!("workloads, each checked and then timed{title}"), [Record::header()]);
    let bench = Bench { cx, cpu, sizes: &sizes, ceilings: &ceilings };
    let mut records = small::known(&ceilings);
    records.retain(|record| arguments.chooses(record.name));
    records.extend(order::records(&bench, |name| arguments.chooses(name))?);
    // Targets are those of a card at full size.
    for record in &mut records {
        record.target = record.target.filter(|_| sizes.full);
        page.line(&record.line());
    }
    for workload in &chosen {
        let mut progress = common.progress(cx);
        progress.say(format!("measuring {} {} {}", workload.name, workload.case, workload.dtype));
        let mut record = timing::record(&bench, workload)?;
        record.target = record.target.filter(|_| sizes.full);
        drop(progress);
        page.line(&record.line());
        records.push(record);
        page.keep("records", records.iter().map(Record::json).collect())?;
    }
    page.keep("records", records.iter().map(Record::json).collect())?;
    Ok(records.iter().filter(|record| matches!(record.outcome, Outcome::Wrong(_))).count())
}

fn all(sizes: &Sizes) -> Vec<Workload> {
    let families = [
        elementwise::workloads(sizes),
        reductions::workloads(sizes),
        movement::workloads(sizes),
        products::workloads(sizes),
        distances::workloads(sizes),
        learning::workloads(sizes),
        randoms::workloads(sizes),
        small::workloads(),
    ];
    families.into_iter().flatten().collect()
}

/// `NVIDIA H100 (NVIDIA, discrete; driver 580.65), 79.6 GiB, on 1 rank`.
fn device(adapter: &Adapter, cx: &Context) -> String {
    let Adapter { name, vendor, driver, kind, memory, .. } = adapter;
    let memory = memory.map_or_else(|| "memory unknown".to_owned(), table::bytes);
    let ranks = if cx.size() == 1 { "1 rank".to_owned() } else { format!("{} ranks", cx.size()) };
    format!("{name} ({vendor}, {kind}; {driver}), {memory}, on {ranks}")
}

fn device_json(adapter: &Adapter) -> Value {
    let Adapter { name, vendor, driver, kind, memory, f64, i64, f16, subgroup, bus, .. } = adapter;
    json!({
        "name": name, "vendor": vendor, "driver": driver, "kind": kind.to_string(), "memory_bytes": memory, "bus": bus,
        "f64": f64, "i64": i64, "f16": f16, "subgroup": subgroup,
    })
}
