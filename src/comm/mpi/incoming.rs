//! A message on its way to this rank.

use super::raw::{Checked, Communicator};
use super::station::Station;
use super::transfer::Transfer;
use crate::memory::{Block, Buffer, Pool};

/// A message of unknown length, taken chunk by chunk as they come; the one that is shorter than the limit is the last.
pub(super) struct Incoming {
    comm: Communicator,
    from: usize,
    tag: u32,
    limit: usize,
    current: Option<Transfer<Block<u8>>>,
    parts: Vec<Block<u8>>,
}

impl Incoming {
    pub(super) fn new(comm: Communicator, from: usize, tag: u32, limit: usize) -> Self {
        Self { comm, from, tag, limit, current: None, parts: Vec::new() }
    }

    /// The message once it is complete. Ask no more after that.
    pub(super) fn poll(&mut self, station: &Station) -> Checked<Option<Buffer>> {
        loop {
            if self.current.is_none() {
                let Some(arrived) = self.comm.probe(Some(self.from), Some(self.tag))? else { return Ok(None) };
                let block = station.pool.take(arrived.len);
                self.current = Some(arrived.receive(block)?);
            }
            if !self.current.as_mut().map_or(Ok(true), Transfer::test)? {
                return Ok(None);
            }
            let part = self.current.take().expect("one was just tested").finish();
            station.moved();
            let last = part.len() < self.limit;
            self.parts.push(part);
            if last {
                return Ok(Some(self.whole(&station.pool)));
            }
        }
    }

    /// The chunks in one piece. Only messages beyond the limit whose length nobody knew are copied here.
    fn whole(&mut self, pool: &Pool) -> Buffer {
        let mut parts = std::mem::take(&mut self.parts);
        if parts.len() == 1 {
            return parts.remove(0).into_buffer();
        }
        let mut whole = pool.take(parts.iter().map(|part| part.len()).sum());
        let mut start = 0;
        for part in parts {
            whole[start..start + part.len()].copy_from_slice(&part);
            start += part.len();
        }
        whole.into_buffer()
    }
}
