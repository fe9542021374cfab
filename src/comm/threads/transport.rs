//! One rank's end of a communicator of threads.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use crate::comm::message::{copy, message, values};
use crate::comm::threads::board::{Board, MailKey, SlotKey, Until};
use crate::comm::threads::slot::{Group, Part};
use crate::comm::threads::world::World;
use crate::comm::tree::{Node, before};
use crate::comm::{Call, Lent, Merge, Pending, Shared, Transport};
use crate::error::{Error, Result};
use crate::memory::{Buffer, Pool};

pub(super) struct Threads {
    world: Arc<World>,
    group: Arc<Group>,
    /// This rank's number in the group.
    me: usize,
    /// How many collectives this rank has entered.
    entered: Cell<u64>,
    /// Copies that folds need.
    pool: Pool,
}

impl Threads {
    pub(super) fn new(world: Arc<World>, group: Arc<Group>, me: usize) -> Self {
        Self { world, group, me, entered: Cell::new(0), pool: Pool::new() }
    }

    fn world_rank(&self) -> usize {
        self.group.members[self.me]
    }

    fn mail(&self, from: usize, to: usize, tag: u32) -> MailKey {
        MailKey { group: self.group.id, from, to, tag }
    }

    /// The next collective.
    fn next(&self) -> SlotKey {
        (self.group.id, self.entered.replace(self.entered.get() + 1))
    }

    /// Enter the next collective.
    fn enter(&self, call: &Call, part: Part) -> Result<SlotKey> {
        let key = self.next();
        self.world.change(|board| board.enter(&self.group, key, self.me, call, part))?;
        Ok(key)
    }

    /// Rest until a collective is done, and take this rank's share of it.
    fn finish<R>(&self, key: SlotKey, call: &Call, take: impl FnOnce(&mut Board) -> R) -> Result<R> {
        self.world.rest(self.world_rank(), Until::Done(key), call, |board| {
            let result = take(board);
            board.taken(key);
            result
        })
    }

    /// Enter the next collective and hand a value in along the tree: the rank that comes second to a pair merges it, outside the lock,
    /// and goes on from the parent. Every rank rests once at most, whatever the height of the tree.
    fn climb(&self, call: &Call, part: Buffer, merge: Merge<'_>, keep: bool) -> Result<SlotKey> {
        let key = self.next();
        let offer = |board: &mut Board, node: Node, value: Buffer| {
            let slot = board.slot(key);
            let pair = slot.offer(node, value);
            if slot.merged.is_some() {
                board.complete(key);
            }
            pair
        };
        let mut next = self.world.change(|board| {
            board.enter(&self.group, key, self.me, call, Part::Merge)?;
            Ok(offer(board, Node::leaf(self.me), part))
        })?;
        while let Some(pair) = next {
            if keep {
                let left = Arc::new(copy(&self.pool, &pair.left));
                self.world.change(|board| board.slot(key).keep(pair.left_node, left));
            }
            let merged = merge(pair.left, &pair.right);
            next = self.world.change(|board| offer(board, pair.parent, merged));
        }
        Ok(key)
    }
}

impl Transport for Threads {
    fn name(&self) -> &'static str {
        "threads"
    }

    fn rank(&self) -> usize {
        self.me
    }

    fn size(&self) -> usize {
        self.group.members.len()
    }

    fn barrier(&self, call: &Call) -> Result<()> {
        let key = self.enter(call, Part::Nothing)?;
        self.finish(key, call, |_| ())
    }

    fn broadcast(&self, call: &Call, part: Option<Buffer>) -> Result<Shared> {
        let root = call.root.expect("a broadcast has a root");
        let key = self.enter(call, part.map_or(Part::Nothing, |part| Part::Share(Arc::new(part))))?;
        self.finish(key, call, |board| {
            board.slot(key).seats[root].share.clone().expect("the root has given its message")
        })
    }

    fn gather(&self, call: &Call, part: Buffer) -> Result<Vec<Shared>> {
        let key = self.enter(call, Part::Share(Arc::new(part)))?;
        self.finish(key, call, |board| match call.root {
            Some(root) if root != self.me => Vec::new(),
            _ => board.slot(key).seats.iter().filter_map(|seat| seat.share.clone()).collect(),
        })
    }

    fn fold(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Shared>> {
        let key = self.climb(call, part, merge, false)?;
        self.finish(key, call, |board| match call.root {
            Some(root) if root != self.me => None,
            _ => board.slot(key).merged.clone(),
        })
    }

    fn scan(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Buffer>> {
        let key = self.climb(call, part, merge, true)?;
        let blocks: Vec<Shared> =
            self.finish(key, call, |board| before(self.me).map(|node| board.slot(key).kept(node)).collect())?;
        let mut blocks = blocks.iter();
        let first = blocks.next().map(|first| copy(&self.pool, first));
        Ok(first.map(|first| blocks.fold(first, |left, right| merge(left, right))))
    }

    fn start_exchange(
        &self,
        call: &Call,
        sends: Vec<(usize, Buffer)>,
        _receives: &[(usize, usize)],
    ) -> Result<Box<dyn Pending>> {
        let key = self.enter(call, Part::Deal(sends))?;
        let rank = self.world_rank();
        Ok(Box::new(Exchange { world: Arc::clone(&self.world), key, me: self.me, rank, call: *call, open: true }))
    }

    fn lend(&self, call: &Call, own: Lent) -> Result<Option<Vec<Lent>>> {
        let key = self.enter(call, Part::Lend(own))?;
        let lent = |board: &mut Board| board.slot(key).seats.iter().filter_map(|seat| seat.lent.clone()).collect();
        self.finish(key, call, lent).map(Some)
    }

    fn split(&self, call: &Call, color: u64, key: u64) -> Result<Rc<dyn Transport>> {
        let slot = self.enter(call, Part::Share(Arc::new(message(&self.pool, &[color, key]))))?;
        let (wishes, first_id) = self.finish(slot, call, |board| {
            let slot = board.slot(slot);
            let wishes: Vec<Shared> = slot.seats.iter().filter_map(|seat| seat.share.clone()).collect();
            (wishes, slot.new_groups)
        })?;
        let mut wishes: Vec<_> = wishes.iter().map(|wish| values::<u64>(wish)).zip(0..).collect();
        wishes.sort_unstable(); // by color, key, rank
        let colors = wishes.chunk_by(|(a, _), (b, _)| a[0] == b[0]);
        let (place, mine) =
            colors.enumerate().find(|(_, wishes)| wishes[0].0[0] == color).expect("this rank's own wish is among them");
        let members: Vec<usize> = mine.iter().map(|&(_, rank): &(_, usize)| self.group.members[rank]).collect();
        let me = mine.iter().position(|&(_, rank)| rank == self.me).expect("as above");
        let group = Arc::new(Group { id: first_id + place as u64, members });
        Ok(Rc::new(Self::new(Arc::clone(&self.world), group, me)))
    }

    fn start_send(&self, call: &Call, tag: u32, part: Buffer) -> Result<Box<dyn Pending>> {
        let to = call.to.expect("a send has a receiver");
        let key = self.mail(self.me, to, tag);
        self.world.change(|board| board.send(key, self.group.members[to], call, part))?;
        Ok(Box::new(Sent))
    }

    fn start_receive(&self, call: &Call, tag: u32) -> Result<Box<dyn Pending>> {
        let key = self.mail(call.from.expect("a receive has a sender"), self.me, tag);
        let number = self.world.change(|board| board.post(key))?;
        Ok(Box::new(Receive { world: Arc::clone(&self.world), key, number, rank: self.world_rank(), call: *call }))
    }

    fn fail(&self, call: &Call, why: &str) -> Error {
        self.world.change(|board| board.fail(self.world_rank(), call, why))
    }

    fn note(&self, note: String) {
        self.world.change(|board| board.note(self.world_rank(), note));
    }
}

struct Exchange {
    world: Arc<World>,
    key: SlotKey,
    me: usize,
    rank: usize,
    call: Call,
    /// Whether this rank still counts as one that will take its share.
    open: bool,
}

impl Pending for Exchange {
    fn finish(mut self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        self.open = false;
        let (key, me) = (self.key, self.me);
        let mut inbox = self.world.rest(self.rank, Until::Done(key), &self.call, |board| {
            let inbox = std::mem::take(&mut board.slot(key).seats[me].inbox);
            board.taken(key);
            inbox
        })?;
        inbox.sort_by_key(|(from, _)| *from); // stable: the messages of one sender stay in order
        Ok(inbox)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.open {
            self.world.change(|board| board.taken(self.key));
        }
    }
}

/// Sent messages are on the board at once.
struct Sent;

impl Pending for Sent {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        Ok(Vec::new())
    }
}

struct Receive {
    world: Arc<World>,
    key: MailKey,
    number: u64,
    rank: usize,
    call: Call,
}

impl Pending for Receive {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        let (key, number) = (self.key, self.number);
        let (sent, part) = self.world.rest(self.rank, Until::Mail(key, number), &self.call, |board| {
            board.receive(key, number).expect("the rest ended because the message is there")
        })?;
        if sent.dtype == self.call.dtype {
            return Ok(vec![(key.from, part)]);
        }
        let why = format!("a message has another dtype: {sent}");
        Err(self.world.change(|board| board.fail(self.rank, &self.call, &why)))
    }
}
