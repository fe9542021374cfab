//! The end of a program: the ranks leave together, with one outcome.

use std::sync::Arc;

use super::check::{Check, LEFT, Record, verdict};
use super::pause::Pause;
use super::raw::{Checked, Communicator};
use super::station::{Station, Word};
use super::tags::Tags;
use super::transfer::Folding;
use super::transport::Mpi;
use super::wire::Writer;
use crate::comm::Exact;
use crate::comm::message::values;
use crate::dtype::DType;
use crate::error::{Error, ErrorKind};
use crate::memory::Block;

/// Above every number that stands for an error; as a signed number, because not all libraries compare unsigned ones rightly.
const NO_ERROR: u64 = i64::MAX as u64;

impl Mpi {
    /// Leave the program for good, with the error that its closure returned here. The result is the error of the whole
    /// job: of the first rank that failed alone if there is one, for it says more than those who then missed it; else
    /// the first rank's.
    ///
    /// 1. One last check, with the word *left*: ranks that call a collective instead are told, and so is this one.
    /// 2. Every message that is still on its way is taken and forgotten, so that no send waits for ever. A message of a
    ///    collective among them shows that the ranks made different calls, where these were not compared.
    /// 3. All ranks agree on the outcome, and free their communicators.
    pub(super) fn leave(&self, own: Option<&Error>) -> Checked<Option<Error>> {
        let station = &*self.station;
        station.moved();
        if station.fault.borrow().is_none() && self.ranks() > 1 {
            let (number, record) = (self.entered.get(), Record::of_leaver(station));
            let check = Check::start(station, self.comm, &self.group, number, LEFT, record)?;
            station.until(|| Ok(check.has_agreed(station)? || station.fault.borrow().is_some()))?;
        }
        let mut stray = None;
        station.until(|| station.forget_arrivals(&mut stray).map(|()| station.has_sent_all()))?;
        // All ranks have sent everything when all are here, so that no message is left behind.
        let mut here = station.start_least(0)?;
        station.until(|| station.forget_arrivals(&mut stray).and_then(|()| here.test()))?;
        let stray = stray.filter(|_| own.is_none() && station.fault.borrow().is_none());
        let stray = stray.map(|from| self.disagreement(from));
        let outcome = station.outcome_of_all(own.or(stray.as_ref()))?;
        station.until(|| Ok(station.has_sent_all()))?;
        if station.fault.borrow().is_none() {
            // After a fault some may have unfinished business in them; then they stay until MPI ends.
            let communicators = station.communicators.take().into_iter().map(|(comm, _)| comm);
            communicators.rev().chain([station.control]).try_for_each(Communicator::free)?;
        }
        Ok(outcome)
    }

    /// The error when a message of a collective came from `from`, and this rank has never called for it.
    fn disagreement(&self, from: usize) -> Error {
        let sent = "sent a message of a collective that another rank did not call".to_owned();
        let from =
            Record { rank: from, left: false, text: sent, at: self.station.last.get().map(|call| call.at.into()) };
        let own = Record { left: false, ..Record::of_leaver(&self.station) };
        verdict(vec![from, own], "the ranks made different calls")
    }
}

impl Station {
    /// Wait as a rank that has left.
    fn until(&self, mut ready: impl FnMut() -> Checked<bool>) -> Checked<()> {
        let mut pause = Pause::new();
        while !ready()? {
            self.progress()?;
            self.watch(&pause, None);
            pause.rest();
        }
        self.waited();
        Ok(())
    }

    /// Take what nobody waits for any more. `stray` becomes the sender of a message that somebody should have waited for.
    fn forget_arrivals(&self, stray: &mut Option<usize>) -> Checked<()> {
        for (comm, group) in &*self.communicators.borrow() {
            while let Some(arrived) = comm.probe(None, None)? {
                if Tags::is_of_collective(arrived.tag) && !self.abandoned.borrow().contains(&arrived.tag) {
                    stray.get_or_insert(group.members[arrived.from]);
                }
                let block: Block<u8> = self.pool.take(arrived.len);
                let mut transfer = arrived.receive(block)?;
                self.park(Box::new(move |_| transfer.test()));
            }
        }
        Ok(())
    }

    /// Begin to find the least of all ranks' numbers, none of them beyond [`NO_ERROR`].
    fn start_least(&self, own: u64) -> Checked<Folding> {
        let part = Arc::new(self.pool.copy_of(&[own]).into_buffer());
        let least = self.pool.take(part.len());
        self.control.all_reduce(Exact::Min, DType::I64, part, least, self.settings.chunk)
    }

    fn outcome_of_all(&self, own: Option<&Error>) -> Checked<Option<Error>> {
        let missed_others = |error: &Error| u64::from(error.kind() == ErrorKind::Collective);
        let key = own.map_or(NO_ERROR, |error| missed_others(error) << 32 | self.rank as u64);
        let mut least = self.start_least(key)?;
        self.until(|| least.test())?;
        let least = values::<u64>(&least.finish().1.into_buffer())[0];
        match own {
            _ if least == NO_ERROR => Ok(None),
            Some(error) if least == key => {
                self.say_all(Word::Outcome, Writer::default().error(error))?;
                Ok(Some(error.clone()))
            }
            _ => {
                self.until(|| Ok(self.outcome.borrow().is_some()))?;
                Ok(self.outcome.take())
            }
        }
    }
}
