//! Starting this executable again, once for each rank.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A job to start: a test of this executable that is ignored otherwise.
pub(crate) struct Job {
    ranks: usize,
    child: &'static str,
    variables: Vec<(&'static str, String)>,
    launcher: String,
}

/// How a job ended.
pub(crate) struct End {
    /// The exit code of the launcher; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output and standard error of the launcher and all ranks.
    pub(crate) said: String,
    pub(crate) took: Duration,
}

/// Numbers for the files that jobs write to.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// What each rank of a job that succeeds says at its end, before its number.
pub(crate) const PASSED: &str = "all is well on rank";

/// Longer than any job here should take on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

impl Job {
    pub(crate) fn new(ranks: usize, child: &'static str) -> Self {
        let launcher = std::env::var("MPIEXEC").unwrap_or_else(|_| "mpirun".to_owned());
        Self { ranks, child, variables: Vec::new(), launcher }
    }

    pub(crate) fn set(mut self, name: &'static str, value: impl ToString) -> Self {
        self.variables.push((name, value.to_string()));
        self
    }

    pub(crate) fn by(mut self, launcher: &str) -> Self {
        launcher.clone_into(&mut self.launcher);
        self
    }

    /// Start it and wait for its end; a job that goes on past the deadline is killed, and the test fails.
    #[track_caller]
    pub(crate) fn run(self) -> End {
        let path = std::env::temp_dir().join(format!(
            "isotherm-mpi-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let file = File::create(&path).unwrap();
        let begin = Instant::now();
        let mut command = Command::new(&self.launcher);
        command.args(["-n", &self.ranks.to_string()]).arg(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", self.child, "--test-threads=1", "--nocapture"]);
        // A launcher refuses root and more ranks than cores unless it is told otherwise; others do not know these variables.
        for (name, value) in [
            ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
            ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
            ("OMPI_MCA_rmaps_base_oversubscribe", "1"),
            ("OMPI_MCA_mpi_yield_when_idle", "1"),
            ("OMPI_MCA_hwloc_base_binding_policy", "none"), // a busy core would hold up the rank that is bound to it
            ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"),
        ] {
            command.env(name, value);
        }
        command.env_remove("RUST_BACKTRACE").envs(self.variables).process_group(0);
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let mut job = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.launcher));
        let status = wait(&mut job, begin + DEADLINE);
        let said = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let _ = std::fs::remove_file(&path);
        let status = status.unwrap_or_else(|| panic!("{} did not end:\n{said}", self.child));
        End { code: status.code(), said, took: begin.elapsed() }
    }

    /// Run a job whose child must succeed on every rank.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        let ranks = self.ranks;
        let end = self.run();
        let passed = (0..ranks).all(|rank| end.said.contains(&format!("{PASSED} {rank}\n")));
        assert!(end.code == Some(0) && passed, "{:?}\n{}", end.code, end.said);
        end.said
    }
}

/// How it ended; `None` past the deadline, when the job is killed.
fn wait(job: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        if let Some(status) = job.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > until {
            for signal in ["-TERM", "-KILL"] {
                let _ = Command::new("kill").args([signal, "--", &format!("-{}", job.id())]).status();
                std::thread::sleep(Duration::from_secs(1));
            }
            let _ = job.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
