//! Words on their way to this rank, put together from their chunks.

use std::collections::HashMap;

use super::raw::{Checked, Communicator};
use super::transfer::Transfer;
use crate::memory::{Block, Pool};

/// What has come so far.
#[derive(Default)]
pub(super) struct Ear {
    arriving: Option<Arriving>,
    /// The chunks of unfinished words, by sender and tag.
    begun: HashMap<(usize, u32), Vec<u8>>,
}

/// A chunk that the library is writing.
struct Arriving {
    from: usize,
    tag: u32,
    transfer: Transfer<Block<u8>>,
}

impl Ear {
    /// The next whole word, with its sender and tag, if one is here.
    pub(super) fn next(
        &mut self,
        comm: Communicator,
        pool: &Pool,
        limit: usize,
    ) -> Checked<Option<(usize, u32, Vec<u8>)>> {
        loop {
            if self.arriving.is_none() {
                let Some(arrived) = comm.probe(None, None)? else { return Ok(None) };
                let (from, tag, block) = (arrived.from, arrived.tag, pool.take(arrived.len));
                self.arriving = Some(Arriving { from, tag, transfer: arrived.receive(block)? });
            }
            if !self.arriving.as_mut().map_or(Ok(true), |arriving| arriving.transfer.test())? {
                return Ok(None);
            }
            let Arriving { from, tag, transfer } = self.arriving.take().expect("one was just tested");
            let chunk = transfer.finish();
            let mut word = self.begun.remove(&(from, tag)).unwrap_or_default();
            word.extend_from_slice(&chunk);
            if chunk.len() < limit {
                return Ok(Some((from, tag, word)));
            }
            self.begun.insert((from, tag), word);
        }
    }
}
