//! The work of one rank on its device: recorded, and submitted in batches.
//!
//! One pass stays open for as long as only kernels are recorded: a pass of its own would cost seven times the dispatch, a submission
//! thirty times (measured on a software device). The driver puts barriers between kernels that depend on each other.

use std::collections::VecDeque;
use std::sync::Arc;

use wgpu::{
    BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferBinding, BufferUsages, CommandEncoder,
    ComputePass, ComputePassDescriptor, PollType, SubmissionIndex,
};

use crate::device::gpu::card::Card;
use crate::device::gpu::kernel::{ARGUMENTS, Kernel};

/// Dispatches of one submission.
const BATCH: usize = 64;

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
    flights: VecDeque<SubmissionIndex>,
    /// The operation that was recorded last.
    last: String,
}

impl Stream {
    pub(super) fn new(card: Arc<Card>) -> Self {
        let arena = card.buffer(ARENA as u64 + ARGUMENTS, BufferUsages::UNIFORM | BufferUsages::COPY_DST);
        let (flights, last) = (VecDeque::new(), "opening".to_owned());
        Self { card, pass: None, encoder: None, dispatches: 0, arguments: Vec::new(), arena, flights, last }
    }

    /// Record a kernel over these arrays on so many workgroups. It finds its number as `group.x + group.y * groups.x`, and must stop where
    /// that is not below what its arguments say.
    pub(super) fn launch(&mut self, kernel: &Kernel, arrays: &[&Buffer], arguments: &[u8], groups: usize) {
        if groups == 0 {
            return;
        }
        let size = arguments.len().max(1).next_multiple_of(self.card.alignment as usize);
        assert!(arguments.len() as u64 <= ARGUMENTS, "{} bytes of arguments for {}", arguments.len(), kernel.name);
        if self.arguments.len() + size > ARENA || self.dispatches == BATCH {
            self.submit();
        }
        let offset = self.arguments.len() as u32;
        self.arguments.extend_from_slice(arguments);
        self.arguments.resize(offset as usize + size, 0);
        let uniform = BufferBinding { buffer: &self.arena, offset: 0, size: std::num::NonZero::new(ARGUMENTS) };
        let uniform = BindGroupEntry { binding: 0, resource: BindingResource::Buffer(uniform) };
        let arrays =
            (1..).zip(arrays).map(|(binding, array)| BindGroupEntry { binding, resource: array.as_entire_binding() });
        let entries: Vec<BindGroupEntry<'_>> = std::iter::once(uniform).chain(arrays).collect();
        let descriptor = BindGroupDescriptor { label: None, layout: &kernel.layout, entries: &entries };
        let group = self.card.device.create_bind_group(&descriptor);
        let pass = self.pass();
        pass.set_pipeline(&kernel.pipeline);
        pass.set_bind_group(0, &group, &[offset]);
        let rows = groups.div_ceil(LONGEST);
        pass.dispatch_workgroups(groups.div_ceil(rows) as u32, rows as u32, 1);
        self.dispatches += 1;
        self.last.clone_from(&kernel.name);
    }

    /// Record a copy of `bytes` bytes, a multiple of four, between two buffers.
    pub(super) fn copy(&mut self, from: (&Buffer, u64), into: (&Buffer, u64), bytes: u64) {
        self.pass = None;
        self.encoder().copy_buffer_to_buffer(from.0, from.1, into.0, into.1, bytes);
        "a copy".clone_into(&mut self.last);
    }

    /// Record that a buffer becomes zeros.
    pub(super) fn clear(&mut self, buffer: &Buffer) {
        self.pass = None;
        self.encoder().clear_buffer(buffer, 0, None);
        "a clearing".clone_into(&mut self.last);
    }

    fn encoder(&mut self) -> &mut CommandEncoder {
        let device = &self.card.device;
        self.encoder.get_or_insert_with(|| device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default()))
    }

    fn pass(&mut self) -> &mut ComputePass<'static> {
        if self.pass.is_none() {
            let pass = self.encoder().begin_compute_pass(&ComputePassDescriptor::default()).forget_lifetime();
            self.pass = Some(pass);
        }
        self.pass.as_mut().expect("it was begun")
    }

    /// Hand over what is recorded. It runs after all that was handed over before, by any rank of this process.
    pub(super) fn submit(&mut self) {
        self.pass = None;
        let Some(encoder) = self.encoder.take() else { return };
        self.card.queue.write_buffer(&self.arena, 0, &self.arguments);
        self.flights.push_back(self.card.queue.submit([encoder.finish()]));
        self.arguments.clear();
        self.dispatches = 0;
        let oldest = if self.flights.len() > FLIGHTS { self.flights.pop_front() } else { None };
        match oldest {
            Some(oldest) => {
                self.card.poll(PollType::Wait { submission_index: Some(oldest), timeout: None }, &self.last);
            }
            // Nobody else lets the driver give back what has been used.
            None => self.card.poll(PollType::Poll, &self.last),
        }
    }

    /// Submit, and wait for all of it.
    pub(super) fn finish(&mut self) {
        self.submit();
        self.card.poll(PollType::wait_indefinitely(), &self.last);
        self.flights.clear();
    }

    /// Submit, and wait until `done` says that a callback has come.
    pub(super) fn wait_until(&mut self, done: impl Fn() -> bool) {
        self.submit();
        while !done() {
            self.card.poll(PollType::wait_indefinitely(), &self.last);
        }
        self.flights.clear();
    }
}
