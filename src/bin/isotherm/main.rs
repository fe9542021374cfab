//! The command line: it reads arguments, calls the library, and shows what comes back.

mod arguments;
mod describe;
mod diffuse;
#[cfg(feature = "gpu")]
mod gpu_bench;
mod heat;
mod info;
mod input;
mod json;
mod kmeans;
mod output;
mod pca;
mod picture;
mod plan;
mod plane;
mod plot;
mod progress;
mod report;
mod rows;
mod scree;
mod table;

use std::process::ExitCode;

use clap::Parser;
use isotherm::Launch;
use isotherm::prelude::*;

use arguments::{Arguments, Command, Common};
use report::Report;

/// 0 when all went well, 1 after an error, 2 when the arguments make no sense. Rank 0 speaks for all.
fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let launch = match arguments.launch() {
        Ok(launch) => launch,
        Err(error) => return refused(&error),
    };
    let leads = launch.leads();
    let Arguments { command, common } = arguments;
    let outcome = launch.run(|cx| report(cx, &command, &common)?.print(cx, &common));
    match outcome {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            if leads {
                // Without the line of the source, which is no line of the user's.
                eprintln!("error: {}", error.message());
            }
            ExitCode::FAILURE
        }
    }
}

/// Help, or what is wrong with the arguments: once, also where a launcher started many of us.
fn refused(error: &clap::Error) -> ExitCode {
    if Launch::from_environment().map_or(true, |launch| launch.leads()) {
        // A terminal that is gone cannot be told.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn report(cx: &Context, command: &Command, common: &Common) -> Result<Report> {
    match command {
        Command::Describe(arguments) => describe::run(cx, arguments, common),
        Command::Diffuse(arguments) => diffuse::run(cx, arguments, common),
        #[cfg(feature = "gpu")]
        Command::GpuBench(arguments) => gpu_bench::run(cx, arguments, common),
        Command::Info => info::run(cx),
        Command::Kmeans(arguments) => kmeans::run(cx, arguments, common),
        Command::Pca(arguments) => pca::run(cx, arguments, common),
        Command::Plan(arguments) => plan::run(cx, arguments, common),
    }
}
