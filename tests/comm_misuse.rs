//! Programs that break the rules, and what each rank is told: the same error everywhere, at once and in later calls.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, Ordering};

use isotherm::comm::{Comm, Exact, spawn};
use isotherm::memory::Pool;
use isotherm::{Error, ErrorKind, Result};

/// Run a program that ends in an error on all ranks but those of `without`, and compare the report. Source lines are
/// left out.
fn misuse(ranks: usize, without: &[usize], program: impl Fn(&Comm) -> Result<()> + Send + Sync, report: &[&str]) {
    let outcomes = spawn(ranks, |comm| {
        let outcome = program(&comm);
        // Whatever comes after the error gives the same error.
        let again = outcome.as_ref().err().map(|_| (comm.barrier().unwrap_err(), comm.split(0, 0).unwrap_err()));
        (outcome, again)
    });
    let mut errors: Vec<Error> = Vec::new();
    for (rank, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok((Err(error), Some((barrier, split)))) if !without.contains(&rank) => {
                errors.extend([error, barrier, split]);
            }
            outcome => assert!(without.contains(&rank), "rank {rank} was not told: {:?}", outcome.map(|(end, _)| end)),
        }
    }
    let error = errors.first().expect("some rank is told");
    assert!(errors.iter().all(|other| other == error), "the ranks are told different things: {errors:?}");
    assert_eq!(error.kind(), ErrorKind::Collective);
    assert!(error.location().file().ends_with("comm_misuse.rs"));
    let lines: Vec<String> = error.message().lines().map(without_line).collect();
    assert_eq!(lines, report, "{error}");
}

/// A row without its ` at file:line:column`s.
fn without_line(row: &str) -> String {
    let mut parts = row.split(" at tests/comm_misuse.rs:");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |row, part| row + part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'))
}

const DIFFERENT: &str = "the ranks made different calls";
const GONE: &str = "a rank has left while others call it";

#[test]
fn another_collective_on_one_rank() {
    let program = |comm: &Comm| {
        if comm.rank() == 1 { comm.all_reduce(&[1.0, 2.0], |a, b| a + b).map(drop) } else { comm.barrier() }
    };
    misuse(4, &[], program, &[DIFFERENT, "  ranks 0, 2-3  barrier", "  rank 1        all_reduce of 2 f64"]);
}

#[test]
fn the_source_lines_are_in_the_report() {
    let line = line!() + 1;
    let outcomes = spawn(2, |comm| if comm.rank() == 0 { comm.barrier() } else { Ok(()) });
    let error = outcomes[0].as_ref().unwrap().as_ref().unwrap_err();
    assert_eq!(error.location().line(), line);
    assert!(error.message().contains(&format!("barrier at tests/comm_misuse.rs:{line}:")), "{error}");
}

#[test]
fn another_count_in_a_fold() {
    let program = |comm: &Comm| comm.all_reduce(&vec![0_i32; 3 + comm.rank() / 2], |a, _| a).map(drop);
    misuse(3, &[], program, &[DIFFERENT, "  ranks 0-1  all_reduce of 3 i32", "  rank 2     all_reduce of 4 i32"]);
}

#[test]
fn another_dtype() {
    fn all_reduce(comm: &Comm) -> Result<()> {
        if comm.rank() == 0 { reduce(comm, 1.0_f64) } else { reduce(comm, 1_i64) }
    }
    fn reduce<T: isotherm::Element>(comm: &Comm, value: T) -> Result<()> {
        comm.all_reduce(&[value], |a, _| a).map(drop)
    }
    misuse(2, &[], all_reduce, &[DIFFERENT, "  rank 0  all_reduce of 1 f64", "  rank 1  all_reduce of 1 i64"]);
}

#[test]
fn another_root() {
    let program = |comm: &Comm| comm.broadcast(comm.rank() % 2, &[1_u8]).map(drop);
    let rows = [DIFFERENT, "  rank 0  broadcast of 1 u8, root 0", "  rank 1  broadcast of 1 u8, root 1"];
    misuse(2, &[], program, &rows);
}

#[test]
fn another_exact_fold() {
    let program = |comm: &Comm| {
        let exact = if comm.rank() == 0 { Exact::Min } else { Exact::Max };
        comm.all_reduce_exact(&[1_u8], exact).map(drop)
    };
    let rows = ["  rank 0     all_reduce_exact (min) of 1 u8", "  ranks 1-2  all_reduce_exact (max) of 1 u8"];
    misuse(3, &[], program, &[DIFFERENT, rows[0], rows[1]]);
}

#[test]
#[allow(clippy::if_same_then_else)] // that is the mistake
fn the_same_collective_from_another_line() {
    let program = |comm: &Comm| {
        if comm.rank() == 0 { comm.barrier() } else { comm.barrier() }
    };
    misuse(2, &[], program, &[DIFFERENT, "  rank 0  barrier", "  rank 1  barrier"]);
}

#[test]
fn a_missing_collective() {
    let program = |comm: &Comm| {
        if comm.rank() != 2 {
            comm.barrier()?;
        }
        comm.all_gather_v(&[1_u8]).map(drop)
    };
    misuse(3, &[], program, &[DIFFERENT, "  ranks 0-1  barrier", "  rank 2     all_gather_v of 1 u8"]);
}

#[test]
fn an_extra_collective_at_the_end() {
    let program = |comm: &Comm| {
        comm.barrier()?;
        if comm.rank() == 0 { comm.all_gather_v(&[1_u8]).map(drop) } else { Ok(()) }
    };
    misuse(3, &[1, 2], program, &[GONE, "  rank 0     all_gather_v of 1 u8", "  ranks 1-2  left, after barrier"]);
}

#[test]
fn an_early_return() {
    let program = |comm: &Comm| if comm.rank() == 1 { Ok(()) } else { comm.barrier() };
    misuse(3, &[1], program, &[GONE, "  ranks 0, 2  barrier", "  rank 1      left"]);
}

#[test]
fn an_error_on_one_rank() {
    let program = |comm: &Comm| {
        if comm.rank() == 2 {
            comm.leaving("no file part-2.csv");
            return Ok(());
        }
        comm.barrier()
    };
    misuse(3, &[2], program, &[GONE, "  ranks 0-1  barrier", "  rank 2     left: no file part-2.csv"]);
}

#[test]
fn a_panic_on_one_rank() {
    let program = |comm: &Comm| {
        comm.barrier()?;
        assert_ne!(comm.rank(), 1, "three is no rank");
        comm.all_gather_v(&[0_u8; 3]).map(drop)
    };
    let panicked = "  rank 1      panicked: assertion `left != right` failed: three is no rank";
    misuse(
        3,
        &[1],
        program,
        &["a rank panicked", "  ranks 0, 2  all_gather_v of 3 u8", panicked, "  left: 1", " right: 1, after barrier"],
    );
}

#[test]
fn a_panic_inside_a_fold() {
    // Whichever rank merges the pair panics, so one of the two is told, and the one whose fold ran is not.
    let outcomes = spawn(2, |comm| comm.all_reduce(&[1.0], |_, _| panic!("no fold")).map(|_: Vec<f64>| ()));
    let panicked = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!(panicked, 1);
    let told = outcomes.into_iter().find_map(std::result::Result::ok).unwrap().unwrap_err();
    assert!(told.message().starts_with("a rank panicked\n"), "{told}");
    assert!(told.message().contains("panicked: no fold, after all_reduce of 1 f64 at "), "{told}");
}

#[test]
fn the_outcome_of_a_panic_has_rank_and_message() {
    let outcomes = spawn(2, |comm| assert_ne!(comm.rank(), 1));
    assert!(outcomes[0].is_ok());
    let panicked = outcomes[1].clone().unwrap_err();
    assert!(panicked.to_string().starts_with("rank 1 panicked: assertion"), "{panicked}");
}

#[test]
fn a_wrong_number_of_parts_on_one_rank() {
    let program = |comm: &Comm| comm.all_to_all_v(vec![vec![1_u8]; 3 - comm.rank() / 2]).map(drop);
    misuse(3, &[], program, &["2 parts for 3 ranks", "  rank 2  all_to_all_v of 2 u8"]);
    let program = |comm: &Comm| comm.scatter_v::<f64>(0, None).map(drop);
    misuse(2, &[], program, &["0 parts for 2 ranks", "  rank 0  scatter_v of f64, root 0"]);
}

#[test]
fn a_root_beyond_the_ranks_is_an_argument() {
    for outcome in spawn(2, |comm| comm.gather_v(2, &[1.0])) {
        let error = outcome.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Argument, "the root 2 is none of the 2 ranks"));
    }
}

#[test]
fn exchanges_of_different_plans() {
    let program = |comm: &Comm| comm.exchange(7 + comm.rank() as u64, "resplit", Vec::new(), &[]).map(drop);
    let rows = ["  rank 0  resplit, plan 0000000000000007", "  rank 1  resplit, plan 0000000000000008"];
    misuse(2, &[], program, &[DIFFERENT, rows[0], rows[1]]);
}

#[test]
fn an_exchange_that_brings_something_else() {
    let program = |comm: &Comm| {
        let part = || Pool::new().zeroed::<u8>(3).into_buffer();
        let sends = if comm.rank() == 0 { vec![(1, part())] } else { Vec::new() };
        let receives = if comm.rank() == 1 { vec![(0, 4)] } else { Vec::new() };
        comm.exchange(7, "resplit", sends, &receives)?;
        comm.barrier()
    };
    let rows = ["messages (sender, bytes) [(0, 3)] came, not [(0, 4)]", "  rank 1  resplit, plan 0000000000000007"];
    misuse(2, &[], program, &rows);
    let program = |comm: &Comm| {
        comm.exchange(7, "resplit", vec![(2, Pool::new().zeroed::<u8>(3).into_buffer())], &[])?;
        comm.barrier()
    };
    let outcomes = spawn(2, |comm| program(&comm).unwrap_err().message().lines().next().map(str::to_owned));
    assert!(outcomes.into_iter().all(|outcome| outcome.unwrap().unwrap() == "a message to rank 2 of 2"));
}

#[test]
fn all_ranks_receive_and_nobody_sends() {
    let program = |comm: &Comm| comm.start_receive::<f64>((comm.rank() + 1) % 2, 5)?.finish().map(drop);
    let rows = ["  rank 0  receive of f64 from rank 1", "  rank 1  receive of f64 from rank 0"];
    misuse(2, &[], program, &["no rank can go on", rows[0], rows[1]]);
}

#[test]
fn a_receive_waits_for_a_rank_in_a_barrier() {
    let program = |comm: &Comm| match comm.rank() {
        0 => comm.send_receive(1, &[1.0, 2.0], 1).map(drop),
        _ => comm.barrier(),
    };
    let row = "  rank 0     send_receive of 2 f64 to rank 1 from rank 1";
    misuse(3, &[], program, &["no rank can go on", row, "  ranks 1-2  barrier"]);
}

#[test]
fn a_receive_waits_for_a_rank_that_left() {
    let program = |comm: &Comm| match comm.rank() {
        0 => comm.start_receive::<u8>(1, 0)?.finish().map(drop),
        _ => Ok(()),
    };
    misuse(2, &[1], program, &[GONE, "  rank 0  receive of u8 from rank 1", "  rank 1  left"]);
}

#[test]
fn a_receive_under_another_tag_or_dtype() {
    let program = |comm: &Comm| {
        comm.start_send(1 - comm.rank(), 1, &[1.0])?.finish()?;
        comm.start_receive::<f64>(1 - comm.rank(), 2)?.finish().map(drop)
    };
    let rows = ["  rank 0  receive of f64 from rank 1", "  rank 1  receive of f64 from rank 0"];
    misuse(2, &[], program, &["no rank can go on", rows[0], rows[1]]);
    let program = |comm: &Comm| {
        if comm.rank() == 0 {
            comm.start_send(1, 0, &[1_i64])?.finish()?;
        } else {
            comm.start_receive::<f64>(0, 0)?.finish()?;
        }
        comm.barrier()
    };
    let rows = ["a message has another dtype: send of 1 i64 to rank 1", "  rank 1  receive of f64 from rank 0"];
    misuse(2, &[], program, &rows);
}

#[test]
fn a_message_to_a_rank_that_does_not_exist() {
    let program = |comm: &Comm| {
        if comm.rank() == 0 {
            comm.start_send(2, 0, &[1.0])?.finish()?;
        }
        comm.barrier()
    };
    misuse(2, &[], program, &["there is no rank 2 of 2", "  rank 0  send of 1 f64 to rank 2"]);
}

#[test]
fn a_mismatch_in_a_sub_communicator_reaches_the_others() {
    let program = |comm: &Comm| {
        let half = comm.split(comm.rank() as u64 / 2, 0)?;
        match comm.rank() {
            2 => half.barrier()?,
            3 => half.broadcast(0, &[true]).map(drop)?,
            _ => half.barrier().and_then(|()| half.barrier())?,
        }
        comm.barrier()
    };
    // The report has the ranks of the half that disagrees, by their numbers in the world.
    let outcomes = spawn(4, |comm| program(&comm));
    for outcome in outcomes {
        let error = outcome.unwrap().unwrap_err();
        let lines: Vec<_> = error.message().lines().map(without_line).collect();
        assert_eq!(lines, [DIFFERENT, "  rank 2  barrier", "  rank 3  broadcast of bool, root 0"]);
    }
}

#[test]
fn communicators_in_a_cycle() {
    // Rank 0 waits in the first pair, rank 1 in the second, rank 2 in the third: no communicator has all its ranks.
    let program = |comm: &Comm| {
        let pair = |out: usize| comm.split(u64::from(comm.rank() == out), 0);
        let pairs = [pair(2)?, pair(0)?, pair(1)?];
        pairs[comm.rank()].all_gather_v(&[1.0]).map(drop)
    };
    misuse(3, &[], program, &["no rank can go on", "  ranks 0-2  all_gather_v of 1 f64"]);
}

#[test]
fn a_begun_collective_that_others_never_enter() {
    let entered = AtomicBool::new(false);
    let program = |comm: &Comm| {
        if comm.rank() == 1 {
            return Ok(());
        }
        let pending = comm.start_all_to_all_v(vec![vec![1_u8]; 2]);
        entered.store(true, Ordering::Relaxed);
        pending?.finish().map(drop)
    };
    misuse(2, &[1], program, &[GONE, "  rank 0  all_to_all_v of 2 u8", "  rank 1  left"]);
    assert!(entered.load(Ordering::Relaxed));
}

#[test]
fn a_finished_collective_keeps_its_result() {
    // Rank 1 fails right after the collective; rank 0 gets the result nevertheless, and the error in its next call.
    let outcomes = spawn(2, |comm| {
        let pending = comm.start_all_to_all_v(vec![vec![comm.rank() as u8]; 2])?;
        if comm.rank() == 1 {
            pending.finish()?;
            return comm.send_receive(5, &[1.0], 5).map(drop);
        }
        while comm.start_send(1, 0, &[0_u8]).is_ok() {
            std::thread::yield_now();
        }
        assert_eq!(pending.finish()?, [[0], [1]]);
        comm.barrier()
    });
    let errors: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap().unwrap_err()).collect();
    assert_eq!(errors[0], errors[1]);
}
