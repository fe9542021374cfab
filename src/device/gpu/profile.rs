//! Where a device's time goes: each kernel timed by its clock.
//!
//! A kernel that is timed has a pass of its own, and the host waits for every batch. So a profile slows a program down, and what it says of a kernel is the time
//! without the neighbours that it would otherwise overlap with.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, PoisonError};

use wgpu::{
    Buffer, BufferUsages, CommandEncoder, ComputePassTimestampWrites, Features, MapMode, PollType, QuerySet,
    QuerySetDescriptor, QueryType,
};

use crate::device::gpu::card::Card;
use crate::device::gpu::kernel::Kernel;
use crate::device::gpu::launch::Cost;
use crate::device::gpu::stream::BATCH;
use crate::device::gpu::{Gpu, Inner, Work};

/// What the launches of one kernel came to.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct KernelTime {
    /// The shader, and what this kernel of it does.
    pub name: String,
    /// How often it was launched.
    pub calls: u64,
    /// The time from each launch's beginning to its end, together.
    pub seconds: f64,
    /// Bytes that these launches must read and write at least, each once; 0 where that is not known.
    pub bytes: u64,
    /// Operations on elements; 0 where that is not known.
    pub operations: u64,
}

impl KernelTime {
    /// Bytes in a second, as far as they are known.
    ///
    /// **Local.**
    pub fn bytes_per_second(&self) -> Option<f64> {
        (self.bytes > 0 && self.seconds > 0.0).then(|| self.bytes as f64 / self.seconds)
    }

    /// Operations in a second, as far as they are known.
    ///
    /// **Local.**
    pub fn operations_per_second(&self) -> Option<f64> {
        (self.operations > 0 && self.seconds > 0.0).then(|| self.operations as f64 / self.seconds)
    }
}

/// The times of one stream's kernels.
pub(super) struct Profile {
    /// The clock before and after each kernel of a batch.
    clock: QuerySet,
    resolved: Buffer,
    read: Buffer,
    /// The kernels of this batch.
    batch: Vec<(Arc<Kernel>, Cost)>,
    times: BTreeMap<String, KernelTime>,
}

/// Bytes of a reading of the clock.
const READING: u64 = 8;

impl Profile {
    /// Nothing yet; none on a device without a clock.
    pub(super) fn new(card: &Card) -> Option<Self> {
        if !card.device.features().contains(Features::TIMESTAMP_QUERY) {
            return None;
        }
        let count = 2 * BATCH as u32;
        let clock = QuerySetDescriptor { label: None, ty: QueryType::Timestamp, count };
        let bytes = u64::from(count) * READING;
        Some(Self {
            clock: card.device.create_query_set(&clock),
            resolved: card.buffer(bytes, BufferUsages::QUERY_RESOLVE | BufferUsages::COPY_SRC),
            read: card.buffer(bytes, BufferUsages::MAP_READ | BufferUsages::COPY_DST),
            batch: Vec::new(),
            times: BTreeMap::new(),
        })
    }

    /// Where the pass of the next kernel notes the time.
    pub(super) fn next(&mut self, kernel: &Arc<Kernel>, cost: Cost) -> ComputePassTimestampWrites<'_> {
        let at = 2 * self.batch.len() as u32;
        self.batch.push((kernel.clone(), cost));
        ComputePassTimestampWrites {
            query_set: &self.clock,
            beginning_of_pass_write_index: Some(at),
            end_of_pass_write_index: Some(at + 1),
        }
    }

    /// Record that the times of this batch are brought to the host.
    pub(super) fn resolve(&self, encoder: &mut CommandEncoder) {
        let count = 2 * self.batch.len() as u32;
        if count > 0 {
            encoder.resolve_query_set(&self.clock, 0..count, &self.resolved, 0);
            encoder.copy_buffer_to_buffer(&self.resolved, 0, &self.read, 0, u64::from(count) * READING);
        }
    }

    /// Wait for this batch, which was submitted, and add its times.
    pub(super) fn add(&mut self, card: &Card) {
        let Some((last, _)) = self.batch.last() else { return };
        self.read.slice(..).map_async(MapMode::Read, |_| {});
        card.poll(PollType::wait_indefinitely(), &last.name);
        let view = self.read.slice(..).get_mapped_range().expect("it is mapped");
        let ticks: &[u64] = bytemuck::cast_slice(&view);
        let seconds = f64::from(card.queue.get_timestamp_period()) * 1e-9;
        for ((kernel, cost), ticks) in self.batch.drain(..).zip(ticks.chunks(2)) {
            let time = self.times.entry(kernel.name.clone()).or_default();
            time.name.clone_from(&kernel.name);
            time.calls += 1;
            time.seconds += ticks[1].saturating_sub(ticks[0]) as f64 * seconds;
            time.bytes += cost.bytes;
            time.operations += cost.operations;
        }
        drop(view);
        self.read.unmap();
    }

    /// The kernels so far, those that took longest first.
    pub(super) fn times(&self) -> Vec<KernelTime> {
        let mut times: Vec<KernelTime> = self.times.values().cloned().collect();
        times.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
        times
    }
}

/// What [`Gpu::report_profile`] looks for in the environment, and what it must be.
const VARIABLE: [&str; 2] = ["ISOTHERM_PROFILE", "gpu"];

impl Gpu {
    /// Time every kernel from now on; whether the device has a clock for that.
    ///
    /// **Local.** What was asked for before is waited for. The times so far are forgotten.
    pub fn start_profile(&self) -> bool {
        let mut work = self.work();
        work.stream.finish();
        work.stream.profile = Profile::new(self.card());
        work.stream.profile.is_some()
    }

    /// What the kernels since [`Gpu::start_profile`] came to, those that took longest first; then they are no longer timed.
    ///
    /// **Local.** It waits for them.
    pub fn profile(&self) -> Vec<KernelTime> {
        let mut work = self.work();
        work.stream.finish();
        work.stream.profile.take().map_or_else(Vec::new, |profile| profile.times())
    }

    /// Where the environment asks for it, time every kernel from now on, and print a table on standard error when this share ends. `of` says whose share it is.
    pub(crate) fn report_profile(&self, of: impl FnOnce() -> String) {
        if std::env::var(VARIABLE[0]).is_ok_and(|value| value == VARIABLE[1]) && self.start_profile() {
            // Only an opening asks, and once.
            let _ = self.0.reported.set(of());
        }
    }
}

impl Inner {
    /// Print what was asked for.
    pub(super) fn report(&mut self) {
        let Some(of) = self.reported.get().filter(|_| !self.card.is_lost() && !std::thread::panicking()) else {
            return;
        };
        let Work { stream, .. } = self.work.get_mut().unwrap_or_else(PoisonError::into_inner);
        stream.finish();
        if let Some(profile) = &stream.profile {
            eprint!("{}", table(&format!("{of} on {}", self.card.adapter.name), &profile.times()));
        }
    }
}

/// A profile as lines of text: `of` is whose it is.
pub(super) fn table(of: &str, times: &[KernelTime]) -> String {
    let mut text = format!("{of}\n     calls         ms      %     GB/s  GFLOP/s  kernel\n");
    let all: f64 = times.iter().map(|time| time.seconds).sum();
    for time in times {
        let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| format!("{:.1}", rate * 1e-9));
        let (bytes, operations) = (rate(time.bytes_per_second()), rate(time.operations_per_second()));
        let (calls, ms, share) = (time.calls, time.seconds * 1e3, 100.0 * time.seconds / all.max(f64::MIN_POSITIVE));
        writeln!(text, "{calls:10} {ms:10.3} {share:6.1} {bytes:>8} {operations:>8}  {}", time.name)
            .expect("a string takes all that is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_kernel() {
        let time = KernelTime { name: "map".to_owned(), calls: 4, seconds: 0.002, bytes: 6_000_000, operations: 0 };
        assert_eq!((time.bytes_per_second(), time.operations_per_second()), (Some(3e9), None));
        let text = table("rank 0", &[time]);
        assert_eq!(text.lines().nth(2), Some("         4      2.000  100.0      3.0        -  map"));
    }
}
