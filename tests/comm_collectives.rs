//! Every collective against a plain fold over all ranks' values, for every dtype and several numbers of ranks.
#![allow(clippy::unwrap_used)]

use isotherm::comm::{Comm, Exact, spawn};
use isotherm::{Complex, Element, Result};
use proptest::prelude::*;

const RANKS: [usize; 6] = [1, 2, 3, 5, 8, 17];

/// Run on so many ranks and expect every one to succeed.
fn all<R: Send>(ranks: usize, f: impl Fn(&Comm) -> Result<R> + Send + Sync) -> Vec<R> {
    spawn(ranks, |comm| f(&comm)).into_iter().map(|outcome| outcome.unwrap().unwrap()).collect()
}

/// `count` values that tell their rank and place, in every dtype.
trait Sample: Element {
    fn sample(number: usize) -> Self;
    fn values(rank: usize, count: usize) -> Vec<Self> {
        (0..count).map(|place| Self::sample(7 * rank + place)).collect()
    }
}

macro_rules! samples {
    ($($type:ty: $sample:expr;)*) => {$(
        impl Sample for $type {
            fn sample(number: usize) -> Self {
                $sample(number)
            }
        }
    )*};
}
samples! {
    bool: |n| n % 3 == 0;
    u8: |n| n as u8;
    i32: |n| n as i32 - 20;
    i64: |n| n as i64 - 20;
    u64: |n| n as u64;
    f32: |n| 1.0 / (n as f32 + 1.0);
    f64: |n| 1.0 / (n as f64 + 1.0);
    Complex<f32>: |n| Complex::new(n as f32, -1.0);
    Complex<f64>: |n| Complex::new(n as f64, 0.1);
}

/// The lengths that ranks give where they may differ: some give nothing.
fn length(rank: usize) -> usize {
    (rank * 5) % 4
}

fn moves<T: Sample>() {
    for ranks in RANKS {
        let root = ranks / 2;
        let parts = |from: usize| (0..ranks).map(|to| T::values(from + 3 * to, length(from + to))).collect::<Vec<_>>();
        let expected: Vec<_> = (0..ranks).map(|rank| T::values(rank, length(rank))).collect();
        all(ranks, |comm| {
            let rank = comm.rank();
            let own = T::values(rank, length(rank));
            assert_eq!(comm.all_gather_v(&own)?, expected);
            let gathered = comm.gather_v(root, &own)?;
            assert_eq!(gathered, (rank == root).then(|| expected.clone()));
            let known = if rank == root { T::values(99, 5) } else { Vec::new() };
            assert_eq!(comm.broadcast(root, &known)?, T::values(99, 5));
            let scattered = comm.scatter_v(root, (rank == root).then(|| parts(root)))?;
            assert_eq!(scattered, parts(root)[rank]);
            let transposed: Vec<_> = (0..ranks).map(|from| parts(from)[rank].clone()).collect();
            assert_eq!(comm.all_to_all_v(parts(rank))?, transposed);
            let (right, left) = ((rank + 1) % ranks, (rank + ranks - 1) % ranks);
            assert_eq!(comm.send_receive(right, &own, left)?, expected[left]);
            Ok(())
        });
    }
}

#[test]
fn values_of_every_dtype_arrive() {
    moves::<bool>();
    moves::<u8>();
    moves::<i32>();
    moves::<i64>();
    moves::<u64>();
    moves::<f32>();
    moves::<f64>();
    moves::<Complex<f32>>();
    moves::<Complex<f64>>();
}

/// The fold of values in the tree that the module documents, written as a recursion over ranges.
fn tree_fold<V: Clone>(values: &[V], fold: &impl Fn(&V, &V) -> V) -> V {
    let half = values.len().next_power_of_two() / 2;
    if values.len() == 1 {
        return values[0].clone();
    }
    fold(&tree_fold(&values[..half], fold), &tree_fold(&values[half..], fold))
}

fn elementwise<T: Copy>(fold: impl Fn(T, T) -> T) -> impl Fn(&Vec<T>, &Vec<T>) -> Vec<T> {
    move |a, b| a.iter().zip(b).map(|(&a, &b)| fold(a, b)).collect()
}

/// Folds with an operation that neither commutes nor associates, so that every wrong tree and every swap shows.
fn folds<T: Sample>(fold: fn(T, T) -> T) {
    for ranks in RANKS {
        let values: Vec<_> = (0..ranks).map(|rank| T::values(rank, 3)).collect();
        let expected = tree_fold(&values, &elementwise(fold));
        all(ranks, |comm| {
            let own = &values[comm.rank()];
            assert_eq!(comm.all_reduce(own, fold)?, expected);
            let root = ranks - 1;
            assert_eq!(comm.reduce(root, own, fold)?, (comm.rank() == root).then(|| expected.clone()));
            assert_eq!(comm.all_reduce::<T>(&[], fold)?, []);
            Ok(())
        });
    }
}

#[test]
fn folds_follow_the_fixed_tree() {
    folds::<bool>(|a, b| a && !b);
    folds::<u8>(|a, b| a.wrapping_mul(3).wrapping_sub(b));
    folds::<i32>(|a, b| a.wrapping_mul(3).wrapping_sub(b));
    folds::<i64>(|a, b| a.wrapping_mul(3).wrapping_sub(b));
    folds::<u64>(|a, b| a.wrapping_mul(3).wrapping_sub(b));
    folds::<f32>(|a, b| a * 0.7 + b);
    folds::<f64>(|a, b| a * 0.7 + b);
    folds::<Complex<f32>>(|a, b| a * 0.7 + b);
    folds::<Complex<f64>>(|a, b| a * 0.7 + b);
}

#[test]
fn a_scan_folds_the_ranks_before() {
    for ranks in RANKS {
        let scans = all(ranks, |comm| comm.exclusive_scan(&[comm.rank() as u64, 1], |a, b| a + b));
        for (rank, scan) in scans.into_iter().enumerate() {
            let expected = (rank > 0).then(|| vec![(rank * (rank - 1) / 2) as u64, rank as u64]);
            assert_eq!(scan, expected);
        }
    }
}

#[test]
fn a_scan_keeps_the_order_of_the_ranks() {
    // Words over the ranks: joining them associates, but does not commute.
    let join = |a: u64, b: u64| a * 100_u64.pow(b.ilog(100) + 1) + b;
    let scans = all(9, |comm| comm.exclusive_scan(&[comm.rank() as u64 + 1], join));
    assert_eq!(scans[8], Some(vec![102_030_405_060_708]));
    assert_eq!(scans[3], Some(vec![10203]));
}

#[test]
fn exact_folds_of_integers_and_bools() {
    for ranks in RANKS {
        let n = ranks as i64;
        all(ranks, |comm| {
            let rank = comm.rank();
            let own = [rank as i64 - 1, i64::MAX];
            let sum = [n * (n - 1) / 2 - n, i64::MAX.wrapping_mul(n)];
            assert_eq!(comm.all_reduce_exact(&own, Exact::Sum)?, sum);
            assert_eq!(comm.all_reduce_exact(&own, Exact::Min)?, [-1, i64::MAX]);
            assert_eq!(comm.all_reduce_exact(&own, Exact::Max)?, [n - 2, i64::MAX]);
            assert_eq!(comm.all_reduce_exact(&[200_u8], Exact::Sum)?, [200_u8.wrapping_mul(ranks as u8)]);
            assert_eq!(comm.all_reduce_exact(&[1_u64 << rank], Exact::Or)?, [(1 << ranks) - 1]);
            assert_eq!(comm.all_reduce_exact(&[rank as i32], Exact::Max)?, [ranks as i32 - 1]);
            let bools = comm.all_reduce_exact(&[rank == 0, rank == ranks, true], Exact::Or)?;
            assert_eq!(bools, [true, false, true]);
            Ok(())
        });
    }
    let error = Comm::solo().all_reduce_exact(&[1.0], Exact::Sum).unwrap_err();
    assert!(error.message().contains("Sum of f64"), "{error}");
}

#[test]
fn states_of_any_length_merge_in_rank_order() {
    for ranks in RANKS {
        let merged = all(ranks, |comm| {
            let own = vec![comm.rank() as u8; length(comm.rank())];
            comm.all_reduce_bytes(own, |left, right| [&left, right].concat())
        });
        let expected: Vec<u8> = (0..ranks).flat_map(|rank| vec![rank as u8; length(rank)]).collect();
        assert!(merged.iter().all(|bytes| *bytes == expected));
    }
}

#[test]
fn agree_tells_the_first_failure_to_all() {
    let outcomes = spawn(5, |comm| {
        let rank = comm.rank();
        let fine = comm.agree(Ok::<_, String>(rank)).unwrap();
        let local = if rank % 2 == 1 { Err(format!("file {rank} is torn")) } else { Ok(rank) };
        (fine, comm.agree(local).unwrap_err(), comm.agree(Ok::<_, String>(())))
    });
    let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap()).collect();
    for (rank, (fine, error, after)) in outcomes.iter().enumerate() {
        assert_eq!((*fine, error), (rank, &outcomes[0].1));
        assert_eq!(error.message(), "rank 1: file 1 is torn");
        assert_eq!(error.kind(), isotherm::ErrorKind::Rank);
        assert!(error.location().file().ends_with("comm_collectives.rs"));
        assert!(after.is_ok(), "an agreed error ended the communication");
    }
}

#[test]
fn solo_is_one_rank_of_threads() {
    fn program(comm: &Comm) -> Result<Vec<Vec<f64>>> {
        let own = [0.1, -0.0, f64::NAN];
        let mut results = vec![comm.all_reduce(&own, |a, b| a + b)?, comm.broadcast(0, &own)?];
        results.extend(comm.all_gather_v(&own)?);
        results.extend(comm.gather_v(0, &own)?.unwrap());
        results.push(comm.scatter_v(0, Some(vec![own.to_vec()]))?);
        results.extend(comm.all_to_all_v(vec![own.to_vec()])?);
        results.push(comm.send_receive(0, &own, 0)?);
        results.push(comm.exclusive_scan(&own, |a, b| a + b)?.unwrap_or_default());
        results.extend(comm.reduce(0, &own, |a, b| a + b)?);
        let (first, second) = (comm.start_receive(0, 3)?, comm.start_receive(0, 3)?);
        comm.start_send(0, 3, &[1.0])?.finish()?;
        comm.start_send(0, 3, &[2.0])?.finish()?;
        let second = second.finish()?;
        results.extend([first.finish()?, second]);
        results.extend(comm.split(3, 4)?.all_gather_v(&own)?);
        comm.barrier()?;
        Ok(results)
    }
    let bits = |results: Vec<Vec<f64>>| -> Vec<Vec<u64>> {
        results.into_iter().map(|values| values.into_iter().map(f64::to_bits).collect()).collect()
    };
    let solo = Comm::solo();
    let alone = bits(program(&solo).unwrap());
    let [threads] = &all(1, |comm| Ok((program(comm)?, comm.counters(), comm.transport())))[..] else { panic!() };
    assert_eq!(alone, bits(threads.0.clone()));
    assert_eq!((solo.counters(), solo.transport()), (threads.1, "solo"));
    assert_eq!(threads.2, "threads");
    let error = solo.start_receive::<f64>(0, 9).unwrap().finish().unwrap_err();
    assert!(error.message().contains("no rank can go on"), "{error}");
    assert_eq!(solo.barrier().unwrap_err(), error);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Random floats, in which every order of additions gives other bits: all ranks get those of the documented tree,
    /// twice.
    #[test]
    fn float_folds_have_the_same_bits_on_every_rank(
        values in (1_usize..9, 0_usize..20).prop_flat_map(|(ranks, count)| {
            prop::collection::vec(prop::collection::vec(-1e10_f64..1e10, count), ranks)
        })
    ) {
        let sum = |a: f64, b: f64| a + b;
        let expected = tree_fold(&values, &elementwise(sum));
        let results = all(values.len(), |comm| {
            let own = &values[comm.rank()];
            Ok([comm.all_reduce(own, sum)?, comm.all_reduce(own, sum)?])
        });
        prop_assert!(results.iter().flatten().all(|result| *result == expected));
    }
}
