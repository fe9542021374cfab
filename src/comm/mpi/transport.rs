//! One rank's end of a communicator of processes.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::check::{Check, Group, Record};
use super::exchange::Exchange;
use super::incoming::Incoming;
use super::mail::{Mails, Receive};
use super::raw::Communicator;
use super::station::Station;
use super::tags::Tags;
use crate::comm::message::{copy, message, values};
use crate::comm::placement::Placement;
use crate::comm::{Call, Exact, Kind, Merge, Pending, Shared, Transport};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::memory::Buffer;

pub(super) struct Mpi {
    pub(super) station: Rc<Station>,
    pub(super) group: Rc<Group>,
    pub(super) comm: Communicator,
    /// This rank's number in the group.
    pub(super) me: usize,
    /// How many collectives this rank has entered.
    pub(super) entered: Cell<u64>,
    pub(super) tags: Tags,
    mails: Rc<Mails>,
    placement: Rc<Placement>,
}

/// How long a rank that has entered `split` goes on with it after the ranks have failed. Others of its communicator may
/// have passed the check already and be in the library's own split, which cannot be left; they need this rank.
const GRACE: Duration = Duration::from_secs(5);

impl Mpi {
    pub(super) fn new(
        station: Rc<Station>,
        group: Group,
        comm: Communicator,
        me: usize,
        tags: Tags,
        placement: Rc<Placement>,
    ) -> Self {
        let group = Rc::new(group);
        station.communicators.borrow_mut().push((comm, Rc::clone(&group)));
        let mails = Rc::new(Mails::new(comm, Rc::clone(&station)));
        Self { station, group, comm, me, entered: Cell::new(0), tags, mails, placement }
    }

    pub(super) fn ranks(&self) -> usize {
        self.group.members.len()
    }

    /// Begin a collective: its tag, and the comparison with the other ranks' calls if that is on.
    fn begin(&self, call: &Call, always: bool) -> Result<(u32, Option<Rc<Check>>)> {
        self.station.enter(call)?;
        let number = self.entered.replace(self.entered.get() + 1);
        let print = call.fingerprint();
        let check = (self.station.settings.check || always) && self.ranks() > 1;
        let start = || {
            let record = Record::of(self.station.rank, call);
            Check::start(&self.station, self.comm, &self.group, number, print, record)
        };
        let check = check.then(start).transpose().or_else(|failure| self.station.broken(call, failure))?;
        Ok((self.tags.of_collective(number, print), check))
    }

    /// Enter a collective: its tag, once all ranks have been found to agree if that is on.
    fn enter(&self, call: &Call) -> Result<u32> {
        let (tag, check) = self.begin(call, false)?;
        if let Some(check) = check {
            self.station.wait(call, || Ok(check.has_agreed(&self.station)?.then_some(())))?;
        }
        Ok(tag)
    }

    /// Send a message, and do not wait for it to be sent.
    pub(super) fn post(&self, call: &Call, to: usize, tag: u32, message: Shared) -> Result<()> {
        self.station.post(self.comm, to, tag, message).or_else(|failure| self.station.broken(call, failure))
    }

    /// Receive a message of any length.
    pub(super) fn receive(&self, call: &Call, from: usize, tag: u32) -> Result<Buffer> {
        let mut incoming = Incoming::new(self.comm, from, tag, self.station.settings.chunk);
        self.station.wait(call, || incoming.poll(&self.station))
    }

    /// Every rank's part on every rank: around a ring, so that each message is as long as one part.
    fn gather_for_all(&self, call: &Call, tag: u32, part: Buffer) -> Result<Vec<Shared>> {
        let ranks = self.ranks();
        let (right, left) = ((self.me + 1) % ranks, (self.me + ranks - 1) % ranks);
        let mut parts: Vec<Option<Shared>> = vec![None; ranks];
        let mut passing = Arc::new(part);
        for step in 1..ranks {
            self.post(call, right, tag, Arc::clone(&passing))?;
            parts[(self.me + ranks + 1 - step) % ranks] = Some(passing);
            passing = Arc::new(self.receive(call, left, tag)?);
        }
        parts[right] = Some(passing); // with one rank its own, else what has come the whole way
        Ok(parts.into_iter().map(|part| part.expect("one part has passed from each rank")).collect())
    }

    fn gather_for_one(&self, call: &Call, tag: u32, root: usize, part: Buffer) -> Result<Vec<Shared>> {
        let mut own = Some(Arc::new(part));
        if root != self.me {
            return own.map_or(Ok(()), |own| self.post(call, root, tag, own)).map(|()| Vec::new());
        }
        let part_of = |rank: usize| match own.take_if(|_| rank == root) {
            Some(own) => Ok(own),
            None => self.receive(call, rank, tag).map(Arc::new),
        };
        (0..self.ranks()).map(part_of).collect()
    }
}

impl Transport for Mpi {
    fn name(&self) -> &'static str {
        "mpi"
    }

    fn rank(&self) -> usize {
        self.me
    }

    fn size(&self) -> usize {
        self.ranks()
    }

    fn placement(&self) -> Placement {
        (*self.placement).clone()
    }

    /// By dissemination: in round `k` every rank hears that the `2^k` before it are here.
    fn barrier(&self, call: &Call) -> Result<()> {
        let tag = self.enter(call)?;
        let ranks = self.ranks();
        let empty = Arc::new(message::<u8>(&self.station.pool, &[]));
        for distance in (0..).map(|round| 1 << round).take_while(|&distance| distance < ranks) {
            self.post(call, (self.me + distance) % ranks, tag, Arc::clone(&empty))?;
            self.receive(call, (self.me + ranks - distance) % ranks, tag)?;
        }
        Ok(())
    }

    /// Down a binomial tree.
    fn broadcast(&self, call: &Call, part: Option<Buffer>) -> Result<Shared> {
        let tag = self.enter(call)?;
        let (ranks, root) = (self.ranks(), call.root.expect("a broadcast has a root"));
        let node = (self.me + ranks - root) % ranks;
        let part = Arc::new(match node {
            0 => part.expect("the root gives a message"),
            _ => self.receive(call, ((node & (node - 1)) + root) % ranks, tag)?,
        });
        let powers = (0..usize::BITS).map(|level| 1_usize << level);
        let children = powers.take_while(|&power| power < ranks && node & power == 0);
        let mut children: Vec<usize> = children.map(|power| node + power).filter(|&child| child < ranks).collect();
        children.reverse(); // the tallest subtree first
        for child in children {
            self.post(call, (child + root) % ranks, tag, Arc::clone(&part))?;
        }
        Ok(part)
    }

    fn gather(&self, call: &Call, part: Buffer) -> Result<Vec<Shared>> {
        let tag = self.enter(call)?;
        match call.root {
            Some(root) => self.gather_for_one(call, tag, root, part),
            None => self.gather_for_all(call, tag, part),
        }
    }

    fn fold(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Shared>> {
        let tag = self.enter(call)?;
        match call.root {
            Some(root) => self.fold_for_one(call, tag, root, part, merge),
            None => self.fold_for_all(call, tag, part, merge, |_| ()).map(Some),
        }
    }

    fn scan(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Buffer>> {
        let tag = self.enter(call)?;
        let mut before = Vec::new();
        self.fold_for_all(call, tag, part, merge, |left| before.push(left))?;
        let mut blocks = before.iter().rev(); // from the left
        let first = blocks.next().map(|first| copy(&self.station.pool, first));
        Ok(first.map(|first| blocks.fold(first, |left, right| merge(left, right))))
    }

    /// By the library's own all-reduce, which may know better ways through the network. It cannot tell when the ranks'
    /// calls differ, so that these are compared first, whatever the settings say.
    fn all_reduce_exact(&self, call: &Call, exact: Exact, part: Buffer) -> Result<Shared> {
        let dtype = call.dtype.expect("an exact fold names its dtype");
        if is_wrong_in_some_library(exact, dtype) {
            let mut merge = |left: Buffer, right: &Buffer| exact.merge(dtype, left, right);
            let tag = self.enter(call)?;
            return self.fold_for_all(call, tag, part, &mut merge, |_| ());
        }
        let (_, check) = self.begin(call, true)?;
        if let Some(check) = check {
            self.station.wait(call, || Ok(check.has_agreed(&self.station)?.then_some(())))?;
        }
        let folded = self.station.pool.take(part.len());
        let transfer = self.comm.all_reduce(exact, dtype, Arc::new(part), folded, self.station.settings.chunk);
        let mut transfer = transfer.or_else(|failure| self.station.broken(call, failure))?;
        self.station.in_hand.update(|count| count + 1);
        let ended = self.station.wait(call, || Ok(transfer.test()?.then_some(())));
        self.station.in_hand.update(|count| count - 1);
        ended?;
        let (_, folded) = transfer.finish();
        Ok(Arc::new(folded.into_buffer()))
    }

    fn start_exchange(
        &self,
        call: &Call,
        sends: Vec<(usize, Buffer)>,
        receives: &[(usize, usize)],
    ) -> Result<Box<dyn Pending>> {
        let (tag, check) = self.begin(call, false)?;
        let mut exchange = Exchange::new(Rc::clone(&self.station), call, tag, check);
        let started = if call.kind == Kind::Exchange {
            exchange.foresee(self, receives)
        } else {
            // One message from each rank, or one from the root, of lengths that only the senders know.
            exchange.expect(self, call.root.map_or(0..self.ranks(), |root| root..root + 1));
            Ok(())
        };
        let started = started.and_then(|()| exchange.send(self, sends));
        started.or_else(|failure| self.station.broken(call, failure))?;
        Ok(Box::new(exchange))
    }

    fn split(&self, call: &Call, color: u64, key: u64) -> Result<Rc<dyn Transport>> {
        let (_, check) = self.begin(call, true)?;
        let number = self.entered.get();
        let station = &self.station;
        if let Some(check) = check {
            station.wait_on(call, GRACE, || Ok(check.look(station)?.then_some(())))?;
            station.wait(call, || Ok(check.has_agreed(station)?.then_some(())))?; // or the error is on its way
        }
        let own = Arc::new(message(&station.pool, &[color, key]));
        let all = station.pool.take(own.len() * self.ranks());
        let mut wishes = self.comm.all_gather(own, all).or_else(|failure| station.broken(call, failure))?;
        station.wait_on(call, GRACE, || Ok(wishes.test()?.then_some(())))?;
        let wishes = wishes.finish().1.into_buffer();
        let mut wishes: Vec<(&[u64], usize)> = values::<u64>(&wishes).chunks_exact(2).zip(0..).collect();
        wishes.sort_unstable(); // by color, key, rank
        let mut colors = wishes.chunk_by(|(a, _), (b, _)| a[0] == b[0]).enumerate();
        let (place, mine) = colors.find(|(_, mine)| mine[0].0[0] == color).expect("this rank's own wish is among them");
        let me = mine.iter().position(|&(_, rank)| rank == self.me).expect("as above");
        let members = mine.iter().map(|&(_, rank)| self.group.members[rank]).collect();
        let comm = self.comm.split(place as i32, me as i32).or_else(|failure| station.broken(call, failure))?;
        let group = Group { id: self.group.child(number, place), members };
        Ok(Rc::new(Self::new(Rc::clone(station), group, comm, me, self.tags, Rc::clone(&self.placement))))
    }

    fn start_send(&self, call: &Call, tag: u32, part: Buffer) -> Result<Box<dyn Pending>> {
        self.station.enter(call)?;
        let to = call.to.expect("a send has a receiver");
        self.post(call, to, Tags::of_mail(tag, call), Arc::new(part))?;
        Ok(Box::new(Sent))
    }

    fn start_receive(&self, call: &Call, tag: u32) -> Result<Box<dyn Pending>> {
        self.station.enter(call)?;
        let from = call.from.expect("a receive has a sender");
        Ok(Box::new(Receive::new(Rc::clone(&self.mails), call, from, Tags::of_mail(tag, call))))
    }

    fn fail(&self, call: &Call, why: &str) -> Error {
        self.station.fail(call, why)
    }

    fn note(&self, note: String) {
        *self.station.note.borrow_mut() = Some(note);
    }
}

/// The station keeps what is sent until the library lets go of it, so nobody has to wait for that.
struct Sent;

impl Pending for Sent {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        Ok(Vec::new())
    }
}

/// Reductions that a library gets wrong (measured), and that are therefore folded here:
///
/// * Open MPI 4.1.4 saturates sums of bytes: 200 + 100 is 255 for messages of 32 bytes and more, not 44.
/// * MPICH 4.0.2 compares unsigned numbers as if they were signed: the least of 1 and 255 is 255.
fn is_wrong_in_some_library(exact: Exact, dtype: DType) -> bool {
    match exact {
        Exact::Sum => dtype == DType::U8,
        Exact::Min | Exact::Max => matches!(dtype, DType::U8 | DType::U64),
        Exact::Or => false,
    }
}
