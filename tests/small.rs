//! Operations on small arrays: what they allocate on the heap, and that they give the bits of a program.
#![allow(clippy::unwrap_used)]
#![allow(unsafe_code, reason = "an allocator that counts is one that allocates")]

#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use std::alloc::{GlobalAlloc, Layout as Wish, System};
use std::cell::Cell;
use std::hint::black_box;

use isotherm::prelude::*;

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends may allocate when its variables are gone.
    let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, wish: Wish) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc(wish) }
    }

    unsafe fn alloc_zeroed(&self, wish: Wish) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(wish) }
    }

    unsafe fn realloc(&self, memory: *mut u8, wish: Wish, bytes: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller promises.
        unsafe { System.realloc(memory, wish, bytes) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, wish: Wish) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, wish) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The allocations of this thread in each of many turns, once the first few are over.
fn allocations(mut turn: impl FnMut()) -> f64 {
    const TURNS: usize = 100;
    (0..10).for_each(|_| turn());
    let before = ALLOCATIONS.get();
    (0..TURNS).for_each(|_| turn());
    (ALLOCATIONS.get() - before) as f64 / TURNS as f64
}

#[test]
fn a_small_operation_has_four_allocations() {
    world::on_each([1, 2], |cx| {
        let x = cx.random_uniform::<f64>(100, 0, 1)?;
        let y = cx.random_uniform::<f64>(100, 0, 2)?;
        let sum = &x + &y;
        let counts = [
            ("x + y", 4.0, allocations(|| drop(black_box((&x + &y).eval().unwrap())))),
            ("x * 2", 4.0, allocations(|| drop(black_box((&x * 2.0).eval().unwrap())))),
            ("-x", 3.0, allocations(|| drop(black_box((-&x).eval().unwrap())))),
            ("x > y", 4.0, allocations(|| drop(black_box(x.greater(&y).eval().unwrap())))),
            ("building x + y", 3.0, allocations(|| drop(black_box(&x + &y)))),
            ("building x + 1", 3.0, allocations(|| drop(black_box(&x + 1.0)))),
            ("building sum * sum", 1.0, allocations(|| drop(black_box(&sum * &sum)))),
            ("building sqrt(sum)", 1.0, allocations(|| drop(black_box(sum.sqrt())))),
            ("cloning x", 0.0, allocations(|| drop(black_box(x.clone())))),
        ];
        for (name, most, counted) in counts {
            assert!(counted <= most, "{name}: {counted} allocations");
        }
        Ok(())
    });
}

#[test]
fn a_small_all_reduce_has_few_allocations() {
    if world::threads_only("messages between processes are buffers of their own") {
        return;
    }
    world::on_each([1, 2, 4], |cx| {
        let own = [cx.rank() as f64; 8];
        let counted = allocations(|| drop(black_box(cx.comm().all_reduce(&own, |a, b| a + b).unwrap())));
        // Of those that all ranks share, any rank may make any number; none makes those of the others as well.
        let all = cx.comm().all_reduce(&[counted], |a, b| a + b)?[0] / cx.size() as f64;
        assert!(all <= 4.0, "{all} allocations on a rank");
        Ok(())
    });
}

/// `root` alone, which one call of its kernel may answer, and as one of several, which are a program.
fn alone_and_in_a_program<T: Element + PartialEq>(root: &Expr<T>) -> Result<()> {
    let alone = root.clone().eval()?;
    let joint = vec![root.clone(), root.clone()].eval()?.remove(1);
    assert_eq!(alone.layout(), joint.layout());
    let bits = |array: &DistArray<T>| format!("{:?}", array.local());
    assert_eq!(bits(&alone), bits(&joint), "{}", alone.layout());
    Ok(())
}

#[test]
fn one_operation_gives_the_bits_of_a_program() {
    world::on_each([1, 3, 8], |cx| {
        for layout in layouts::all(&(7, 6).into(), cx.size()) {
            let x = (cx.random_normal::<f64>((7, 6), &layout, 5)? * 3.0).eval()?;
            let y = cx.random_normal::<f64>((7, 6), &layout, 6)?;
            let (i, mask) = (x.cast::<i32>().eval()?, x.less(&y).eval()?);
            for root in
                [&x * 2.0, 1.0 / &x, &x + &y, &x / &y, x.sqrt(), x.exp(), x.pow(&y), select(&mask, &x, &y), i.cast()]
            {
                alone_and_in_a_program(&root)?;
            }
            for root in [x.less_equal(&y), x.less(0.5), x.is_nan(), !&mask, i.equal(&i)] {
                alone_and_in_a_program(&root)?;
            }
            for root in [&i + &i, &i * 3, i.floor_divide(&i), -&i, x.cast()] {
                alone_and_in_a_program(&root)?;
            }
        }
        Ok(())
    });
}
