//! The fault campaign: each fault on threads, and under Open MPI and MPICH where they are, with a deadline. No job may hang, give a wrong
//! result silently, or end without saying why.
//!
//! This program starts itself: with the name of a fault in its environment it is a rank. `ISOTHERM_MPIRUN` names the launcher of the MPI
//! library that it is linked to (else `mpirun`), `ISOTHERM_MPICH` this program linked to MPICH, and `ISOTHERM_FAULT_TABLE` a file that
//! gets the table.

mod child;
mod faults;
mod launch;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use faults::{Expected, FAULTS, Fault};
use launch::{Class, Outcome, Transport};

/// The environment variable with the name of the fault, and the one with the folder that all ranks see.
const FAULT: &str = "ISOTHERM_FAULT";
const FOLDER: &str = "ISOTHERM_FAULT_FOLDER";

const RANKS: usize = 3;

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(FAULT) {
        let folder = std::env::var(FOLDER).expect("the parent gives both");
        return child::run(&name, Path::new(&folder));
    }
    // The options of the usual harness mean nothing here, but for this one.
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    campaign()
}

/// Threads, and what else can be started here.
fn transports() -> Vec<Transport> {
    let own = std::env::current_exe().expect("this program has a path");
    let mut all = vec![Transport { name: "threads", launcher: None, program: own.clone() }];
    if cfg!(feature = "mpi") {
        all.push(Transport { name: "Open MPI", launcher: Some("mpirun"), program: own });
    }
    if let Some(program) = std::env::var_os("ISOTHERM_MPICH") {
        all.push(Transport { name: "MPICH", launcher: Some("mpirun.mpich"), program: PathBuf::from(program) });
    }
    all
}

fn campaign() -> ExitCode {
    let transports = transports();
    let mut failed = 0;
    let mut table = heading(&transports);
    for fault in FAULTS {
        write!(table, "| {} | {} |", fault.name, fault.heat).expect("text grows");
        for transport in &transports {
            if !transport.has(fault) {
                table += " - |";
                continue;
            }
            let outcome = transport.run(fault);
            write!(table, " {:?} |", outcome.class).expect("text grows");
            if !good(fault, &outcome) {
                failed += 1;
                eprintln!(
                    "{} on {}: {:?} in {:.1?}\n{}\n",
                    fault.name, transport.name, outcome.class, outcome.time, outcome.said
                );
            }
        }
        table += "\n";
    }
    println!("{table}");
    if let Some(path) = std::env::var_os("ISOTHERM_FAULT_TABLE") {
        std::fs::write(path, table).expect("the table's file can be written");
    }
    println!("{} faults on {} transports, {failed} failures", FAULTS.len(), transports.len());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn heading(transports: &[Transport]) -> String {
    let names: String = transports.iter().map(|transport| format!(" {} |", transport.name)).collect();
    format!("| fault, on {RANKS} ranks | Heat 1.8.0 |{names}\n|---|---|{}\n", "---|".repeat(transports.len()))
}

/// Whether the outcome is the one that the fault must have.
fn good(fault: &Fault, outcome: &Outcome) -> bool {
    outcome.class
        == match fault.expected {
            Expected::Error(_) => Class::A,
            Expected::End(_) | Expected::Killed => Class::B,
            Expected::Value(_) => Class::R,
        }
}
