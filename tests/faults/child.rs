//! One rank's side: the program with the fault, and a note of what this rank was told.

use std::path::Path;
use std::process::ExitCode;

use crate::faults::{Expected, FAULTS};

/// What a rank notes when the error was no end: the ranks understood each other afterwards.
pub(crate) const WENT_ON: &str = "went on after ";

/// Run the fault of this name on the ranks that were started, as a user's program would.
pub(crate) fn run(name: &str, folder: &Path) -> ExitCode {
    let fault = FAULTS.iter().find(|fault| fault.name == name).expect("the parent knows the names");
    isotherm::run(|cx| {
        let outcome = (fault.run)(cx, folder);
        let (note, result) = match outcome {
            Ok(value) => (value, Ok(())),
            Err(error) if matches!(fault.expected, Expected::Error(_)) => {
                let here = cx.comm().all_reduce(&[1_u64], |a, b| a + b)?;
                assert_eq!(here, [cx.size() as u64]);
                (format!("{WENT_ON}{:?}: {error}", error.kind()), Ok(()))
            }
            Err(error) => (format!("{error}"), Err(error)),
        };
        std::fs::write(folder.join(format!("rank-{}", cx.rank())), note).expect("the folder is there");
        result
    })
}
