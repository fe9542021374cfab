//! What a plan costs, without running it.

use std::fmt;

use super::{Exchange, Plan};
use crate::error::Result;

impl Plan {
    /// Bytes that this rank sends.
    ///
    /// **Local.**
    pub fn send_bytes(&self) -> usize {
        self.sends.total() * self.options.item_bytes
    }

    /// Bytes that this rank receives: the elements that it needs and does not hold.
    ///
    /// **Local.**
    pub fn receive_bytes(&self) -> usize {
        self.receives.total() * self.options.item_bytes
    }

    /// Messages that this rank sends, in all rounds together.
    ///
    /// **Local.** As if each went point to point; an all-to-all or all-gather of a transport may need fewer.
    pub fn messages(&self) -> usize {
        self.sends.iter().map(|(_, count)| self.schedule.messages(count)).sum()
    }

    /// The most bytes that this rank holds at a time: its old blocks, its new one, and what it stages in its fullest round.
    ///
    /// **Local.**
    pub fn peak_bytes(&self) -> usize {
        let old: usize = self.sources.iter().map(|source| source.local_len(self.rank)).sum();
        let new = self.destination_deal().local_shape(self.rank).size();
        let staged = self.schedule.most_staged(self.rank, &self.sends, &self.receives);
        (old + new + staged) * self.options.item_bytes
    }

    /// The bytes that the plan itself takes, with all that it points to.
    ///
    /// **Local.** Grows with the peers of this rank and the number of moves, not with the arrays.
    pub fn memory_bytes(&self) -> usize {
        let peers = (self.sends.iter().len() + self.receives.iter().len()) * size_of::<(usize, usize)>();
        let transfers: usize = self.transfers.iter().map(super::Transfer::memory_bytes).sum();
        let layouts: usize = self.sources.iter().chain([&self.into]).map(super::Layout::memory_bytes).sum();
        size_of::<Self>() + peers + transfers + layouts
    }
}

/// `sends 96 B in 1 message, receives 96 B from 1 rank, keeps 12 elements; 1 round, all-to-all, peak 480 B`.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.exchange() == Exchange::None {
            return write!(f, "nothing moves; peak {}", Bytes(self.peak_bytes()));
        }
        write!(f, "sends {} in {}", Bytes(self.send_bytes()), Number(self.messages(), "message"))?;
        write!(f, ", receives {} from {}", Bytes(self.receive_bytes()), Number(self.receives.iter().len(), "rank"))?;
        write!(f, ", keeps {}", Number(self.kept(), "element"))?;
        write!(f, "; {}, {}, peak {}", Number(self.rounds(), "round"), self.exchange(), Bytes(self.peak_bytes()))
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::PointToPoint => "point to point",
            Self::AllToAll => "all-to-all",
            Self::AllGather => "all-gather",
        })
    }
}

/// The cost of a plan on all ranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Bytes that cross from a rank to another.
    pub total_bytes: usize,
    /// Messages, each counted once.
    pub total_messages: usize,
    /// The largest peak of any rank.
    pub peak_bytes: usize,
    /// Each rank's share.
    pub ranks: Vec<RankCost>,
}

/// One rank's share of a [`Cost`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankCost {
    /// The rank.
    pub rank: usize,
    /// Bytes that it sends.
    pub send_bytes: usize,
    /// Bytes that it receives.
    pub receive_bytes: usize,
    /// Messages that it sends.
    pub messages: usize,
    /// The most bytes that it holds at a time.
    pub peak_bytes: usize,
}

impl Cost {
    /// The cost of the plans that `plan` makes for ranks `0..ranks`.
    ///
    /// **Local.** Makes all the plans, one after another: O(ranks squared) steps.
    ///
    /// # Errors
    /// Those of `plan`.
    pub fn of(ranks: usize, plan: impl Fn(usize) -> Result<Plan>) -> Result<Self> {
        let mut cost = Self { total_bytes: 0, total_messages: 0, peak_bytes: 0, ranks: Vec::with_capacity(ranks) };
        for rank in 0..ranks {
            let plan = plan(rank)?;
            let one = RankCost {
                rank,
                send_bytes: plan.send_bytes(),
                receive_bytes: plan.receive_bytes(),
                messages: plan.messages(),
                peak_bytes: plan.peak_bytes(),
            };
            cost.total_bytes += one.send_bytes;
            cost.total_messages += one.messages;
            cost.peak_bytes = cost.peak_bytes.max(one.peak_bytes);
            cost.ranks.push(one);
        }
        Ok(cost)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, peak) = (Bytes(self.total_bytes), Bytes(self.peak_bytes));
        let ranks = Number(self.ranks.len(), "rank");
        write!(f, "{bytes} in {} over {ranks}, peak {peak} on a rank", Number(self.total_messages, "message"))
    }
}

/// A number of bytes in the largest unit that leaves it at least 1.
pub(crate) struct Bytes(pub(crate) usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let unit = (self.0.max(1).ilog2() / 10) as usize;
        match unit.checked_sub(1) {
            None => write!(f, "{} B", self.0),
            Some(above) => write!(f, "{:.1} {}", self.0 as f64 / 1024_f64.powi(unit as i32), UNITS[above]),
        }
    }
}

/// A number of things.
pub(crate) struct Number(pub(crate) usize, pub(crate) &'static str);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.0, self.1, if self.0 == 1 { "" } else { "s" })
    }
}
