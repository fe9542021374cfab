//! The program as a user runs it: what it prints and writes, and how it ends.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../../src/bin/isotherm/plane.rs"]
mod plane;

mod commands;
mod describe;
mod diffuse;
mod failures;
#[cfg(feature = "gpu")]
mod gpu_bench;
mod pca;
mod planes;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Run the program in the package's folder with these arguments, and `ISOTHERM_RANKS` if there shall be one.
pub(crate) fn isotherm_with(ranks: Option<&str>, arguments: &[&str]) -> Run {
    let ranks = ranks.map(|ranks| ("ISOTHERM_RANKS", ranks));
    isotherm_in(ranks.as_slice(), arguments)
}

/// Run the program in the package's folder with these arguments and variables of the environment.
pub(crate) fn isotherm_in(environment: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isotherm"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).env_remove("ISOTHERM_RANKS");
    // Layers that the system adds to Vulkan drivers write to standard error where there is no display.
    command.env("VK_LOADER_LAYERS_DISABLE", "~implicit~");
    command.envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// As above, without the environment variable.
pub(crate) fn isotherm(arguments: &[&str]) -> Run {
    isotherm_with(None, arguments)
}

/// The JSON object that a run prints on standard output, alone.
#[track_caller]
pub(crate) fn json(arguments: &[&str]) -> Value {
    let run = isotherm(&[arguments, &["--json"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 1);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    for key in ["shape", "dtype", "ranks_used", "transport", "seconds", "bytes_sent"] {
        assert!(value.as_object().unwrap().contains_key(key), "every command reports {key}");
    }
    value
}

/// A folder of a test's own, which goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("isotherm-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A path in it, as an argument.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = std::fs::read_dir(&self.0).unwrap().map(name).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(Path::new(&self.0)).unwrap();
    }
}
