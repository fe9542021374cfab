//! Blocks of random numbers, drawn where an engine computes.

use crate::device::{Cpu, Engine};
use crate::dtype::Element;
use crate::layout::Region;
use crate::local::Fresh;
use crate::random::{self, Distribution, Seed};

impl<T: Element> Fresh<T> {
    /// Draw the elements at the indices of `region`, all that there is room for. Those of a distribution that a device has no kernel for are drawn on
    /// the host and brought there.
    pub(crate) fn draw(&mut self, distribution: impl Distribution<T>, seed: Seed, region: &Region, engine: &Engine) {
        match self {
            Self::Here(block) => draw(distribution, seed, block, region, engine.cpu()),
            #[cfg(feature = "gpu")]
            Self::Card(memory) => {
                let gpu = memory.gpu().clone();
                let known =
                    distribution.recipe().is_some_and(|recipe| gpu.draw(recipe, T::DTYPE, seed, region, memory));
                if !known {
                    let mut block = engine.cpu().pool().take(memory.len());
                    draw(distribution, seed, &mut block, region, engine.cpu());
                    *memory = gpu.upload(bytemuck::cast_slice(&block), size_of::<T>());
                }
            }
        }
    }
}

/// In pieces, each on whichever of the share's threads is free, which so touches its pages first.
fn draw<T: Element>(distribution: impl Distribution<T>, seed: Seed, block: &mut [T], region: &Region, cpu: &Cpu) {
    // A piece takes some ten microseconds; the list of pieces stays small however short the runs are.
    const PIECE: usize = 16_384;
    const PIECES: usize = 1024;
    let draw = |pieces| {
        cpu.each(pieces, |(first, piece): (usize, &mut [T])| {
            random::fill(distribution, seed, first as u64, piece);
        });
    };
    let (mut rest, mut pieces) = (block, Vec::new());
    for run in region.runs() {
        let (here, after) = std::mem::take(&mut rest).split_at_mut(run.global.len());
        rest = after;
        for (i, piece) in here.chunks_mut(PIECE).enumerate() {
            pieces.push((run.global.start + i * PIECE, piece));
            if pieces.len() == PIECES {
                draw(std::mem::take(&mut pieces));
            }
        }
    }
    draw(pieces);
}
