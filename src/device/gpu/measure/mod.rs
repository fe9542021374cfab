//! What a device can do at most, and what it gets wrong: the ceilings that kernels are held against, and the answers of small kernels.

mod arithmetic;
mod bandwidth;
mod behaviour;
mod dispatch;
mod transfer;

use std::time::Instant;

use crate::device::gpu::launch::Shader;
use crate::device::gpu::{AdapterKind, Gpu, Memory};

pub use behaviour::Finding;
pub use transfer::Transfers;

/// Rounds that are timed.
const ROUNDS: usize = 7;

impl Gpu {
    /// The seconds that `launch` takes: the median of several rounds, each of as many launches as hide what a round costs the host.
    fn seconds(&self, mut launch: impl FnMut()) -> f64 {
        /// Launches of a round at most.
        const MOST: usize = 1 << 12;
        // As long as cards take to raise their clocks.
        let long = if self.is_software() { 1e-3 } else { 0.05 };
        let mut round = |times: usize| {
            self.wait();
            let begun = Instant::now();
            (0..times).for_each(|_| launch());
            self.wait();
            begun.elapsed().as_secs_f64()
        };
        round(1);
        let mut times = 1;
        while times < MOST && round(times) < long {
            times *= 2;
        }
        median((0..ROUNDS).map(|_| round(times) / times as f64).collect())
    }

    fn is_software(&self) -> bool {
        self.adapter().kind == AdapterKind::Software
    }

    /// How many elements of 16 bytes an array has that no cache can hold: a sixteenth of the memory at most, in one segment.
    fn large(&self) -> usize {
        let largest = if self.is_software() { 1 << 18 } else { 1 << 26 };
        let share = self.adapter().memory.map_or(largest, |bytes| (bytes / 256) as usize);
        let elements = largest.min(share).min(self.segment());
        1 << elements.max(1 << 12).ilog2()
    }

    /// Random words in elements of 16 bytes.
    fn random_memory(&self, elements: usize) -> Memory {
        self.upload(&random_bytes(16 * elements), 16)
    }
}

/// Bytes that nothing can guess or compress, as one multiplication for each word makes them.
fn random_bytes(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let word = || {
        state = state.wrapping_mul(0xd129_0246_4e7d_7f2d).wrapping_add(0x2545_f491_4f6c_dd1d);
        state ^ state >> 32
    };
    let words: Vec<u64> = std::iter::repeat_with(word).take(bytes.div_ceil(8)).collect();
    bytemuck::cast_slice(&words)[..bytes].to_vec()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The shader of this name in `shaders/measure`.
macro_rules! shader {
    ($name:literal) => {
        Shader {
            name: concat!("measure/", $name),
            text: include_str!(concat!("../../../../shaders/measure/", $name, ".wgsl")),
        }
    };
}
const COPY: Shader = shader!("copy");
const READ: Shader = shader!("read");
const ARITHMETIC: Shader = shader!("arithmetic");
const BUILTINS: Shader = shader!("builtins");
const ROUNDING: Shader = shader!("rounding");
const TRIPS: Shader = shader!("trips");
const SUBGROUP: Shader = shader!("subgroup");

#[cfg(test)]
mod tests;
