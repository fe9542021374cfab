//! What the host spends on a kernel.

use std::time::Instant;

use crate::device::gpu::Gpu;
use crate::device::gpu::measure::median;
use crate::device::gpu::stream::BACKLOG;

impl Gpu {
    /// The seconds that the host spends on recording and handing over one kernel, of many that follow each other.
    ///
    /// **Local.** The median of several rounds of as many kernels as are under way before the host waits for the device: so that time is not in it. A kernel's
    /// text is not compared or made here, which evaluations of arrays add.
    pub fn dispatch_seconds(&self) -> f64 {
        const ROUNDS: usize = 21;
        let memories = [self.random_memory(1), self.empty(1, 16)];
        let mut rounds = Vec::new();
        for _ in 0..=ROUNDS {
            self.wait();
            let begun = Instant::now();
            // One more than are counted hands over the last of these.
            (0..=BACKLOG).for_each(|_| self.copy_elements(&memories[0], &memories[1]));
            rounds.push(begun.elapsed().as_secs_f64() / BACKLOG as f64);
        }
        // The first one compiled the kernel.
        median(rounds.split_off(1))
    }
}
