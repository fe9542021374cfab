//! How a program is started, and what it finds.

use isotherm::expr::Reductions;
use isotherm::{Context, Launch, Result};

use crate::launcher::{Job, PASSED};

#[test]
#[ignore = "runs under the launcher"]
fn refused() {
    match Launch::from_environment() {
        Ok(launch) => println!("{} ranks on {}", launch.ranks(), launch.transport()),
        Err(error) => {
            println!("refused: {}", error.message());
            std::process::exit(2);
        }
    }
}

#[test]
fn another_number_of_ranks_is_refused() {
    let end = Job::new(2, "settings::refused").set("ISOTHERM_RANKS", 3).run();
    assert!(end.code != Some(0), "{}", end.said);
    assert!(end.said.contains("refused: ISOTHERM_RANKS=3, but the launcher started 2 processes"), "{}", end.said);
}

#[test]
fn a_setting_that_is_no_number_is_refused() {
    let end = Job::new(2, "settings::refused").set("ISOTHERM_CHECK", "maybe").run();
    assert!(end.code != Some(0) && end.said.contains("refused: ISOTHERM_CHECK=\"maybe\" is no number"), "{}", end.said);
}

#[test]
fn the_transport_can_be_chosen() {
    let threads = Job::new(2, "settings::refused").set("ISOTHERM_TRANSPORT", "threads").set("ISOTHERM_RANKS", 3).run();
    assert_eq!((threads.code, threads.said.matches("3 ranks on threads").count()), (Some(0), 2), "{}", threads.said);
}

/// Each launcher starts processes that the other library takes for single ones.
#[test]
fn the_launcher_of_another_library_is_refused() {
    for launcher in ["mpirun.openmpi", "mpirun.mpich"] {
        let there = std::process::Command::new(launcher).arg("--version").output().is_ok();
        if !there {
            eprintln!("{launcher} is not installed");
            continue;
        }
        let end = Job::new(2, "settings::refused").by(launcher).run();
        if end.code == Some(0) {
            assert!(end.said.contains("2 ranks on mpi"), "{}", end.said);
        } else {
            for word in ["refused: ", " started 2 processes, but the MPI library of this program, ", "sees 1 of them"] {
                assert!(end.said.contains(word), "{word:?} by {launcher}:\n{}", end.said);
            }
        }
    }
}

#[test]
#[ignore = "runs under the launcher"]
fn own_initialisation() {
    let universe = mpi::initialize().unwrap();
    let world = mpi::topology::SimpleCommunicator::world();
    let rank = mpi::traits::Communicator::rank(&world) as usize;
    let sum = on_communicator(&world).unwrap();
    assert_eq!(sum, 45);
    // Two at once, and the user's own traffic beside them.
    let (a, b) = (Context::from_mpi(&world).unwrap(), Context::from_mpi(&world).unwrap());
    let pending = a.comm().start_all_to_all_v(vec![vec![rank as u64]; a.size()]).unwrap();
    b.comm().barrier().unwrap();
    mpi::traits::CommunicatorCollectives::barrier(&world);
    assert_eq!(pending.finish().unwrap().concat(), (0..a.size() as u64).collect::<Vec<_>>());
    let placement = a.comm().placement();
    assert_eq!((placement.nodes, placement.ranks_on_node, placement.rank_on_node), (1, a.size(), rank));
    assert!(!placement.host.is_empty());
    drop((a, b));
    println!("{PASSED} {rank}");
    drop(universe);
}

fn on_communicator(world: &mpi::topology::SimpleCommunicator) -> Result<u64> {
    let cx = Context::from_mpi(world)?;
    assert_eq!(cx.comm().transport(), "mpi");
    let part = cx.comm().all_gather_v(&[cx.rank() as u64])?.concat();
    assert_eq!(part.len(), cx.size());
    let x = cx.from_fn(10, 0, |index| index[0] as u64)?;
    x.sum(None).item()
}

#[test]
fn a_program_may_bring_its_own_mpi() {
    Job::new(3, "settings::own_initialisation").succeeds();
}
