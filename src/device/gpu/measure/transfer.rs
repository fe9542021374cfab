//! The rates at which elements go between host and device memory.

use wgpu::BufferUsages;

use crate::device::gpu::measure::random_bytes;
use crate::device::gpu::{Gpu, Work};

/// Bytes in a second, up to the device and down to the host.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Transfers {
    /// One large copy between memory that both see and that of the device: the ceiling.
    pub link: [f64; 2],
    /// Through the ring of staging buffers, by one who leaves nothing in them and takes nothing out: what a kernel that packs messages has.
    pub staged: [f64; 2],
    /// Through the ring, from and into ordinary memory.
    pub ordinary: [f64; 2],
}

impl Gpu {
    /// The rates of transfers.
    ///
    /// **Local.** It takes up to 256 MiB on both sides for about a second (8 MiB on a software device).
    pub fn transfer_bandwidth(&self) -> Transfers {
        let bytes = (16 * self.large()).min(256 << 20);
        let (memory, mut host) = (self.random_memory(bytes / 16), random_bytes(bytes));
        let rate = |seconds: f64| bytes as f64 / seconds;
        let link = [BufferUsages::MAP_WRITE | BufferUsages::COPY_SRC, BufferUsages::MAP_READ | BufferUsages::COPY_DST]
            .map(|usage| {
                let shared = self.card().buffer(bytes as u64, usage);
                let (here, there) = ((&shared, 0), (&memory.segments()[0], 0));
                let up = usage.contains(BufferUsages::COPY_SRC);
                let (from, into) = if up { (here, there) } else { (there, here) };
                rate(self.seconds(|| self.work().stream.copy(from, into, bytes as u64)))
            });
        let segment = &memory.segments()[0];
        let up = || {
            let mut work = self.work();
            let Work { stream, staging } = &mut *work;
            staging.send(stream, bytes, segment, 0, |_, _| {});
        };
        let down = || {
            let mut work = self.work();
            let Work { stream, staging } = &mut *work;
            staging.receive(stream, segment, 0, bytes, |_, _| {});
        };
        let staged = [rate(self.seconds(up)), rate(self.seconds(down))];
        let up = rate(self.seconds(|| drop(self.upload(&host, 16))));
        let down = rate(self.seconds(|| self.download(&memory, &mut host)));
        Transfers { link, staged, ordinary: [up, down] }
    }
}
