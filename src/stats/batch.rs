//! The search for the order statistics of some groups, round by round.

use std::rc::Rc;

use crate::comm::{Comm, Exact};
use crate::device::digits::{BINS, DIGIT, Lens, Round, Search};
use crate::error::Result;
use crate::stats::Ordinal;

/// One group: the key of its least element, and how many low bits of the offsets from it are still to be found.
pub(super) struct Group {
    pub(super) least: u64,
    pub(super) bits: u32,
}

/// One order statistic: the bits of its offset that are known, and its number among the elements that begin with them.
pub(super) struct Target {
    pub(super) prefix: u64,
    pub(super) rank: u64,
}

/// The groups whose order statistics are found together. `targets` holds the same number for each, in ascending order.
pub(super) struct Batch {
    pub(super) groups: Vec<Group>,
    pub(super) targets: Vec<Target>,
}

impl Batch {
    /// Find the targets: afterwards their prefixes are whole offsets.
    ///
    /// **Collective** among the partners: one all-reduce for each round.
    #[track_caller]
    pub(super) fn run<T: Ordinal>(&mut self, mut search: Search<'_, T>, partners: Option<&Comm>) -> Result<()> {
        let mut round = Rc::new(self.round());
        while !round.prefixes.is_empty() {
            let own = search.count(&round);
            match partners {
                Some(comm) => self.descend(&round, &comm.all_reduce_exact(&own, Exact::Sum)?),
                None => self.descend(&round, &own),
            }
            round = Rc::new(self.round());
        }
        Ok(())
    }

    fn each(&self) -> usize {
        self.targets.len() / self.groups.len()
    }

    /// What is to be asked next: of each group that is not done, the prefixes that its targets have by now.
    fn round(&self) -> Round {
        let mut round = Round::default();
        for (group, targets) in self.groups.iter().zip(self.targets.chunks(self.each())) {
            let start = round.prefixes.len();
            for target in targets.iter().filter(|_| group.bits > 0) {
                // In ascending order, so equal ones follow each other.
                if round.prefixes[start..].last() != Some(&target.prefix) {
                    round.prefixes.push(target.prefix);
                }
            }
            let width = group.bits.min(DIGIT);
            let slots = start..round.prefixes.len();
            round.lenses.push(Lens { least: group.least, shift: group.bits - width, width, slots });
        }
        round
    }

    /// Follow each target into the digit that holds its rank.
    fn descend(&mut self, round: &Round, counts: &[u64]) {
        let each = self.each();
        let groups = self.groups.iter_mut().zip(self.targets.chunks_mut(each)).zip(&round.lenses);
        for ((group, targets), lens) in groups.filter(|(_, lens)| !lens.slots.is_empty()) {
            group.bits -= lens.width;
            for target in targets {
                let slot = round.prefixes[lens.slots.clone()].binary_search(&target.prefix);
                let slot = lens.slots.start + slot.expect("every target's prefix is asked for");
                let mut digit = 0;
                for &count in &counts[slot * BINS..][..BINS] {
                    if target.rank < count {
                        break;
                    }
                    target.rank -= count;
                    digit += 1;
                }
                target.prefix = target.prefix << lens.width | digit;
            }
        }
    }
}
