//! What the command line asks for.

use std::path::PathBuf;
use std::str::FromStr;

/// The arguments, understood.
pub(crate) struct Options {
    /// Only name the workloads.
    pub(crate) list: bool,
    /// Tiny sizes and one repetition.
    pub(crate) quick: bool,
    /// What the first extent is divided by.
    pub(crate) part: usize,
    /// Ranks in this process.
    pub(crate) ranks: usize,
    /// Threads of each rank, where not its share of the cores.
    pub(crate) threads: Option<usize>,
    /// The most repetitions of a workload.
    pub(crate) repeats: usize,
    /// The time after which few repetitions are enough.
    pub(crate) seconds: f64,
    /// The file for the figures.
    pub(crate) out: Option<PathBuf>,
    /// The arguments as they were given.
    pub(crate) words: Vec<String>,
    prefixes: Vec<String>,
}

impl Options {
    /// The options in these words; what is wrong with them otherwise.
    pub(crate) fn from_arguments(words: impl Iterator<Item = String>) -> Result<Self, String> {
        // Cargo adds `--bench` to the arguments of a benchmark.
        let words: Vec<String> = words.filter(|word| word != "--bench").collect();
        let mut options = Self {
            list: false,
            quick: cfg!(debug_assertions),
            part: 1,
            ranks: 1,
            threads: None,
            repeats: 50,
            seconds: 1.5,
            out: None,
            words: words.clone(),
            prefixes: Vec::new(),
        };
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--list" => options.list = true,
                "--quick" => options.quick = true,
                "--part" => options.part = value(&word, words.next())?,
                "--ranks" => options.ranks = value(&word, words.next())?,
                "--threads" => options.threads = Some(value(&word, words.next())?),
                "--repeats" => options.repeats = value(&word, words.next())?,
                "--seconds" => options.seconds = value(&word, words.next())?,
                "--out" => options.out = Some(value(&word, words.next())?),
                _ if word.starts_with("--") => {
                    return Err(format!("there is no option {word}: see benches/suite/main.rs"));
                }
                _ => options.prefixes.push(word),
            }
        }
        if options.ranks == 0 || options.threads == Some(0) || options.repeats == 0 || options.part == 0 {
            return Err("ranks, threads, repetitions and parts are counted from 1".to_owned());
        }
        Ok(options)
    }

    /// Whether the workloads of this name are to be run.
    pub(crate) fn chooses(&self, name: &str) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
    }
}

fn value<T: FromStr>(option: &str, word: Option<String>) -> Result<T, String> {
    let word = word.ok_or_else(|| format!("{option} wants a value"))?;
    word.parse().map_err(|_| format!("{option} cannot be {word:?}"))
}
