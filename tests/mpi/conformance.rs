//! The same results as on threads, by bits.

use isotherm::comm::{Comm, Exact, spawn};
use isotherm::memory::{Buffer, Pool};
use isotherm::{Complex, Launch, Result};

use crate::launcher::{Job, PASSED};

#[test]
fn conforms_on_one_rank() {
    Job::new(1, "conformance::child").succeeds();
}

#[test]
fn conforms_on_two_ranks() {
    Job::new(2, "conformance::child").succeeds();
}

#[test]
fn conforms_on_three_ranks_with_tiny_chunks() {
    Job::new(3, "conformance::child").set("ISOTHERM_MPI_CHUNK", 7).set("ISOTHERM_CHECK", 1).succeeds();
}

#[test]
fn conforms_on_four_ranks_unchecked() {
    Job::new(4, "conformance::child").set("ISOTHERM_CHECK", 0).succeeds();
}

#[test]
fn conforms_on_six_ranks() {
    Job::new(6, "conformance::child").set("ISOTHERM_MPI_CHUNK", 64).succeeds();
}

/// What a rank saw: every result's bytes, under a name.
type Transcript = Vec<(&'static str, Vec<u8>)>;

#[test]
#[ignore = "runs under the launcher"]
fn child() {
    // Twice, because MPI must outlast a program.
    for _ in 0..2 {
        let launch = Launch::from_environment().unwrap();
        assert_eq!(launch.transport(), "mpi");
        let ranks = launch.ranks();
        let (rank, seen) = launch.run(|cx| Ok((cx.rank(), everything(cx.comm())?))).unwrap().remove(0);
        let expected = spawn(ranks, |comm| everything(&comm).unwrap()).swap_remove(rank).unwrap();
        assert_eq!(seen.len(), expected.len());
        for (seen, expected) in seen.iter().zip(&expected) {
            assert!(seen == expected, "rank {rank} of {ranks}: {}, {} bytes, {}", seen.0, seen.1.len(), expected.0);
        }
        println!("{PASSED} {rank}");
    }
}

fn everything(comm: &Comm) -> Result<Transcript> {
    let mut seen = collectives(comm)?;
    seen.extend(exchanges(comm)?);
    seen.extend(groups(comm)?);
    Ok(seen)
}

fn bytes<T: isotherm::Element>(values: &[T]) -> Vec<u8> {
    Pool::new().copy_of(values).into_buffer().as_bytes().to_vec()
}

/// Numbers whose sums depend on the order.
fn own(comm: &Comm, n: usize) -> Vec<f64> {
    (0..n).map(|i| 1.0 / (1.0 + (comm.rank() * n + i) as f64) * 10_f64.powi((comm.rank() % 5) as i32 * 3)).collect()
}

fn collectives(comm: &Comm) -> Result<Transcript> {
    let (rank, ranks) = (comm.rank(), comm.size());
    let mut seen = Transcript::new();
    for n in [0, 1, 3, 1000] {
        seen.push(("all_reduce", bytes(&comm.all_reduce(&own(comm, n), |a, b| a + b)?)));
        let sum = |a: Complex<f32>, b: Complex<f32>| a * 0.5 + b;
        seen.push(("all_reduce c32", bytes(&comm.all_reduce(&vec![Complex::new(rank as f32, 0.1); n], sum)?)));
        let scan = comm.exclusive_scan(&own(comm, n), |a, b| a * 0.9 + b)?;
        seen.push(("scan", scan.map_or(vec![255], |scan| bytes(&scan))));
        for root in 0..ranks {
            let reduced = comm.reduce(root, &own(comm, n), |a, b| a - 0.3 * b)?;
            seen.push(("reduce", reduced.map_or(vec![255], |reduced| bytes(&reduced))));
            let given = own(comm, if rank == root { n + root } else { 0 });
            seen.push(("broadcast", bytes(&comm.broadcast(root, &given)?)));
            let gathered = comm.gather_v(root, &own(comm, n + 2 * rank))?;
            seen.push(("gather", gathered.map_or(vec![255], |parts| bytes(&parts.concat()))));
            let parts = (rank == root).then(|| (0..ranks).map(|to| vec![to as i32; n + to]).collect());
            seen.push(("scatter", bytes(&comm.scatter_v(root, parts)?)));
        }
        seen.push(("all_gather", bytes(&comm.all_gather_v(&own(comm, n * rank))?.concat())));
        comm.barrier()?;
        for exact in [Exact::Sum, Exact::Min, Exact::Max, Exact::Or] {
            let value = |i: usize| (rank as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ i as u64);
            let u64s: Vec<u64> = (0..n).map(value).collect();
            seen.push((exact_name(exact), bytes(&comm.all_reduce_exact(&u64s, exact)?)));
            let i64s: Vec<i64> = u64s.iter().map(|&value| value as i64).collect();
            seen.push((exact_name(exact), bytes(&comm.all_reduce_exact(&i64s, exact)?)));
            let i32s: Vec<i32> = u64s.iter().map(|&value| value as i32).collect();
            seen.push((exact_name(exact), bytes(&comm.all_reduce_exact(&i32s, exact)?)));
            let u8s: Vec<u8> = u64s.iter().map(|&value| value as u8).collect();
            seen.push((exact_name(exact), bytes(&comm.all_reduce_exact(&u8s, exact)?)));
        }
        let bools: Vec<bool> = (0..n).map(|i| i % ranks == rank && i % 2 == 0).collect();
        seen.push(("or", bytes(&comm.all_reduce_exact(&bools, Exact::Or)?)));
        seen.push(("xor", bytes(&comm.all_reduce(&bools, |a, b| a ^ b)?)));
    }
    let merged = comm.all_reduce_bytes(vec![rank as u8; rank + 1], |mut left, right| {
        left.extend_from_slice(right);
        left
    })?;
    seen.push(("all_reduce_bytes", merged));
    let failed = comm.agree(if rank % 2 == 1 { Err("odd") } else { Ok(()) });
    seen.push(("agree", failed.map_or_else(|error| error.to_string().into_bytes(), |()| vec![])));
    Ok(seen)
}

fn exact_name(exact: Exact) -> &'static str {
    match exact {
        Exact::Sum => "exact sum",
        Exact::Min => "exact min",
        Exact::Max => "exact max",
        Exact::Or => "exact or",
    }
}

fn exchanges(comm: &Comm) -> Result<Transcript> {
    let (rank, ranks) = (comm.rank(), comm.size());
    let mut seen = Transcript::new();
    let pool = Pool::new();
    let message = |from: usize, to: usize, n: usize| -> Buffer {
        pool.copy_of(&(0..n).map(|i| (from * 31 + to * 7 + i) as u8).collect::<Vec<_>>()).into_buffer()
    };
    // Long enough for messages that wait for their receiver; in tiny chunks that would take minutes.
    let long = if std::env::var("ISOTHERM_MPI_CHUNK").is_ok() { 500 } else { 100_000 };
    for n in [0, 1, 14, long] {
        let parts = (0..ranks).map(|to| own(comm, (rank + 2 * to) % 4 * n)).collect();
        seen.push(("all_to_all", bytes(&comm.all_to_all_v(parts)?.concat())));
        // Two messages to the right neighbour, one to itself.
        let (right, left) = ((rank + 1) % ranks, (rank + ranks - 1) % ranks);
        let begin = |label| {
            let sends =
                vec![(right, message(rank, right, n)), (right, message(rank, 9, n + 1)), (rank, message(rank, 8, 3))];
            let receives =
                if left < rank { [(left, n), (rank, 3), (left, n + 1)] } else { [(rank, 3), (left, n), (left, n + 1)] };
            let receives = if ranks == 1 { [(0, n), (0, n + 1), (0, 3)] } else { receives };
            comm.start_exchange(label, "test", sends, &receives)
        };
        let (first, second) = (begin(1)?, begin(2)?);
        let dense = comm.start_all_to_all_v(vec![vec![rank as u64; n % 50]; ranks])?;
        comm.barrier()?;
        for part in second.finish()?.into_iter().chain(first.finish()?) {
            seen.push(("exchange", part.as_bytes().to_vec()));
        }
        seen.push(("all_to_all, started", bytes(&dense.finish()?.concat())));
        // What is dropped disturbs nobody.
        drop(comm.start_all_to_all_v(vec![own(comm, n); ranks])?);
        drop(begin(3)?);
        seen.push(("send_receive", bytes(&comm.send_receive(right, &own(comm, n), left)?)));
        let receives =
            [comm.start_receive::<f64>(left, 7)?, comm.start_receive(left, 7)?, comm.start_receive(left, 65_535)?];
        for (tag, extra) in [(65_535, 2), (7, 0), (7, 1)] {
            comm.start_send(right, tag, &own(comm, n + extra))?.finish()?;
        }
        for receive in receives.into_iter().rev() {
            seen.push(("receive", bytes(&receive.finish()?)));
        }
        drop(comm.start_send(right, 3, &own(comm, n))?); // and never received
    }
    Ok(seen)
}

fn groups(comm: &Comm) -> Result<Transcript> {
    let rank = comm.rank() as u64;
    let mut seen = Transcript::new();
    let row = comm.split(rank / 2, 0)?;
    let column = comm.split(rank % 2, 0)?;
    let reversed = comm.split(9, 100 - rank)?;
    let inner = reversed.split(rank % 3, rank)?;
    for group in [&row, &column, &reversed, &inner] {
        seen.push(("size", vec![group.rank() as u8, group.size() as u8]));
        seen.push(("all_gather in a group", bytes(&group.all_gather_v(&[rank])?.concat())));
        seen.push(("all_reduce in a group", bytes(&group.all_reduce(&own(group, 5), |a, b| a + 0.7 * b)?)));
        seen.push(("exact in a group", bytes(&group.all_reduce_exact(&[rank], Exact::Max)?)));
    }
    // Only the second row makes this call.
    if rank / 2 == 1 {
        row.barrier()?;
    }
    column.barrier()?;
    Ok(seen)
}
