//! One rank: every collective ends where it began.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::comm::checked::table;
use crate::comm::mailbox::Mailbox;
use crate::comm::{Call, Merge, Pending, Shared, Transport};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Buffer;

/// The transport of a program with one rank.
#[derive(Default)]
pub(super) struct Solo {
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    /// Messages to itself, by tag.
    mail: HashMap<u32, Mailbox>,
    fault: Option<Error>,
}

impl Transport for Solo {
    fn name(&self) -> &'static str {
        "solo"
    }

    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn barrier(&self, _call: &Call) -> Result<()> {
        self.state.borrow().sound()
    }

    fn broadcast(&self, _call: &Call, part: Option<Buffer>) -> Result<Shared> {
        self.state.borrow().sound()?;
        Ok(Arc::new(part.expect("the only rank is the root")))
    }

    fn gather(&self, _call: &Call, part: Buffer) -> Result<Vec<Shared>> {
        self.state.borrow().sound()?;
        Ok(vec![Arc::new(part)])
    }

    fn fold(&self, _call: &Call, part: Buffer, _merge: Merge<'_>) -> Result<Option<Shared>> {
        self.state.borrow().sound()?;
        Ok(Some(Arc::new(part)))
    }

    fn scan(&self, _call: &Call, _part: Buffer, _merge: Merge<'_>) -> Result<Option<Buffer>> {
        self.state.borrow().sound()?;
        Ok(None)
    }

    fn start_exchange(
        &self,
        _call: &Call,
        sends: Vec<(usize, Buffer)>,
        _receives: &[(usize, usize)],
    ) -> Result<Box<dyn Pending>> {
        self.state.borrow().sound()?;
        Ok(Box::new(Done(sends)))
    }

    fn split(&self, _call: &Call, _color: u64, _key: u64) -> Result<Rc<dyn Transport>> {
        self.state.borrow().sound()?;
        // Messages do not cross communicators, an error does: but with one rank there is nobody left to tell.
        Ok(Rc::new(Self::default()))
    }

    fn start_send(&self, call: &Call, tag: u32, part: Buffer) -> Result<Box<dyn Pending>> {
        let mut state = self.state.borrow_mut();
        state.sound()?;
        state.mail.entry(tag).or_default().send(*call, part);
        Ok(Box::new(Done(Vec::new())))
    }

    fn start_receive(&self, call: &Call, tag: u32) -> Result<Box<dyn Pending>> {
        let mut state = self.state.borrow_mut();
        state.sound()?;
        let number = state.mail.entry(tag).or_default().post();
        Ok(Box::new(Receive { state: Rc::clone(&self.state), call: *call, tag, number }))
    }

    fn fail(&self, call: &Call, why: &str) -> Error {
        self.state.borrow_mut().fail(call, why)
    }

    fn note(&self, _note: String) {}
}

impl State {
    fn sound(&self) -> Result<()> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    fn fail(&mut self, call: &Call, why: &str) -> Error {
        let error = Error::at(ErrorKind::Collective, table(why, &[(0, call.to_string())]), call.at);
        self.fault.get_or_insert(error).clone()
    }
}

/// What was received at once.
struct Done(Vec<(usize, Buffer)>);

impl Pending for Done {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        Ok(self.0)
    }
}

struct Receive {
    state: Rc<RefCell<State>>,
    call: Call,
    tag: u32,
    number: u64,
}

impl Pending for Receive {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        let mut state = self.state.borrow_mut();
        state.sound()?;
        match state.mail.get_mut(&self.tag).and_then(|mailbox| mailbox.take(self.number)) {
            Some((sent, part)) if sent.dtype == self.call.dtype => Ok(vec![(0, part)]),
            Some((sent, _)) => Err(state.fail(&self.call, &format!("a message has another dtype: {sent}"))),
            None => Err(state.fail(&self.call, "no rank can go on")),
        }
    }
}
