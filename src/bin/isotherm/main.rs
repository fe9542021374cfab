//! The command line: it reads arguments, calls the library, and shows what comes back.

mod arguments;
mod info;
mod input;
mod json;
mod kmeans;
mod picture;
mod plan;
mod plane;
mod plot;
mod progress;
mod report;
mod table;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// 0 when all went well, 1 after an error, 2 (by the parser) when the arguments make no sense.
fn main() -> ExitCode {
    let Arguments { command, common } = Arguments::parse();
    let outcome = match command {
        Command::Info => info::run(&common),
        Command::Kmeans(arguments) => kmeans::run(&arguments, &common),
        Command::Plan(arguments) => plan::run(&arguments, &common),
    };
    match outcome.and_then(|report| report.print(&common)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
