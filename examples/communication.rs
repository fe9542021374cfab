//! Communication, counted: what reductions, a resplit, a step of diffusion, an iteration of k-means, products and factorisations of
//! matrices and the description of a table send on 1 to 256 ranks, against the documented formulas. A count that differs from its formula ends the program with a panic.
//!
//! ```sh
//! cargo run --release --example communication               # a table
//! cargo run --release --example communication -- counts.json # and the same for `benches/peers/scale.py`, which draws and extends it
//! ```

use std::fmt::{self, Display, Formatter};
use std::process::ExitCode;

use isotherm::cluster::{Init, KMeans};
use isotherm::comm::{Counters, Exact, Kind, Tally};
use isotherm::decomposition::PCA;
use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};
use isotherm::{linalg, stats};
use serde_json::{Value, json};

const RANKS: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/// The array that is reduced and moved: 8 MiB of `f64`.
const ROWS: usize = 4096;
const COLUMNS: usize = 256;
/// The bytes of an exact sum of uniform numbers, all multiples of 2^-53 in [0, 1): a header of 3 bytes, and the three digits
/// of 32 bits from 2^-64 to 2^32.
const SUM: usize = 3 + 3 * 4;
/// The table that is clustered, factored and described.
const FEATURES: usize = 8;
const CLUSTERS: usize = 10;

fn main() -> ExitCode {
    match counts() {
        Ok(rows) => written(&rows, std::env::args().nth(1)),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Count, and print as it goes.
fn counts() -> Result<Vec<Row>> {
    println!("ranks  operation                 calls  steps  messages      bytes        formula  most bytes");
    let mut rows = Vec::new();
    for ranks in RANKS {
        let table = isotherm::run_on(ranks, table)?.swap_remove(0);
        for row in &table {
            println!("{row}");
        }
        rows.extend(table);
    }
    println!(
        "Calls and steps are those of one rank; messages and bytes are those that all ranks send together, and the most that one sends."
    );
    Ok(rows)
}

fn written(rows: &[Row], path: Option<String>) -> ExitCode {
    let objects: Vec<Value> = rows.iter().map(Row::object).collect();
    match path.map(|path| std::fs::write(path, Value::Array(objects).to_string())) {
        Some(Err(error)) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// The rows of the table for this number of ranks.
fn table(cx: &Context) -> Result<Vec<Row>> {
    let x = cx.random_uniform::<f64>((ROWS, COLUMNS), 0, 1)?;
    let few = cx.random_normal::<f64>((ROWS, FEATURES), 0, 2)?;
    let ranks = cx.size();
    let doublings = ranks.next_power_of_two().trailing_zeros() as usize;
    let (down, across) = (1 << (doublings / 2), 1 << doublings.div_ceil(2)); // all numbers of ranks here are powers of two
    let reduction = |results: usize| Formula {
        kinds: &[Kind::AllReduce],
        calls: usize::from(ranks > 1),
        messages: ranks * doublings,
        // The length of a reduction's states is sent with them.
        bytes: Bytes::Exactly(ranks * doublings * (8 + SUM * results)),
    };
    let resplit = Formula {
        kinds: &[Kind::Exchange],
        calls: x.plan_to(&Layout::split((ROWS, COLUMNS), 1, ranks)?)?.rounds(),
        messages: ranks * (ranks - 1),
        bytes: Bytes::Exactly(ROWS * COLUMNS * 8 / ranks * (ranks - 1)), // n m (1 - 1/P) elements
    };
    Ok(vec![
        resplit.row(cx, "resplit 0 -> 1", &sent(cx, || x.resplit(1))?)?,
        reduction(1).row(cx, "sum", &sent(cx, || x.sum(None).eval())?)?,
        reduction(COLUMNS).row(cx, "mean over axis 0", &sent(cx, || x.mean(0).eval())?)?,
        halo(ranks, 1).row(cx, "diffusion, rows", &diffusion(cx, ranks, 1)?)?,
        halo(down, across).row(cx, "diffusion, tiles", &diffusion(cx, down, across)?)?,
        lloyd(ranks, doublings).row(cx, "an iteration of k-means", &iteration(cx)?)?,
        product(cx, "matmul, square", [(512, 512), (512, 512)], [0, 0])?,
        product(cx, "matmul, tall", [(16_384, 64), (64, 64)], [0, 0])?,
        product(cx, "matmul, inner", [(64, 16_384), (16_384, 64)], [1, 0])?,
        factorisation(ranks, doublings).row(cx, "qr", &sent(cx, || linalg::qr(&few))?)?,
        components(ranks, doublings).row(cx, "fit of a PCA", &sent(cx, || PCA::all().fit(&few))?)?,
        description(ranks, doublings).row(cx, "describe", &sent(cx, || stats::describe(&few))?)?,
    ])
}

/// What the plan of a product says.
fn product(cx: &Context, name: &'static str, shapes: [(usize, usize); 2], splits: [usize; 2]) -> Result<Row> {
    let (a, b) = (cx.ones::<f64>(shapes[0], splits[0])?, cx.ones::<f64>(shapes[1], splits[1])?);
    let counted = sent(cx, || a.matmul(&b))?;
    let traffic = linalg::plan_matmul(&a, &b)?.traffic()?;
    let all = cx.comm().all_reduce_exact(&[traffic.messages as u64, traffic.send_bytes as u64], Exact::Sum)?;
    // How many calls it takes follows from the number of panels; what they send is what a plan is about.
    let calls = counted.total().calls as usize;
    let formula = Formula { kinds: PRODUCT, calls, messages: all[0] as usize, bytes: Bytes::Exactly(all[1] as usize) };
    formula.row(cx, name, &counted)
}

const PRODUCT: &[Kind] = &[Kind::Exchange, Kind::AllReduce];

/// Whether each rank has so many rows for each column that `qr` tries the Gram matrix, whose condition allows it for these data.
fn by_gram(ranks: usize) -> bool {
    ROWS >= 64 * FEATURES * ranks
}

/// Two Gram matrices, each reduced and answered, and what is left to do to all; or triangles of n(n + 1)/2 values up a tree, back, and to all: as the
/// documentation of `qr` has it.
fn factorisation(ranks: usize, doublings: usize) -> Formula {
    let (square, triangle) = (FEATURES * FEATURES, FEATURES * (FEATURES + 1) / 2);
    if by_gram(ranks) {
        let values = 2 * square + (1 + square) + (triangle + square);
        return Formula {
            kinds: &[Kind::Reduce, Kind::Broadcast],
            calls: 5,
            messages: 5 * (ranks - 1),
            bytes: Bytes::Exactly((ranks - 1) * (values * 8 + 1)),
        };
    }
    Formula {
        kinds: &[Kind::Exchange, Kind::Broadcast],
        calls: 2 * doublings + 1,
        messages: 3 * (ranks - 1),
        bytes: Bytes::Exactly(3 * (ranks - 1) * triangle * 8),
    }
}

/// One all-reduce for the means, then Gram matrices or triangles up the tree, and the components to all.
fn components(ranks: usize, doublings: usize) -> Formula {
    let (square, triangle) = (FEATURES * FEATURES, FEATURES * (FEATURES + 1) / 2);
    // The condition of these data is so small that one Gram matrix will do.
    let (calls, messages, values) =
        if by_gram(ranks) { (2, 2 * (ranks - 1), square + 1) } else { (doublings, ranks - 1, triangle) };
    let values = values + square + FEATURES;
    Formula {
        kinds: &[Kind::AllReduce, Kind::Exchange, Kind::Reduce, Kind::Broadcast],
        calls: usize::from(ranks > 1) + calls + 1,
        messages: ranks * doublings + messages + ranks - 1,
        bytes: Bytes::AtMost(ranks * doublings * (20 * FEATURES + 64) + (ranks - 1) * values * 8),
    }
}

/// Ranges, two kinds of moments, and eight rounds of counts of 2 KiB: one beginning in the first, six at most in the others.
fn description(ranks: usize, doublings: usize) -> Formula {
    let column = 24 + 20 + 40 + (1 + 6 * 7) * 2048 + 8;
    Formula {
        kinds: &[Kind::AllReduce],
        calls: if ranks > 1 { 11 } else { 0 },
        messages: ranks * doublings * 11,
        bytes: Bytes::AtMost(ranks * doublings * FEATURES * column),
    }
}

/// To each neighbour on a periodic mesh of `down` times `across` ranks the edge of the tile, as the documentation of `sweep` has it. Two
/// ranks on a ring are each other's neighbours on both sides, in one message.
fn halo(down: usize, across: usize) -> Formula {
    let neighbours = |parts: usize| parts.min(3) - 1;
    let edges = |parts: usize| if parts > 1 { 2 } else { 0 };
    let (rows, columns) = (ROWS / down, COLUMNS / across);
    Formula {
        kinds: &[Kind::Exchange],
        calls: usize::from(down * across > 1),
        messages: down * across * (neighbours(down) + neighbours(across)),
        bytes: Bytes::Exactly(down * across * (edges(down) * columns + edges(across) * rows) * 8),
    }
}

/// What a step of diffusion sends, five points on a torus.
fn diffusion(cx: &Context, down: usize, across: usize) -> Result<Counters> {
    let tiles = vec![Distribution::balanced(0..1), Distribution::balanced(1..2)];
    let layout = Layout::new((ROWS, COLUMNS), Mesh::new(&[down, across])?, tiles)?;
    let u = cx.random_uniform::<f64>((ROWS, COLUMNS), &layout, 3)?;
    let mut next = cx.zeros::<f64>((ROWS, COLUMNS), &layout)?;
    sent(cx, || {
        sweep(u.halo().boundary(Boundary::Periodic), &mut next, |u| {
            u.at([0, 0]) + 0.1 * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
        })
    })
}

/// One all-reduce of at most 20 bytes for each coordinate of the centres, as the documentation of `KMeans::fit` has it.
fn lloyd(ranks: usize, doublings: usize) -> Formula {
    Formula {
        kinds: &[Kind::AllReduce],
        calls: 1,
        messages: ranks * doublings,
        bytes: Bytes::AtMost(ranks * doublings * 20 * CLUSTERS * FEATURES),
    }
}

/// What three iterations send beyond two.
fn iteration(cx: &Context) -> Result<Counters> {
    let x = cx.random_uniform::<f64>((ROWS, FEATURES), 0, 2)?;
    let start = Init::from_array(&x.slice(range(0, CLUSTERS as isize))?)?;
    let model = KMeans::new(CLUSTERS).init(start).tol(0.0);
    let fit = |most: usize| {
        let model = model.clone().max_iter(most);
        sent(cx, || {
            let iterations = model.fit(&x)?.iterations;
            assert_eq!(iterations, most, "these data take many iterations");
            Ok(())
        })
    };
    let two = fit(2)?;
    Ok(fit(3)? - two)
}

/// What this rank sent while `action` ran.
fn sent<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<Counters> {
    let before = cx.comm().counters();
    action()?;
    Ok(cx.comm().counters() - before)
}

/// What the documentation promises.
struct Formula {
    kinds: &'static [Kind],
    calls: usize,
    messages: usize,
    bytes: Bytes,
}

enum Bytes {
    Exactly(usize),
    AtMost(usize),
}

/// A line of the table.
struct Row {
    ranks: usize,
    operation: &'static str,
    calls: usize,
    /// Messages that wait for each other, on the rank with the longest such chain.
    steps: usize,
    messages: usize,
    bytes: usize,
    formula: String,
    /// Of the ranks, the most that one sends.
    most_messages: usize,
    most_bytes: usize,
}

impl Formula {
    /// The line of the table for what was counted, which must be as promised.
    fn row(&self, cx: &Context, operation: &'static str, counted: &Counters) -> Result<Row> {
        let Tally { calls, messages, bytes } = counted.total();
        let expected: u64 = self.kinds.iter().map(|&kind| counted.of(kind).calls).sum();
        assert_eq!(calls, expected, "{operation} makes calls of another kind");
        assert_eq!(calls as usize, self.calls, "calls of {operation}");
        let steps = Kind::ALL.iter().map(|&kind| counted.of(kind).calls * depth(kind, cx.size())).sum();
        let all = cx.comm().all_reduce(&[messages, bytes], |a, b| a + b)?;
        let most = cx.comm().all_reduce(&[messages, bytes, steps], u64::max)?;
        let [messages, bytes] = [all[0], all[1]].map(|count| count as usize);
        let [most_messages, most_bytes, steps] = [most[0], most[1], most[2]].map(|count| count as usize);
        assert_eq!(messages, self.messages, "messages of {operation}");
        let formula = match self.bytes {
            Bytes::Exactly(formula) => {
                assert_eq!(bytes, formula, "bytes of {operation}");
                format!("{formula}")
            }
            Bytes::AtMost(formula) => {
                assert!(bytes <= formula, "{bytes} bytes of {operation}, more than {formula}");
                format!("<= {formula}")
            }
        };
        let (ranks, calls) = (cx.size(), self.calls);
        Ok(Row { ranks, operation, calls, steps, messages, bytes, formula, most_messages, most_bytes })
    }
}

/// How many messages wait for each other in one call, by the algorithms of [`isotherm::comm::Counters`]. The messages of an exchange do not.
fn depth(kind: Kind, ranks: usize) -> u64 {
    match kind {
        Kind::Exchange | Kind::PointToPoint | Kind::Gather | Kind::Scatter => 1,
        Kind::AllGather | Kind::AllToAll => ranks as u64 - 1,
        _ => u64::from(ranks.next_power_of_two().trailing_zeros()),
    }
}

impl Row {
    fn object(&self) -> Value {
        let Self { ranks, operation, calls, steps, messages, bytes, formula, most_messages, most_bytes } = self;
        json!({
            "ranks": ranks, "operation": operation, "calls": calls, "steps": steps, "messages": messages, "bytes": bytes,
            "formula": formula, "most_messages": most_messages, "most_bytes": most_bytes,
        })
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { ranks, operation, calls, steps, messages, bytes, formula, most_bytes, .. } = self;
        write!(
            f,
            "{ranks:5}  {operation:24}  {calls:5}  {steps:5}  {messages:8}  {bytes:9}  {formula:>13}  {most_bytes:10}"
        )
    }
}
