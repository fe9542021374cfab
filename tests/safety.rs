//! What a wrong program is told: the same error on every rank, with the line of the program that is wrong; and, where only one
//! rank is wrong, an end within seconds that names the ranks and their lines.
#![allow(clippy::unwrap_used)]

use std::sync::mpsc;
use std::time::Duration;

use isotherm::prelude::*;
use isotherm::random::Seed;

const RANKS: usize = 3;

type Step = fn(&Context, &DistArray<f64>) -> Result<()>;

/// A program of one line, and which line that is.
#[derive(Clone, Copy)]
struct Line {
    name: &'static str,
    at: u32,
    step: Step,
}

/// `step!(|cx, x| ..)` must stand on one line.
macro_rules! step {
    (|$cx:ident, $x:ident| $step:expr) => {
        Line { name: stringify!($step), at: line!(), step: |$cx, $x| $step.map(drop) }
    };
}

/// A 6 x 4 array, dealt by rows.
fn operand(cx: &Context) -> Result<DistArray<f64>> {
    cx.from_fn((6, 4), 0, |index| (index[0] * 4 + index[1]) as f64)
}

/// The outcome of a program on [`RANKS`] ranks; a program that does not end fails.
fn ended<R: Send + 'static>(program: impl Fn(&Context) -> Result<R> + Send + Sync + 'static) -> Result<Vec<R>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(isotherm::run_on(RANKS, program)));
    receive.recv_timeout(Duration::from_secs(30)).expect("the ranks wait for each other")
}

/// What all ranks are told when they do not do the same: it names these, and lines of this file only.
#[track_caller]
fn told(outcome: Result<Vec<()>>, parts: &[&str]) -> Error {
    let error = outcome.expect_err("one rank does something else");
    assert_eq!(error.kind(), ErrorKind::Collective, "{error}");
    assert!(!error.to_string().contains("src/"), "a line of the library is blamed: {error}");
    for part in parts {
        assert!(error.message().contains(part), "nothing about {part:?} in {error}");
    }
    error
}

/// A call as reports name it.
fn at(line: u32) -> String {
    format!(" at {}:{line}:", file!())
}

/// Shapes that do not fit.
#[rustfmt::skip]
fn wrong_shapes() -> Vec<Line> {
    vec![
        step!(|cx, x| (x + cx.zeros::<f64>(5, 0)?).eval()),
        step!(|cx, x| ((x * 2.0).exp().maximum(cx.zeros::<f64>((6, 3), 0)?) - 1.0).sum(0).eval()),
        step!(|cx, x| x.clone().assign(cx.zeros::<f64>(5, 0)?)),
        step!(|_cx, x| x.clone().set((0, 0), x)),
        step!(|_cx, x| x.reshape(5)),
        step!(|_cx, x| x.broadcast_to((3, 6, 5))),
        step!(|cx, x| concatenate(&[x, &cx.zeros((6, 5), 0)?], 0)),
        step!(|cx, x| stack(&[x, &cx.zeros((6, 5), 0)?], 0)),
        step!(|_cx, x| x.squeeze(0)),
        step!(|_cx, x| x.item()),
        step!(|cx, x| x.redistribute(&Layout::split((4, 5), 0, cx.size())?)),
        step!(|cx, _x| cx.zeros::<f64>((0, 3), 0)?.max(0).eval()),
        step!(|cx, _x| cx.from_slice(&[1.0], 2, 0)),
        step!(|cx, _x| cx.from_root(0, &[1.0], 2, 0)),
        step!(|cx, _x| cx.from_blocks(&[1.0], 2, 0)),
        step!(|cx, _x| cx.full((usize::MAX, 2), 1_u8, 0)),
    ]
}

/// Axes that are not there.
#[rustfmt::skip]
fn wrong_axes() -> Vec<Line> {
    vec![
        step!(|_cx, x| x.sum(2).eval()),
        step!(|_cx, x| (x.min(0), x.max([0, 0])).eval()),
        step!(|_cx, x| vec![x.sum(0), x.sum(-3)].eval()),
        step!(|_cx, x| x.std(7).eval()),
        step!(|_cx, x| x.index(2)),
        step!(|_cx, x| x.resplit(2)),
        step!(|_cx, x| x.permute_dims(&[0, 5])),
        step!(|_cx, x| x.swap_axes(0, 2)),
        step!(|_cx, x| x.move_axis(2, 0)),
        step!(|_cx, x| x.expand_dims(4)),
        step!(|_cx, x| x.squeeze(4)),
        step!(|_cx, x| x.flip(2)),
        step!(|_cx, x| x.roll(1, 2)),
        step!(|_cx, x| x.diff(2)),
        step!(|_cx, x| x.tile(2, 2)),
        step!(|_cx, x| x.repeat(2, 2)),
        step!(|_cx, x| x.take(&[0], 2)),
        step!(|_cx, x| x.reshape_to((4, 6), 2)),
        step!(|_cx, x| concatenate(&[x], 2)),
        step!(|_cx, x| stack(&[x], 3)),
        step!(|cx, _x| cx.zeros::<f64>((4, 4), 2)),
        step!(|cx, _x| cx.random_uniform::<f64>(4, 1, 1)),
        step!(|cx, _x| cx.from_root(0, &[1.0], 1, 1)),
        step!(|cx, _x| Layout::split((4, 5), 2, cx.size())),
    ]
}

/// Whatever else can be wrong on every rank.
#[rustfmt::skip]
fn other_mistakes() -> Vec<(ErrorKind, Line)> {
    use ErrorKind::{Argument, Context, Index, Layout as Deal, Memory, Rank};
    vec![
        (Index, step!(|_cx, x| x.slice((0, 4)))),
        (Index, step!(|_cx, x| x.slice((0, 0, 0)))),
        (Index, step!(|_cx, x| x.slice(range(0, 4).step(0)))),
        (Index, step!(|_cx, x| x.get(&[6, 0]))),
        (Index, step!(|_cx, x| x.get(&[0]))),
        (Index, step!(|_cx, x| x.take(&[0, 6], 0))),
        (Index, step!(|_cx, x| x.clone().set((6, 0), 1.0))),
        (Argument, step!(|cx, _x| cx.arange(0.0, 1.0, 0.0, 0))),
        (Argument, step!(|cx, _x| cx.random_integers(3, 3, 4, 0, 1))),
        (Argument, step!(|cx, _x| cx.random_uniform::<f64>(6, 0, cx.rank() as u64))),
        (Argument, step!(|cx, _x| cx.random_uniform::<f64>((6, 6), cx.rank() / 2, 1))),
        (Argument, step!(|_cx, _x| stack::<f64>(&[], 0))),
        (Argument, step!(|_cx, x| x.pad(&[(1, 1)], 0.0))),
        (Argument, step!(|cx, _x| cx.comm().broadcast(9, &[1.0]))),
        (Deal, step!(|_cx, x| x.gather_on(9))),
        (Deal, step!(|_cx, x| x.to_vec())),
        (Deal, step!(|cx, x| cx.zeros::<f64>(9, x.layout()))),
        (Deal, step!(|cx, _x| Layout::new((4, 4), Mesh::line(cx.size())?, vec![]))),
        (Context, step!(|cx, x| (x + cx.with_staging_limit(64).zeros::<f64>((6, 4), 0)?).eval())),
        (Context, step!(|cx, x| (x.sum(0), cx.with_staging_limit(64).ones::<f64>(3, 0)?.sum(0)).eval())),
        (Context, step!(|cx, x| x.clone().assign(cx.with_staging_limit(64).zeros::<f64>((6, 4), 0)?))),
        (Context, step!(|cx, x| concatenate(&[x, &cx.with_staging_limit(64).zeros((6, 4), 0)?], 0))),
        (Context, step!(|_cx, _x| select(true, 1.0, 2.0).eval())),
        (Context, step!(|_cx, _x| vec![select(true, 1.0, 2.0)].eval())),
        (Memory, step!(|cx, _x| cx.with_memory_budget(8).zeros::<f64>(99, 0))),
        (Memory, step!(|cx, _x| cx.with_memory_budget(32).ones::<f64>(6, 0)?.replicate())),
        (Rank, step!(|cx, _x| cx.agree(if cx.rank() == 1 { Err("disk full") } else { Ok(()) }))),
        (Rank, step!(|cx, x| cx.from_block(&[1.0; 99], x.layout()))),
    ]
}

/// Programs that are wrong on every rank, and the kind of error that they get.
fn mistakes() -> Vec<(ErrorKind, Line)> {
    let shapes = wrong_shapes().into_iter().map(|line| (ErrorKind::Shape, line));
    let axes = wrong_axes().into_iter().map(|line| (ErrorKind::Axis, line));
    shapes.chain(axes).chain(other_mistakes()).collect()
}

#[test]
fn a_mistake_is_one_error_with_its_line() {
    let outcomes = ended(|cx| {
        let x = operand(cx)?;
        Ok(mistakes().iter().map(|(_, line)| (line.step)(cx, &x)).collect::<Vec<_>>())
    });
    let outcomes = outcomes.unwrap();
    for (number, (kind, line)) in mistakes().into_iter().enumerate() {
        let first = outcomes[0][number].as_ref().expect_err(line.name);
        assert_eq!(first.kind(), kind, "{}: {first}", line.name);
        assert_eq!((first.location().file(), first.location().line()), (file!(), line.at), "{}: {first}", line.name);
        for (rank, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome[number].as_ref().unwrap_err(), first, "{} on rank {rank}", line.name);
        }
    }
}

#[test]
fn an_expression_blames_its_operator_and_not_the_evaluation() {
    let error = ended(|cx| {
        let x = operand(cx)?;
        let sum = &x + cx.ones::<f64>(4, 0)?;
        let (line, wrong) = (line!(), sum * cx.ones::<f64>(3, 0)?);
        assert_eq!(wrong.error().map(|error| error.location().line()), Some(line));
        let later = wrong.sqrt() - 1.0;
        let error = later.mean(0).eval().unwrap_err();
        assert_eq!((error.location().file(), error.location().line()), (file!(), line));
        later.eval().map(drop)
    })
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Shape, "an error that all share is the outcome");
    assert!(error.message().contains("(6, 4)") && error.message().contains("(3,)"), "{error}");
}

/// Programs that communicate.
#[rustfmt::skip]
fn calls() -> Vec<Line> {
    vec![
        step!(|_cx, x| x.sum(None).eval()),
        step!(|_cx, x| x.var(0).eval()),
        step!(|_cx, x| (x.min(0), x.max(0), x.sum(None)).eval()),
        step!(|_cx, x| vec![x.sum(0)].eval()),
        step!(|_cx, x| (x + x.expand_dims(0)?.slice(0)?.resplit(1)?).eval()),
        step!(|cx, x| (x + cx.ones::<f64>((6, 4), 1)?).eval()),
        step!(|cx, x| x.clone().assign(cx.ones::<f64>((6, 4), 1)?)),
        step!(|cx, x| x.clone().set((Ellipsis, range(0, 4)), cx.ones::<f64>((6, 4), 1)?)),
        step!(|cx, x| x.clone().set(0, cx.ones::<f64>(4, 0)? + 1.0)),
        step!(|cx, x| x.redistribute(&Layout::split((6, 4), 1, cx.size())?)),
        step!(|_cx, x| x.resplit(1)),
        step!(|_cx, x| x.slice(range(3, None))?.slice(range(1, None))?.balance()),
        step!(|_cx, x| x.replicate()),
        step!(|_cx, x| x.gather()),
        step!(|_cx, x| x.gather_on(1)),
        step!(|_cx, x| x.preview()),
        step!(|_cx, x| x.get(&[0, 0])),
        step!(|_cx, x| x.take(&[5, 0], 0)),
        step!(|_cx, x| x.diff(0)),
        step!(|_cx, x| concatenate(&[x, x], 0)),
        step!(|cx, x| stack(&[x, &cx.ones((6, 4), 1)?], 0)),
        step!(|_cx, x| x.tile(2, 0)),
        step!(|_cx, x| x.flip(0)),
        step!(|_cx, x| x.roll(1, 0)),
        step!(|_cx, x| x.roll(1, None)),
        step!(|_cx, x| x.reshape((4, 6))),
        step!(|_cx, x| x.flatten()?.reshape_to((3, 8), 1)),
        step!(|cx, x| cx.from_block(x.local(), x.layout())),
        step!(|cx, _x| cx.from_blocks(&[1.0], 1, 0)),
        step!(|cx, _x| cx.from_root(0, &[1.0], 1, 0)),
        step!(|cx, _x| cx.random_uniform::<f64>(3, 0, 1)),
        step!(|cx, _x| cx.random_normal::<f64>(3, 0, 1)),
        step!(|cx, _x| cx.random_integers(0, 6, 3, 0, 1)),
        step!(|cx, _x| cx.random::<f64>(isotherm::random::Uniform, 3, 0, Seed::new(1))),
        step!(|cx, _x| cx.agree(Ok::<(), String>(()))),
        step!(|cx, _x| cx.timings()),
        step!(|cx, _x| cx.comm().barrier()),
        step!(|_cx, x| isotherm::io::write_npy(x, "/nowhere/x.npy")),
        step!(|cx, _x| isotherm::io::read_npy::<f64>(cx, "/nowhere/x.npy", 0)),
    ]
}

/// One rank returns before each call; the others learn where they called and that it is gone.
#[test]
fn an_early_return_is_reported_with_the_lines_of_the_others() {
    for line in calls() {
        let outcome = ended(move |cx| {
            let x = operand(cx)?;
            if cx.rank() == 1 { Ok(()) } else { (line.step)(cx, &x) }
        });
        let calling = at(line.at);
        told(outcome, &["a rank has left while others call it", "rank 1", "left", &calling]);
    }
}

/// One rank leaves a call out and makes the next.
#[test]
fn a_missing_call_is_reported_with_both_lines() {
    for line in calls() {
        let next = step!(|_cx, x| x.mean(None).eval());
        let outcome = ended(move |cx| {
            let x = operand(cx)?;
            if cx.rank() != 2 {
                (line.step)(cx, &x)?;
            }
            (next.step)(cx, &x)
        });
        told(outcome, &["the ranks made different calls", "rank 2", &at(line.at), &at(next.at)]);
    }
}

#[test]
fn an_error_on_one_rank_says_what_it_was() {
    let outcome = ended(|cx| {
        let x = operand(cx)?;
        if cx.rank() == 2 {
            x.local().get(99).ok_or_else(|| Error::new(ErrorKind::Index, "no element 99 here"))?;
        }
        x.sum(None).eval().map(drop)
    });
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Index, "no element 99 here"), "the cause comes first");
}

#[test]
fn a_panic_on_one_rank_ends_all() {
    let (tell, heard) = mpsc::channel();
    let sum = step!(|_cx, x| x.sum(None).eval());
    let outcome = ended(move |cx| {
        let x = operand(cx)?;
        if cx.rank() == 1 {
            let nothing: [f64; 0] = [];
            let _ = nothing[cx.rank()];
        }
        // The others are told in the call that rank 1 does not make.
        let outcome = (sum.step)(cx, &x);
        tell.send(outcome.clone()).unwrap();
        outcome
    });
    let panicked = "index out of bounds: the len is 0 but the index is 1";
    told(outcome, &["rank 1 panicked", panicked]);
    for outcome in heard.iter().collect::<Vec<_>>() {
        told(outcome.map(|()| vec![]), &["a rank panicked", "ranks 0, 2", "rank 1", panicked, &at(sum.at)]);
    }
}

/// What a hash map with a seed of its own on every rank does to a program.
#[test]
fn another_order_on_one_rank() {
    let rows = step!(|_cx, x| x.sum(0).eval());
    let all = step!(|_cx, x| x.sum(None).eval());
    let outcome = ended(move |cx| {
        let x = operand(cx)?;
        for one in if cx.rank() == 0 { [rows, all] } else { [all, rows] } {
            (one.step)(cx, &x)?;
        }
        Ok(())
    });
    told(outcome, &["the ranks made different calls", "rank 0", "ranks 1-2", &at(rows.at), &at(all.at)]);
}

/// The same line on all ranks, but not the same arrays, reductions or moves.
#[test]
fn the_same_line_with_other_arguments() {
    let wrong: [Step; 7] = [
        |cx, x| [x, &x.transpose()?][usize::from(cx.rank() == 0)].sum(None).eval().map(drop),
        |cx, x| if cx.rank() == 0 { x.sum(0) } else { x.prod(0) }.eval().map(drop),
        |cx, x| x.max(if cx.rank() == 0 { None } else { Some(0) }).eval().map(drop),
        |cx, x| x.roll(1 + cx.rank() as isize % 2, 0).map(drop),
        |cx, x| x.take(&[5, cx.rank() as isize], 0).map(drop),
        |cx, x| x.resplit(if cx.rank() == 0 { None } else { Some(1) }).map(drop),
        |cx, _| cx.from_block(&[1.0; 3], &Layout::split((3, 3), cx.rank() / 2, 3)?).map(drop),
    ];
    for step in wrong {
        let outcome = ended(move |cx| step(cx, &operand(cx)?));
        told(outcome, &["the ranks made different calls", "plan", file!()]);
    }
}
