//! What collectives cost, who waits for whom, communicators within communicators, and many ranks.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::Duration;

use isotherm::Result;
use isotherm::comm::{Comm, Counters, Exact, Kind, Tally, Watchdog, spawn, spawn_watched};
use isotherm::memory::{Buffer, Pool};

/// Run on so many ranks and expect every one to succeed.
fn all<R: Send>(ranks: usize, f: impl Fn(&Comm) -> Result<R> + Send + Sync) -> Vec<R> {
    spawn(ranks, |comm| f(&comm)).into_iter().map(|outcome| outcome.unwrap().unwrap()).collect()
}

fn buffer(bytes: &[u8]) -> Buffer {
    Pool::new().copy_of(bytes).into_buffer()
}

/// What `f` costs each rank.
fn cost(ranks: usize, kind: Kind, f: impl Fn(&Comm) -> Result<()> + Send + Sync) -> Vec<(u64, u64)> {
    let tallies = all(ranks, |comm| {
        comm.barrier()?;
        let before = comm.counters();
        f(comm)?;
        let spent = comm.counters() - before;
        assert_eq!(spent.of(kind), spent.total(), "something else was called");
        Ok(spent.of(kind))
    });
    assert!(tallies.iter().all(|tally| tally.calls == 1));
    tallies.into_iter().map(|Tally { messages, bytes, .. }| (messages, bytes)).collect()
}

#[test]
fn costs_are_those_of_the_table() {
    let own = [0.0_f64; 3];
    let same = |messages, bytes| vec![(messages, bytes); 5];
    assert_eq!(cost(5, Kind::Barrier, Comm::barrier), same(3, 0));
    let sum = |a: f64, b: f64| a + b;
    assert_eq!(cost(5, Kind::AllReduce, |comm| comm.all_reduce(&own, sum).map(drop)), same(3, 72));
    assert_eq!(cost(5, Kind::AllReduce, |comm| comm.all_reduce_exact(&[1_u64], Exact::Sum).map(drop)), same(3, 24));
    assert_eq!(cost(5, Kind::AllReduce, |comm| comm.agree(Ok::<_, String>(()))), same(3, 0));
    let merged = cost(5, Kind::AllReduce, |comm| comm.all_reduce_bytes(vec![0; 10], |left, _| left).map(drop));
    assert_eq!(merged, same(3, 30));
    assert_eq!(cost(5, Kind::AllGather, |comm| comm.all_gather_v(&own).map(drop)), same(4, 96));
    assert_eq!(cost(5, Kind::Split, |comm| comm.split(0, 0).map(drop)), same(3, 64));
    let parts = || vec![vec![0_i32; 2]; 5];
    assert_eq!(cost(5, Kind::AllToAll, |comm| comm.all_to_all_v(parts()).map(drop)), same(4, 32));

    let broadcast = cost(5, Kind::Broadcast, |comm| comm.broadcast(1, &own).map(drop));
    assert_eq!(broadcast, [(0, 0), (3, 72), (0, 0), (1, 24), (0, 0)]);
    let to_root = [(1, 24), (0, 0), (1, 24), (1, 24), (1, 24)];
    assert_eq!(cost(5, Kind::Reduce, |comm| comm.reduce(1, &own, sum).map(drop)), to_root);
    assert_eq!(cost(5, Kind::Gather, |comm| comm.gather_v(1, &own).map(drop)), to_root);
    let from_root = cost(5, Kind::Scatter, |comm| comm.scatter_v(1, Some(parts())).map(drop));
    assert_eq!(from_root, [(0, 0), (4, 32), (0, 0), (0, 0), (0, 0)]);
    let scan = cost(5, Kind::Scan, |comm| comm.exclusive_scan(&own, sum).map(drop));
    assert_eq!(scan, [(3, 72), (2, 48), (2, 48), (1, 24), (0, 0)]);

    let ring = cost(5, Kind::PointToPoint, |comm| {
        comm.send_receive((comm.rank() + 1) % 5, &own, (comm.rank() + 4) % 5).map(drop)
    });
    assert_eq!(ring, same(1, 24));
    let exchange = cost(2, Kind::Exchange, |comm| {
        let sends =
            if comm.rank() == 0 { vec![(0, buffer(&[1; 9])), (1, buffer(&[2; 7])), (1, buffer(&[]))] } else { vec![] };
        comm.exchange(1, "test", sends, [&[(0, 9)][..], &[(0, 7), (0, 0)]][comm.rank()]).map(drop)
    });
    assert_eq!(exchange, [(2, 7), (0, 0)]);
}

#[test]
fn one_rank_sends_nothing() {
    let comm = Comm::solo();
    comm.all_reduce(&[1.0], |a, b| a + b).unwrap();
    comm.all_gather_v(&[1.0]).unwrap();
    comm.send_receive(0, &[1.0], 0).unwrap();
    assert_eq!(comm.counters().total(), Tally { calls: 3, messages: 0, bytes: 0 });
    comm.clone().reset_counters();
    assert_eq!(comm.counters(), Counters::default());
}

#[test]
fn unequal_parts_are_counted_as_they_are() {
    let bytes = cost(3, Kind::AllGather, |comm| comm.all_gather_v(&vec![0_u8; 10 * comm.rank()]).map(drop));
    assert_eq!(bytes, [(2, 20), (2, 10), (2, 30)], "all 30 bytes but the right neighbour's");
}

#[test]
fn exchanged_buffers_are_moved() {
    all(3, |comm| {
        let (rank, next, last) = (comm.rank(), (comm.rank() + 1) % 3, (comm.rank() + 2) % 3);
        let pool = Pool::new();
        let parts = [vec![rank as u8; 5], vec![rank as u8; 1000]].map(|bytes| pool.copy_of(&bytes).into_buffer());
        let addresses = [0, 1].map(|n| parts[n].as_bytes().as_ptr() as usize as u64);
        let [short, long] = parts;
        let told = comm.send_receive(next, &addresses, last)?;
        let received = comm.exchange(3, "test", vec![(next, short), (next, long)], &[(last, 5), (last, 1000)])?;
        for (part, address) in received.iter().zip(told) {
            assert_eq!(part.as_bytes().as_ptr() as usize as u64, address);
            assert!(part.as_bytes().iter().all(|&byte| byte == last as u8));
        }
        drop(received);
        comm.barrier()?;
        assert_eq!(pool.in_use(), 0, "dropped buffers go back to the pool of the sender");
        Ok(())
    });
}

#[test]
fn exchanges_come_in_the_order_of_the_list() {
    all(4, |comm| {
        let sends = (0..4).rev().map(|to| (to, buffer(&[comm.rank() as u8, to as u8]))).collect();
        let receives = [(2, 2), (0, 2), (3, 2), (1, 2)];
        let received = comm.exchange(3, "test", sends, &receives)?;
        let expected = receives.map(|(from, _)| vec![from as u8, comm.rank() as u8]);
        assert!(received.iter().map(Buffer::as_bytes).eq(expected.iter().map(Vec::as_slice)));
        Ok(())
    });
}

#[test]
fn start_returns_while_the_peer_has_not_entered() {
    // Rank 1 enters only when rank 0 has said, on a channel of its own, that all its calls have returned.
    let (say, hear) = mpsc::channel();
    let (say, hear) = (Mutex::new(say), Mutex::new(hear));
    all(2, |comm| {
        let (rank, peer) = (comm.rank(), 1 - comm.rank());
        if rank == 1 {
            hear.lock().unwrap().recv().unwrap();
        }
        let receive = comm.start_receive::<u64>(peer, 0)?;
        let send = comm.start_send(peer, 0, &[rank as u64])?;
        let dense = comm.start_all_to_all_v(vec![vec![rank as u64]; 2])?;
        let sparse = comm.start_exchange(1, "test", vec![(peer, buffer(&[rank as u8]))], &[(peer, 1)])?;
        if rank == 0 {
            say.lock().unwrap().send(()).unwrap();
        }
        comm.barrier()?; // between start and finish there is room for other collectives
        assert_eq!(sparse.finish()?[0].as_bytes(), [peer as u8]);
        assert_eq!(dense.finish()?, [[0], [1]]);
        send.finish()?;
        assert_eq!(receive.finish()?, [peer as u64]);
        Ok(())
    });
}

#[test]
fn receives_take_messages_in_the_order_of_the_starts() {
    all(2, |comm| {
        let peer = 1 - comm.rank();
        let receives = [comm.start_receive::<u8>(peer, 7)?, comm.start_receive(peer, 7)?, comm.start_receive(peer, 8)?];
        for (tag, value) in [(8, 3_u8), (7, 1), (7, 2)] {
            comm.start_send(peer, tag, &[value])?.finish()?;
        }
        let [first, second, third] = receives;
        assert_eq!((third.finish()?, second.finish()?, first.finish()?), (vec![3], vec![2], vec![1]));
        Ok(())
    });
}

#[test]
fn abandoned_calls_disturb_nobody() {
    all(3, |comm| {
        for round in 0..5 {
            let dense = comm.start_all_to_all_v(vec![vec![round]; 3])?;
            if comm.rank() == 1 {
                drop(dense);
            } else {
                assert_eq!(dense.finish()?.len(), 3);
            }
            drop(comm.start_receive::<u8>(0, 0)?);
        }
        comm.barrier()
    });
}

#[test]
fn communicators_within_communicators() {
    all(8, |comm| {
        let rank = comm.rank() as u64;
        let row = comm.split(rank / 4, 0)?;
        let column = comm.split(rank % 4, 0)?;
        assert_eq!((row.size(), column.size(), row.rank(), column.rank()), (4, 2, comm.rank() % 4, comm.rank() / 4));
        assert_eq!(row.all_gather_v(&[rank])?.concat(), (0..4).map(|n| rank / 4 * 4 + n).collect::<Vec<_>>());
        assert_eq!(column.all_reduce(&[rank], |a, b| a + b)?, [rank % 4 * 2 + 4]);
        let reversed = comm.split(9, 100 - rank)?;
        assert_eq!(reversed.all_gather_v(&[rank])?.concat(), [7, 6, 5, 4, 3, 2, 1, 0]);
        let pair = row.split(rank / 2, 0)?;
        assert_eq!(pair.send_receive(1 - pair.rank(), &[rank], 1 - pair.rank())?, [rank ^ 1]);
        // Traffic of different communicators does not mix: only the second row makes this call.
        if rank >= 4 {
            row.barrier()?;
        }
        column.barrier()?;
        assert_eq!(comm.counters(), pair.counters(), "one account for the rank");
        assert!(row.is(&row.clone()) && !row.is(&column));
        Ok(())
    });
}

#[test]
fn ranks_are_threads_of_their_own() {
    let names = spawn(3, |comm| (comm.rank(), std::thread::current().name().map(str::to_owned)));
    for (rank, outcome) in names.into_iter().enumerate() {
        assert_eq!(outcome.unwrap(), (rank, Some(format!("rank {rank}"))));
    }
}

#[test]
fn many_ranks_on_few_cores() {
    const RANKS: usize = 256;
    let calls = AtomicUsize::new(0);
    let sums = all(RANKS, |comm| {
        let mut sum = vec![0.0; 4];
        for round in 0..20 {
            sum = comm.all_reduce(&[f64::from(round), sum[0], 1.0, 0.1], |a, b| a + b)?;
            calls.fetch_add(1, Ordering::Relaxed);
        }
        comm.barrier()?;
        let rank = comm.rank();
        let transposed = comm.all_to_all_v((0..RANKS).map(|to| vec![(rank * RANKS + to) as u64]).collect())?;
        assert!(transposed.iter().enumerate().all(|(from, part)| part[0] == (from * RANKS + rank) as u64));
        Ok(sum.iter().map(|value| value.to_bits()).collect::<Vec<_>>())
    });
    assert_eq!(calls.load(Ordering::Relaxed), 20 * RANKS);
    assert_eq!(sums.into_iter().collect::<HashSet<_>>().len(), 1);
}

#[test]
fn a_watchdog_reports_who_is_waited_for() {
    let (say, hear) = mpsc::channel();
    let watchdog = Watchdog::new(Duration::from_millis(2), move |table| say.send(table.to_owned()).unwrap());
    let hear = Mutex::new(hear);
    let outcomes = spawn_watched(3, watchdog, |comm| {
        comm.barrier()?;
        if comm.rank() == 1 {
            // Stuck until the dog has barked at it. It may have barked before, at a late start.
            let stuck = |table: &String| {
                table.lines().any(|row| row.starts_with("  rank 1 ") && row.contains("  computing, after barrier at"))
            };
            let hear = hear.lock().unwrap();
            assert!(hear.iter().any(|table| stuck(&table)));
        }
        comm.all_reduce(&[1_u64], |a, b| a + b)
    });
    assert!(outcomes.into_iter().all(|outcome| outcome.unwrap().unwrap() == [3]));
}
