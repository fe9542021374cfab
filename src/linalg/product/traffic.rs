//! What a product costs, without running it.

use std::fmt;
use std::ops::Range;

use super::choice::{Factor, partial};
use super::feed::Feed;
use super::plan::{Algorithm, MatmulPlan};
use super::sums::Sums;
use super::tiles::Tiles;
use crate::error::Result;
use crate::layout::plan::{Bytes, Number};
use crate::layout::{Layout, Plan};

/// What one rank sends and receives for a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes that it sends.
    pub send_bytes: usize,
    /// Bytes that it receives.
    pub receive_bytes: usize,
    /// Messages that it sends.
    pub messages: usize,
    /// Panels of the factors, one after another.
    pub panels: usize,
}

impl Traffic {
    fn add(&mut self, plan: &Plan) {
        self.send_bytes += plan.send_bytes();
        self.receive_bytes += plan.receive_bytes();
        self.messages += plan.messages();
    }
}

impl MatmulPlan {
    /// What this rank sends and receives.
    ///
    /// **Local.** Makes the plans of all panels. A sum that all ranks get counts as the table of [`Counters`](crate::comm::Counters) says.
    ///
    /// # Errors
    /// None of its own.
    pub fn traffic(&self) -> Result<Traffic> {
        let mut traffic = Traffic::default();
        if self.algorithm() == Algorithm::StationaryC {
            self.traffic_of_tiles(&mut traffic)?;
        } else {
            self.traffic_of_sums(&mut traffic)?;
        }
        traffic.add(&Plan::redistribute(self.computed(), self.stacked_layout(), self.rank(), self.options(1))?);
        Ok(traffic)
    }

    fn traffic_of_tiles(&self, traffic: &mut Traffic) -> Result<()> {
        let tiles = Tiles::new(self);
        for (from, feed) in [(self.a(), &tiles.a), (self.b(), &tiles.b)] {
            traffic.add(&Plan::redistribute(from, &feed.from, self.rank(), self.options(1))?);
            for panel in tiles.panels.iter().filter(|_| !feed.stays()) {
                traffic.add(&feed.plan(panel.clone(), self.rank(), tiles.options.clone())?);
            }
        }
        traffic.panels = tiles.panels.len();
        Ok(())
    }

    fn traffic_of_sums(&self, traffic: &mut Traffic) -> Result<()> {
        let sums = Sums::new(self);
        for panel in &sums.panels {
            if !sums.feed.stays() {
                traffic.add(&sums.feed.plan(panel.clone(), self.rank(), sums.options.clone())?);
            }
            for piece in sums.pieces(panel.len()) {
                match sums.layouts(panel, &piece) {
                    (apart, Some(together)) => {
                        traffic.add(&Plan::redistribute(&apart, &together, sums.member, sums.options.clone())?);
                    }
                    (apart, None) => {
                        let doublings = sums.ranks.next_power_of_two().trailing_zeros() as usize;
                        let bytes = doublings * apart.local_len(sums.member) * self.item_bytes();
                        traffic.send_bytes += bytes;
                        traffic.receive_bytes += bytes;
                        traffic.messages += doublings;
                    }
                }
            }
        }
        traffic.panels = sums.panels.len();
        Ok(())
    }

    /// Multiplications and additions of this rank: two for each pair of elements that meet.
    ///
    /// **Local.**
    pub fn flops(&self) -> usize {
        let ndim = self.shape().ndim();
        let kept = |factor: Factor, own: &Layout| {
            let inner = own.progression(factor.inner(ndim), self.rank()).len();
            2 * inner * partial(factor, own, self.shape()).local_len(self.rank())
        };
        match self.algorithm() {
            Algorithm::StationaryC => 2 * self.a().shape()[ndim - 1] * self.computed().local_len(self.rank()),
            Algorithm::StationaryA => kept(Factor::A, self.a()),
            Algorithm::StationaryB => kept(Factor::B, self.b()),
        }
    }

    /// The most bytes that this rank may hold at a time, factors and product included.
    ///
    /// **Local.** As documented for [`MatmulPlan`], or less where less moves. Makes the plans of all panels.
    ///
    /// # Errors
    /// None of its own.
    pub fn peak_bytes(&self) -> Result<usize> {
        let bytes = |layout: &Layout| layout.local_len(self.rank()) * self.item_bytes();
        let detour = if self.computed() == self.stacked_layout() { 0 } else { bytes(self.computed()) };
        let (blocks, staged) = self.workspace();
        let traffic = self.traffic()?;
        let moving = blocks.panels + blocks.pieces + traffic.send_bytes + traffic.receive_bytes;
        let held = bytes(self.a()) + bytes(self.b()) + bytes(self.stacked_layout());
        Ok(held + detour + blocks.again + staged.min(moving))
    }

    /// What this rank has besides factors and product, and what the staging limit makes of it.
    fn workspace(&self) -> (Workspace, usize) {
        let bytes = |elements: usize| elements * self.item_bytes();
        // So many shares of the limit are in use twice, each of at least one index of what comes.
        let staged = |shares: usize, unit: usize| 2 * shares * (self.staging_limit() / shares).max(bytes(unit));
        if self.algorithm() != Algorithm::StationaryC {
            let sums = Sums::new(self);
            let unit = if sums.feed.stays() { 0 } else { sums.feed.unit() };
            let panels = bytes(2 * unit * sums.panels.first().map_or(0, Range::len));
            // The products of a rank, and as much of those of the others as ends on it.
            let pieces = bytes(sums.partial_len() + sums.ranks * self.computed().local_len(self.rank()));
            return (Workspace { panels, pieces, again: 0 }, staged(4, unit));
        }
        let tiles = Tiles::new(self);
        let unit: usize = [&tiles.a, &tiles.b].into_iter().filter(|feed| !feed.stays()).map(Feed::unit).sum();
        let panels = bytes(2 * unit * tiles.panels.first().map_or(0, Range::len));
        let factors = [(self.a(), &tiles.a), (self.b(), &tiles.b)];
        let dealt_anew = factors.into_iter().filter(|(from, feed)| **from != feed.from);
        let again = bytes(dealt_anew.map(|(_, feed)| feed.from.local_len(self.rank())).sum());
        (Workspace { panels, pieces: 0, again }, staged(2, unit))
    }
}

/// Bytes that a product takes for a while.
struct Workspace {
    /// Two panels of what comes.
    panels: usize,
    /// Products before and after they go to where they are summed.
    pieces: usize,
    /// Factors that are dealt in turn first.
    again: usize,
}

/// The algorithm and the layouts, then what this rank sends, receives, computes and holds.
impl fmt::Display for MatmulPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kept, how) = match self.algorithm() {
            Algorithm::StationaryC => ("C", "panels of both factors come"),
            Algorithm::StationaryA => ("A", "panels of B come, products are summed"),
            Algorithm::StationaryB => ("B", "panels of A come, products are summed"),
        };
        writeln!(f, "{} stationary {kept}: {how}", self.dtype())?;
        writeln!(f, "  A {}\n  B {}\n  C {}", self.a(), self.b(), self.computed())?;
        if self.computed() != self.stacked_layout() {
            writeln!(f, "  then {}", self.stacked_layout())?;
        }
        let (Ok(traffic), Ok(peak)) = (self.traffic(), self.peak_bytes()) else { return Err(fmt::Error) };
        write!(f, "  rank {}: {}, ", self.rank(), Number(traffic.panels, "panel"))?;
        write!(f, "sends {} in {}, ", Bytes(traffic.send_bytes), Number(traffic.messages, "message"))?;
        write!(f, "receives {}, ", Bytes(traffic.receive_bytes))?;
        write!(f, "{:.3e} flops, peak at most {}", self.flops() as f64, Bytes(peak))
    }
}
