//! The work of one rank on its device: recorded, and submitted in batches.
//!
//! One pass stays open for as long as only kernels are recorded: a pass of its own would cost seven times the dispatch, a submission
//! thirty times (measured on a software device). The driver puts barriers between kernels that depend on each other.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use smallvec::SmallVec;
use wgpu::{
    BindGroup, Buffer, BufferUsages, CommandEncoder, ComputePass, ComputePassDescriptor, PollType, SubmissionIndex,
};

use crate::device::gpu::canary::Cage;
use crate::device::gpu::card::Card;
use crate::device::gpu::groups::{Gone, Groups, group};
use crate::device::gpu::kernel::{ARGUMENTS, Access, Kernel};
use crate::device::gpu::launch::Cost;
use crate::device::gpu::profile::Profile;

/// Dispatches of one submission.
pub(super) const BATCH: usize = 64;

/// Submissions that may be under way.
const FLIGHTS: usize = 8;

/// The bytes of arguments of one submission.
const ARENA: usize = 64 << 10;

/// Workgroups along one dimension of a dispatch.
const LONGEST: usize = 65535;

/// What one rank has asked of its device.
pub(super) struct Stream {
    card: Arc<Card>,
    // Above the encoder: a pass must end before what it is recorded into.
    pass: Option<ComputePass<'static>>,
    encoder: Option<CommandEncoder>,
    dispatches: usize,
    /// The arguments of the kernels recorded so far. They are written before the next submission and after the last one, in one go.
    arguments: Vec<u8>,
    arena: Buffer,
    groups: Groups,
    gone: Gone,
    flights: VecDeque<SubmissionIndex>,
    /// The kernel that was recorded last.
    last: Option<Arc<Kernel>>,
    pub(super) profile: Option<Profile>,
    /// What the next launch costs.
    cost: Cost,
    /// Launches that are kept, if they are.
    recorded: Option<Vec<Recorded>>,
    /// Whether kernels run between canaries.
    canaries: bool,
}

/// A launch that was kept.
pub(super) struct Recorded {
    pub(super) kernel: Arc<Kernel>,
    pub(super) arrays: Vec<(Access, Buffer)>,
    pub(super) arguments: Vec<u32>,
    pub(super) groups: usize,
}

impl Stream {
    pub(super) fn new(card: Arc<Card>, canaries: bool) -> Self {
        let arena = card.buffer(ARENA as u64 + ARGUMENTS, BufferUsages::UNIFORM | BufferUsages::COPY_DST);
        let gone = card.listen();
        Self {
            card,
            pass: None,
            encoder: None,
            dispatches: 0,
            arguments: Vec::new(),
            arena,
            groups: Groups::new(),
            gone,
            flights: VecDeque::new(),
            last: None,
            profile: None,
            cost: Cost::default(),
            recorded: None,
            canaries,
        }
    }

    /// Record a kernel over these arrays on so many workgroups. It finds its number as `group.x + group.y * groups.x`, and must stop where
    /// that is not below what its arguments say.
    pub(super) fn launch(
        &mut self,
        kernel: &Arc<Kernel>,
        arrays: &[(Access, &Buffer)],
        arguments: &[&[u32]],
        groups: usize,
    ) {
        if groups == 0 {
            return;
        }
        if let Some(recorded) = &mut self.recorded {
            let arrays = arrays.iter().map(|&(access, array)| (access, array.clone())).collect();
            recorded.push(Recorded { kernel: kernel.clone(), arrays, arguments: arguments.concat(), groups });
        }
        let offset = self.place(kernel, arguments);
        if self.canaries {
            return self.between_canaries(kernel, arrays, offset, groups);
        }
        let arrays: SmallVec<[&Buffer; 8]> = arrays.iter().map(|(_, array)| *array).collect();
        let group = self.groups.get(&self.card, &kernel.bindings, &self.arena, &arrays).clone();
        self.dispatch(kernel, &group, offset, groups);
    }

    /// That the next launch costs this much.
    pub(super) fn charge(&mut self, cost: Cost) {
        self.cost = cost;
    }

    /// Keep what is launched from now on, which costs this much.
    pub(super) fn record(&mut self, cost: Cost) {
        (self.recorded, self.cost) = (Some(Vec::new()), cost);
    }

    /// What was launched since.
    pub(super) fn recorded(&mut self) -> Vec<Recorded> {
        self.cost = Cost::default();
        self.recorded.take().unwrap_or_default()
    }

    /// Put a kernel's arguments where they will be: the place. There is room for one dispatch more.
    fn place(&mut self, kernel: &Kernel, arguments: &[&[u32]]) -> u32 {
        let bytes = 4 * arguments.iter().map(|part| part.len()).sum::<usize>();
        let size = bytes.max(1).next_multiple_of(self.card.alignment as usize);
        assert!(bytes as u64 <= ARGUMENTS, "{bytes} bytes of arguments for {}", kernel.name);
        if self.arguments.len() + size > ARENA || self.dispatches == BATCH {
            self.submit();
        }
        let offset = self.arguments.len();
        arguments.iter().for_each(|part| self.arguments.extend_from_slice(bytemuck::cast_slice(part)));
        self.arguments.resize(offset + size, 0);
        offset as u32
    }

    fn dispatch(&mut self, kernel: &Arc<Kernel>, group: &BindGroup, offset: u32, groups: usize) {
        if self.profile.is_some() {
            self.pass = None;
        }
        let known = self.pass.is_some() && self.last.as_ref().is_some_and(|last| Arc::ptr_eq(last, kernel));
        let pass = self.pass(kernel);
        if !known {
            pass.set_pipeline(&kernel.pipeline);
        }
        pass.set_bind_group(0, group, &[offset]);
        let rows = groups.div_ceil(LONGEST);
        pass.dispatch_workgroups(groups.div_ceil(rows) as u32, rows as u32, 1);
        self.dispatches += 1;
        if !known {
            self.last = Some(kernel.clone());
        }
    }

    fn between_canaries(&mut self, kernel: &Arc<Kernel>, arrays: &[(Access, &Buffer)], offset: u32, groups: usize) {
        self.pass = None;
        let card = self.card.clone();
        let cage = Cage::new(&card, self.encoder(), arrays);
        let group = group(&card, &kernel.bindings, &self.arena, &cage.windows());
        self.dispatch(kernel, &group, offset, groups);
        self.pass = None;
        cage.leave(self.encoder());
        self.submit();
        cage.check(&kernel.name);
    }

    /// Record a copy of `bytes` bytes, a multiple of four, between two buffers.
    pub(super) fn copy(&mut self, from: (&Buffer, u64), into: (&Buffer, u64), bytes: u64) {
        self.pass = None;
        self.encoder().copy_buffer_to_buffer(from.0, from.1, into.0, into.1, bytes);
        self.last = None;
    }

    fn encoder(&mut self) -> &mut CommandEncoder {
        let device = &self.card.device;
        self.encoder.get_or_insert_with(|| device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default()))
    }

    /// The open pass, or a new one that begins with this kernel.
    fn pass(&mut self, kernel: &Arc<Kernel>) -> &mut ComputePass<'static> {
        if self.pass.is_none() {
            self.encoder();
            let cost = std::mem::take(&mut self.cost);
            let timestamp_writes = self.profile.as_mut().map(|profile| profile.next(kernel, cost));
            let encoder = self.encoder.as_mut().expect("it was made");
            let pass = encoder.begin_compute_pass(&ComputePassDescriptor { label: None, timestamp_writes });
            self.pass = Some(pass.forget_lifetime());
        }
        self.pass.as_mut().expect("it was begun")
    }

    /// Hand over what is recorded. It runs after all that was handed over before, by any rank of this process.
    pub(super) fn submit(&mut self) {
        self.pass = None;
        self.forget();
        let Some(mut encoder) = self.encoder.take() else { return };
        if let Some(profile) = &self.profile {
            profile.resolve(&mut encoder);
        }
        self.card.queue.write_buffer(&self.arena, 0, &self.arguments);
        self.flights.push_back(self.card.queue.submit([encoder.finish()]));
        self.arguments.clear();
        self.dispatches = 0;
        let oldest = if self.flights.len() > FLIGHTS { self.flights.pop_front() } else { None };
        let poll = match oldest {
            Some(oldest) => PollType::Wait { submission_index: Some(oldest), timeout: None },
            // Nobody else lets the driver give back what has been used.
            None => PollType::Poll,
        };
        self.card.poll(poll, self.last());
        if let Some(profile) = &mut self.profile {
            profile.add(&self.card);
        }
    }

    /// Let go of the bind groups of buffers that were let go.
    pub(super) fn forget(&mut self) {
        let gone = std::mem::take(&mut *self.gone.lock().unwrap_or_else(PoisonError::into_inner));
        if !gone.is_empty() {
            self.groups.forget(&gone);
        }
    }

    /// The operation that was recorded last.
    fn last(&self) -> &str {
        self.last.as_ref().map_or("a copy", |kernel| &kernel.name)
    }

    /// Take back what is recorded, when that is ready to be submitted.
    #[cfg(test)]
    pub(super) fn discard(&mut self) {
        self.pass = None;
        drop(self.encoder.take().map(CommandEncoder::finish));
        self.arguments.clear();
        self.dispatches = 0;
    }

    /// The kernel that was recorded last.
    #[cfg(test)]
    pub(super) fn last_kernel(&self) -> Option<Arc<Kernel>> {
        self.last.clone()
    }

    /// The bind groups that are kept.
    #[cfg(test)]
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Submit, and wait for all of it.
    pub(super) fn finish(&mut self) {
        self.submit();
        self.card.poll(PollType::wait_indefinitely(), self.last());
        self.flights.clear();
    }

    /// Submit, and wait until `done` says that a callback has come.
    pub(super) fn wait_until(&mut self, done: impl Fn() -> bool) {
        self.submit();
        while !done() {
            self.card.poll(PollType::wait_indefinitely(), self.last());
        }
        self.flights.clear();
    }
}
