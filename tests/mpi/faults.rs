//! Programs that break the rules or die: the job ends within seconds, with a word on who did what, and never hangs.

use std::time::Duration;

use isotherm::comm::Exact;
use isotherm::{Context, Launch, Result};

use crate::launcher::{End, Job};

/// Long enough for a busy machine, short enough to tell it from a hang.
const SOON: Duration = Duration::from_secs(30);

/// Run a fault on some ranks, and expect the job to fail soon and to say all of `words`.
#[track_caller]
fn ends(ranks: usize, fault: &'static str, check: u8, words: &[&str]) -> End {
    let end = Job::new(ranks, "faults::child").set("FAULT", fault).set("ISOTHERM_CHECK", check).run();
    assert!(end.code != Some(0), "{fault} went unnoticed:\n{}", end.said);
    assert!(end.took < SOON, "{fault} took {:?}:\n{}", end.took, end.said);
    for word in words {
        assert!(end.said.contains(word), "{fault} does not say {word:?}:\n{}", end.said);
    }
    end
}

#[test]
#[ignore = "runs under the launcher"]
fn child() {
    let fault = std::env::var("FAULT").unwrap();
    let launch = Launch::from_environment().unwrap();
    let leads = launch.leads();
    let ended = launch.run(|cx| {
        cx.comm().barrier()?;
        program(cx, &fault)
    });
    let Err(error) = ended else { return };
    if leads {
        println!("error: {error}");
    }
    std::process::exit(3);
}

/// A mistake or a misfortune of rank 1, or of all.
fn program(cx: &Context, fault: &str) -> Result<()> {
    let comm = cx.comm();
    let odd = comm.rank() == 1;
    match fault {
        "panic" => {
            assert!(!odd, "one is odd");
            comm.barrier()
        }
        "panic in a worker" => {
            if odd {
                rayon::join(
                    || (),
                    || std::thread::scope(|scope| drop(scope.spawn(|| panic!("a worker gave up")).join())),
                );
            }
            comm.barrier()
        }
        "error" if odd => Err(isotherm::Error::new(isotherm::ErrorKind::Rank, "no part for me")),
        "early return" if odd => Ok(()),
        "exit" if odd => std::process::exit(0),
        "kill" if odd => {
            let _ = std::process::Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
            Ok(())
        }
        "different collectives" if odd => comm.all_reduce(&[1.0, 2.0], |a, b| a + b).map(drop),
        "different exact" => comm.all_reduce_exact(&vec![1_i64; 1 + comm.rank()], Exact::Sum).map(drop),
        "different counts" => comm.all_reduce(&vec![1.0; 1 + comm.rank()], |a, b| a + b).map(drop),
        "different roots" => comm.broadcast(usize::from(odd), &[1_u8]).map(drop),
        "different dtypes" if odd => folded(cx, 1_i64),
        "different dtypes" => folded(cx, 1.0_f64),
        "stuck" if odd => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        "stuck" | "error" | "early return" | "exit" | "kill" | "different collectives" => comm.barrier(),
        _ => messages(cx, fault),
    }
}

/// The same with messages.
fn messages(cx: &Context, fault: &str) -> Result<()> {
    let comm = cx.comm();
    let odd = comm.rank() == 1;
    match fault {
        "different exchanges" => {
            let parts = vec![vec![1_u8]; comm.size()];
            let pending = comm.start_all_to_all_v(parts)?;
            if odd {
                comm.barrier()?;
            }
            pending.finish()?;
            comm.barrier()
        }
        "dead receive" => comm.start_receive::<f64>((comm.rank() + 1) % comm.size(), 0)?.finish().map(drop),
        "another dtype" if odd => comm.start_send(0, 5, &[1_i64])?.finish(),
        "another dtype" if comm.rank() == 0 => comm.start_receive::<f64>(1, 5)?.finish().map(drop),
        "wrong length" => {
            let message = isotherm::memory::Pool::new().copy_of(&[1_u8, 2, 3]).into_buffer();
            let (sends, receives) = if odd {
                (vec![(0, message)], vec![])
            } else if comm.rank() == 0 {
                (vec![], vec![(1, 2)])
            } else {
                (vec![], vec![])
            };
            comm.exchange(1, "test", sends, &receives).map(drop)?;
            comm.barrier()
        }
        "two communicators" => {
            let row = comm.split(0, 0)?;
            if odd { row.barrier() } else { comm.barrier() }
        }
        "another dtype" => Ok(()),
        other => panic!("there is no fault {other}"),
    }
}

fn folded<T: isotherm::Element>(cx: &Context, value: T) -> Result<()> {
    cx.comm().all_reduce(&[value], |a, _| a).map(drop)
}

#[test]
fn a_panic_ends_the_job() {
    let end = ends(3, "panic", 1, &["rank 1 of 3 panicked at tests/mpi/faults.rs:", "one is odd"]);
    assert_eq!(end.code, Some(101));
}

#[test]
fn a_panic_on_another_thread_ends_the_job() {
    ends(2, "panic in a worker", 0, &["rank 1 of 2 panicked at tests/mpi/faults.rs:", "a worker gave up"]);
}

#[test]
fn an_error_of_one_rank_is_everyones() {
    for check in [0, 1] {
        let end = ends(3, "error", check, &["error: no part for me (at tests/mpi/faults.rs:"]);
        assert_eq!(end.said.matches("error: ").count(), 1, "{}", end.said);
    }
}

#[test]
fn an_early_return_is_noticed() {
    for check in [0, 1] {
        let words = [
            "a rank has left while others call it",
            "  ranks 0, 2  barrier at ",
            "  rank 1      left, after barrier at ",
        ];
        ends(3, "early return", check, &words);
    }
}

#[test]
fn an_exit_in_the_middle_is_named() {
    ends(2, "exit", 1, &["rank 1 of 2 exits in the middle of its program"]);
}

#[test]
fn a_killed_rank_ends_the_job() {
    ends(2, "kill", 1, &[]);
}

#[test]
fn different_calls_are_compared_before() {
    let words =
        ["the ranks made different calls", "  ranks 0, 2  barrier at ", "  rank 1      all_reduce of 2 f64 at "];
    ends(3, "different collectives", 1, &words);
    ends(2, "different roots", 1, &["the ranks made different calls", "root 0", "root 1"]);
    ends(2, "different dtypes", 1, &["the ranks made different calls", "of 1 f64", "of 1 i64"]);
    ends(2, "different exact", 1, &["the ranks made different calls", "of 1 i64", "of 2 i64"]);
    ends(3, "different exchanges", 1, &["the ranks made different calls", "barrier at"]);
}

#[test]
fn different_calls_are_found_without_comparing() {
    ends(3, "different collectives", 0, &["no rank can go on", "barrier at ", "all_reduce of 2 f64 at "]);
    ends(2, "different roots", 0, &["the ranks made different calls", "  rank 0  ", "  rank 1  "]);
    ends(2, "different dtypes", 0, &["no rank can go on", "of 1 f64", "of 1 i64"]);
    ends(2, "different counts", 0, &["no rank can go on", "of 1 f64", "of 2 f64"]);
    ends(2, "different exact", 0, &["no rank can go on", "of 1 i64", "of 2 i64"]);
}

#[test]
fn ranks_that_wait_for_each_other_are_found() {
    for check in [0, 1] {
        ends(
            2,
            "dead receive",
            check,
            &["no rank can go on", "receive of f64 from rank 1 at ", "receive of f64 from rank 0 at "],
        );
        ends(3, "two communicators", check, &["no rank can go on", "ranks 0, 2  barrier at "]);
    }
    ends(2, "another dtype", 1, &["receive of f64 from rank 1", "left, after send of 1 i64 to rank 0"]);
}

#[test]
fn a_message_of_another_length_is_refused() {
    ends(2, "wrong length", 1, &["rank 0", "test, plan 0000000000000001 at tests/mpi/faults.rs:"]);
}

#[test]
fn a_stuck_rank_is_reported_and_given_up() {
    let job = Job::new(3, "faults::child").set("FAULT", "stuck").set("ISOTHERM_WATCHDOG", 2).set("ISOTHERM_TIMEOUT", 4);
    let end = job.run();
    assert!(end.code != Some(0) && end.took < SOON, "{:?} {:?}\n{}", end.code, end.took, end.said);
    for word in ["ranks have waited for 2 s", "  ranks 0, 2  barrier at ", "  rank 1      computing"] {
        assert!(end.said.contains(word), "{word:?}\n{}", end.said);
    }
}
