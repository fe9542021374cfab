//! Deal a matrix block-cyclically over a grid of ranks, as ScaLAPACK does, and see what that moves before it moves.
//!
//! ```sh
//! ISOTHERM_RANKS=6 cargo run --example block_cyclic
//! ```
//!
//! What to see: a layout is a value that needs neither data nor ranks, so its cost can be asked for any number of
//! them; an array of any layout takes part in expressions like every other. A solver for such matrices comes later.

use std::process::ExitCode;

use isotherm::layout::Plan;
use isotherm::layout::plan::{Cost, Options};
use isotherm::prelude::*;

const N: usize = 1000;
const BLOCK: usize = 64;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        let a = cx.random_uniform::<f64>((N, N), 0, 42)?;
        let tiles = tiles(cx.size())?;
        isotherm::println!(cx, "from   {}\nto     {tiles}", a.layout());
        isotherm::println!(cx, "rank 0 {}", a.plan_to(&tiles)?);
        isotherm::println!(cx, "all    {}", cost(cx.size())?);
        isotherm::println!(cx, "on 64  {}", cost(64)?);

        // Now it moves. Making the diagonal dominant then happens in place, wherever its elements lie.
        let mut a = a.redistribute(&tiles)?;
        let diagonal = a.index(0)?.equal(a.index(1)?);
        a.assign(&a + select(diagonal, N as f64, 0.0))?;

        let (trace, largest) = (select(a.index(0)?.equal(a.index(1)?), &a, 0.0).sum(None), a.max(None)).eval()?;
        isotherm::println!(cx, "trace {}, largest {}", trace.item()?, largest.item()?);
        Ok(())
    })
}

/// Tiles of `BLOCK` x `BLOCK`, dealt round-robin over a grid of ranks that is as square as can be.
fn tiles(ranks: usize) -> Result<Layout> {
    let rows = (1..=ranks.isqrt()).rev().find(|&rows| ranks.is_multiple_of(rows)).unwrap_or(1);
    let mesh = Mesh::new(&[rows, ranks / rows])?;
    let cyclic = |mesh_axis: usize| Distribution::Cyclic { over: mesh_axis..mesh_axis + 1, block: BLOCK };
    Layout::new((N, N), mesh, vec![cyclic(0), cyclic(1)])
}

/// What dealing blocks of rows into tiles moves on all of so many ranks.
fn cost(ranks: usize) -> Result<Cost> {
    let (from, to) = (Layout::split((N, N), 0, ranks)?, tiles(ranks)?);
    Cost::of(ranks, |rank| Plan::redistribute(&from, &to, rank, Options::new(size_of::<f64>())))
}
