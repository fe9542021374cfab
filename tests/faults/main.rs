//! The fault campaign: each fault on threads, and under Open MPI and MPICH where they are, with a deadline. No job may hang, give a wrong
//! result silently, or end without saying why.
//!
//! This program starts itself: with the name of a fault in its environment it is a rank. `ISOTHERM_FAULTS_ON` says how ranks are started
//! otherwise than by `threads` and `mpirun` (or what `MPIEXEC` names): a list of launchers, each with a program if that is not this one, and
//! with a word before it if calls shall not be compared beforehand, as in `threads unchecked:mpirun mpirun.mpich=target/other/faults`.
//! `ISOTHERM_FAULTS_TABLE` names a file that gets the table. An argument chooses the faults with this word in their names.

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

/// How ranks are started, and where the table goes.
const ON: &str = "ISOTHERM_FAULTS_ON";
const TABLE: &str = "ISOTHERM_FAULTS_TABLE";

const RANKS: usize = 3;

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(FAULT) {
        let folder = std::env::var(FOLDER).expect("the parent gives both");
        return child::run(&name, Path::new(&folder));
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let word = words.into_iter().find(|word| !word.starts_with('-')).unwrap_or_default();
    let chosen: Vec<&Fault> = FAULTS.iter().filter(|fault| fault.name.contains(&word)).collect();
    let (table, failed) = campaign(&transports(), &chosen);
    println!("{table}\n{} faults, {failed} failures", chosen.len());
    if let Some(path) = std::env::var_os(TABLE) {
        std::fs::write(path, table).expect("the table's file can be written");
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The ways to start ranks that are asked for, else those that this build has.
fn transports() -> Vec<Transport> {
    let own = std::env::current_exe().expect("this program has a path");
    let launcher = std::env::var("MPIEXEC").unwrap_or_else(|_| "mpirun".to_owned());
    let built = if cfg!(feature = "mpi") { format!("threads {launcher}") } else { "threads".to_owned() };
    let asked = std::env::var(ON).unwrap_or(built);
    let transport = |words: &str| {
        let (launcher, program) = words.split_once('=').unwrap_or((words, ""));
        let (launcher, checked) = launcher.strip_prefix("unchecked:").map_or((launcher, true), |rest| (rest, false));
        let program = if program.is_empty() { own.clone() } else { PathBuf::from(program) };
        Transport { launcher: (launcher != "threads").then(|| launcher.to_owned()), program, checked }
    };
    asked.split_whitespace().map(transport).collect()
}

/// The table of all outcomes, and how many are not what they must be.
fn campaign(transports: &[Transport], faults: &[&Fault]) -> (String, usize) {
    let mut failed = 0;
    let mut table = heading(transports);
    for fault in faults {
        write!(table, "| {} | {} |", fault.name, fault.heat).expect("text grows");
        for transport in transports {
            if !transport.has(fault) {
                table += " - |";
                continue;
            }
            let outcome = transport.run(fault);
            write!(table, " {:?} |", outcome.class).expect("text grows");
            if !good(fault, &outcome) {
                failed += 1;
                let Outcome { class, time, said } = outcome;
                eprintln!("{} on {}: {class:?} in {time:.1?}\n{said}\n", fault.name, transport.name());
            }
        }
        table += "\n";
    }
    (table, failed)
}

fn heading(transports: &[Transport]) -> String {
    let names = transports.iter().map(|transport| format!(" {} |", transport.name())).collect::<Vec<_>>().concat();
    format!("| fault, on {RANKS} ranks | Heat 1.8.0 |{names}\n|---|---|{}\n", "---|".repeat(transports.len()))
}

/// Whether the outcome is the one that the fault must have.
fn good(fault: &Fault, outcome: &Outcome) -> bool {
    outcome.class
        == match fault.expected {
            Expected::Error(_) => Class::A,
            Expected::End(_) | Expected::Killed(_) => Class::B,
            Expected::Value(_) => Class::R,
        }
}
