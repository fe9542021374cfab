//! Where a rank runs.

/// The machine that a rank runs on, and who shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The machine's name.
    pub host: String,
    /// How many machines the program runs on.
    pub nodes: usize,
    /// How many ranks of the program run on this one.
    pub ranks_on_node: usize,
    /// This rank's number among them, from 0: with it a rank picks its GPU.
    pub rank_on_node: usize,
}

impl Placement {
    /// All ranks on this machine.
    pub(super) fn on_one_node(rank: usize, ranks: usize) -> Self {
        let named =
            std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
        let host = named.map_or_else(|| "localhost".to_owned(), |name| name.trim().to_owned());
        Self { host, nodes: 1, ranks_on_node: ranks, rank_on_node: rank }
    }
}
