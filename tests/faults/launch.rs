//! The parent's side: starting the ranks, waiting no longer than the deadline, and the class of what came of it.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::child::WENT_ON;
use crate::faults::{Expected, Fault, files};
use crate::{FAULT, FOLDER, RANKS};

/// A job that has not ended by then hangs.
const DEADLINE: Duration = Duration::from_secs(30);

/// A job that ends later than this ends too late. It is a third of that on a machine with nothing else to do.
const SOON: Duration = Duration::from_secs(10);

/// How ranks are started.
pub(crate) struct Transport {
    /// None for threads.
    pub(crate) launcher: Option<String>,
    pub(crate) program: PathBuf,
    /// Whether the ranks compare their calls beforehand, as in builds with debug assertions.
    pub(crate) checked: bool,
}

/// What came of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Class {
    /// The same error on all ranks, and the program can go on.
    A,
    /// The job ends within seconds and says what happened.
    B,
    /// The job ends without a useful message.
    C,
    /// The job hangs.
    H,
    /// No fault: the documented result, on every rank.
    R,
    /// A wrong result, silently.
    S,
}

pub(crate) struct Outcome {
    pub(crate) class: Class,
    pub(crate) time: Duration,
    /// What was said, to look at.
    pub(crate) said: String,
}

impl Transport {
    pub(crate) fn name(&self) -> String {
        let library = match &self.launcher {
            None => "threads",
            Some(launcher) if launcher.contains("mpich") => "MPICH",
            Some(_) => "Open MPI",
        };
        let unchecked = if self.checked { "" } else { ", unchecked" };
        format!("{library}{unchecked}")
    }

    /// Whether a fault can be tried: a rank that is a thread cannot be killed alone.
    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.launcher.is_some() || !matches!(fault.expected, Expected::Killed(_))
    }

    /// Start the ranks with this fault, and see what comes of it.
    pub(crate) fn run(&self, fault: &Fault) -> Outcome {
        let folder = std::env::temp_dir().join(format!("isotherm-faults-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        files(&folder).expect("the folder can be written");
        let start = Instant::now();
        let status = finished(self.started(fault, &folder));
        let (time, said) = (start.elapsed(), std::fs::read(folder.join("said")).expect("the job's output"));
        let said = String::from_utf8_lossy(&said).into_owned();
        let note = |rank: usize| std::fs::read_to_string(folder.join(format!("rank-{rank}"))).ok();
        let notes: Vec<Option<String>> = (0..RANKS).map(note).collect();
        std::fs::remove_dir_all(&folder).expect("the folder was ours");
        let class = class(fault.expected, status, time, &said, &notes);
        Outcome { class, time, said: format!("{notes:?}\n{said}") }
    }

    fn started(&self, fault: &Fault, folder: &Path) -> Child {
        let mut command = match &self.launcher {
            None => Command::new(&self.program),
            Some(launcher) => {
                let mut command = Command::new(launcher);
                command.args(["-n", &RANKS.to_string()]).arg(&self.program);
                command
            }
        };
        let said = File::create(folder.join("said")).expect("a file for the output");
        command.env("ISOTHERM_CHECK", if self.checked { "1" } else { "0" });
        command.env(FAULT, fault.name).env(FOLDER, folder).env("RUST_BACKTRACE", "0");
        if self.launcher.is_none() {
            command.env(isotherm::RANKS, RANKS.to_string());
        }
        // What Open MPI asks for where ranks are more than cores, and in containers, where everybody is root.
        for name in ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe"] {
            command.env(name, "1");
        }
        command.env("OMPI_MCA_mpi_yield_when_idle", "1").env("OMPI_MCA_hwloc_base_binding_policy", "none");
        command.process_group(0);
        command.stdout(said.try_clone().expect("a second handle")).stderr(said).spawn().expect("the job starts")
    }
}

/// Wait for the end; at the deadline make one, and there is no status.
fn finished(mut job: Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < DEADLINE {
        if let Some(status) = job.try_wait().expect("it is our child") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    // The launcher ends its processes when it is asked to; then the group goes.
    for (signal, pause) in [("-TERM", 2), ("-KILL", 0)] {
        let group = format!("-{}", job.id());
        let _ = Command::new("kill").args([signal, "--", &group]).status();
        std::thread::sleep(Duration::from_secs(pause));
    }
    job.wait().expect("it is our child");
    None
}

fn class(
    expected: Expected,
    status: Option<ExitStatus>,
    time: Duration,
    said: &str,
    notes: &[Option<String>],
) -> Class {
    let Some(status) = status else { return Class::H };
    if status.success() {
        let same = notes.iter().all(|note| note.is_some() && *note == notes[0]);
        let note = notes[0].as_deref().unwrap_or_default();
        return match expected {
            Expected::Value(value) if same && note == value => Class::R,
            Expected::Error(words) if same && note.starts_with(WENT_ON) && note.contains(words) => Class::A,
            _ => Class::S,
        };
    }
    let told = match expected {
        Expected::Error(words) | Expected::Killed(words) => said.contains(words),
        // Ranks that do not compare their calls beforehand find out when all of them wait.
        Expected::End(words) => said.contains("rank") && (said.contains(words) || said.contains("no rank can go on")),
        Expected::Value(_) => false,
    };
    if told && time < SOON { Class::B } else { Class::C }
}
