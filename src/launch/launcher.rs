//! What the environment tells of the program that started this process.

/// A launcher of MPI programs that started this process among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Launcher {
    /// As users know it.
    pub(super) name: &'static str,
    /// How many processes it started; some do not say.
    pub(super) ranks: Option<usize>,
    /// This process's number among them.
    pub(super) rank: usize,
}

const SRUN: &str = "Slurm's srun";

/// The variables of each launcher: processes, number of this one. The first that is there counts: Slurm's are also set
/// around a launcher that a Slurm job calls.
const LAUNCHERS: [(&str, &str, &str); 4] = [
    ("Open MPI's mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
    ("the mpiexec of MPICH or one of its kin", "PMI_SIZE", "PMI_RANK"),
    (SRUN, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
    ("a PMIx launcher", "", "PMIX_RANK"),
];

impl Launcher {
    /// The launcher of this process, if there was one.
    pub(super) fn of_process() -> Option<Self> {
        Self::from(|name| std::env::var(name).ok())
    }

    fn from(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |name: &str| variable(name).and_then(|text| text.parse().ok());
        LAUNCHERS.into_iter().find_map(|(name, ranks, rank)| {
            // A batch script of Slurm has the rank's variable without the other, and launches nothing.
            let known = number(if ranks.is_empty() { rank } else { ranks }).is_some();
            let (ranks, rank) = (number(ranks), number(rank));
            // A shell on an allocated node is a step of one task, from which plain programs are started.
            let is_shell = name == SRUN && ranks == Some(1);
            (known && !is_shell).then(|| Self { name, ranks, rank: rank.unwrap_or(0) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Option<(&'static str, Option<usize>, usize)> {
        let value =
            |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        Launcher::from(value).map(|launcher| (launcher.name, launcher.ranks, launcher.rank))
    }

    #[test]
    fn launchers_are_known_by_their_variables() {
        assert_eq!(found(&[("PATH", "/bin")]), None);
        let slurm = [("SLURM_STEP_NUM_TASKS", "2"), ("SLURM_PROCID", "0")];
        let mpich = [("PMI_SIZE", "4"), ("PMI_RANK", "3")];
        assert_eq!(found(&slurm), Some(("Slurm's srun", Some(2), 0)));
        assert_eq!(found(&[("SLURM_STEP_NUM_TASKS", "1"), ("SLURM_PROCID", "0")]), None, "a shell in an allocation");
        assert_eq!(found(&[("SLURM_PROCID", "0")]), None, "a batch script");
        assert_eq!(found(&[slurm, mpich].concat()).map(|(_, ranks, rank)| (ranks, rank)), Some((Some(4), 3)));
        assert_eq!(found(&[("PMIX_RANK", "2")]), Some(("a PMIx launcher", None, 2)));
        assert_eq!(found(&[("SLURM_NTASKS", "4")]), None, "an allocation, in which nothing was launched");
    }
}
