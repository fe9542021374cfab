//! What does not fit: the same error on every rank, before anything is sent.

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, Ghosted, sweep};

use crate::world;

/// That every rank refuses, with these words, at this file's line.
fn refused(kind: ErrorKind, words: &[&str], action: impl Fn(&Context) -> Result<()> + Send + Sync) {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let error = action(cx).expect_err("refused");
            assert_eq!(error.kind(), kind, "{error}");
            for word in words {
                assert!(error.message().contains(word), "{word:?} is not in {error}");
            }
            assert!(error.location().file().ends_with("misuse.rs"), "{error}");
            cx.comm().barrier() // the ranks are still together
        })
        .unwrap();
    }
}

#[test]
fn another_layout_or_shape() {
    refused(ErrorKind::Layout, &["(6, 6) split 0", "(6, 6) split 1"], |cx| {
        if cx.size() == 1 {
            return Err(Error::new(ErrorKind::Layout, "(6, 6) split 0 and (6, 6) split 1 are one on one rank"));
        }
        let (u, mut next) = (cx.zeros::<f64>((6, 6), 0)?, cx.zeros::<f64>((6, 6), 1)?);
        sweep(&u, &mut next, |u| u.at([1, 0]))
    });
    refused(ErrorKind::Shape, &["(6, 6)", "(6, 5)"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>((6, 6), 0)?, cx.zeros::<f64>((6, 5), 0)?);
        sweep(&u, &mut next, |u| u.at([1, 0]))
    });
    refused(ErrorKind::Shape, &["do not broadcast"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>(6, 0)?, cx.zeros::<f64>(6, 0)?);
        let other = cx.zeros::<f64>(5, 0)?;
        sweep(&u, &mut next, |u| u.at(1) + &other)
    });
}

#[test]
fn offsets_and_boundaries_of_axes_that_there_are_not() {
    refused(ErrorKind::Axis, &["[1]", "2 axes"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>((6, 6), 0)?, cx.zeros::<f64>((6, 6), 0)?);
        sweep(&u, &mut next, |u| u.at(1))
    });
    refused(ErrorKind::Axis, &["axis 2"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>((6, 6), 0)?, cx.zeros::<f64>((6, 6), 0)?);
        sweep(u.halo().along(2, Boundary::Periodic), &mut next, |u| u.at([0, 1]))
    });
    refused(ErrorKind::Axis, &["axis 1", "periodic", "open"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>((6, 6), 0)?, cx.zeros::<f64>((6, 6), 0)?);
        sweep(u.halo().before(-1, Boundary::Periodic), &mut next, |u| u.at([0, 1]))
    });
    refused(ErrorKind::Index, &["1099511627776"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>(6, 0)?, cx.zeros::<f64>(6, 0)?);
        sweep(&u, &mut next, |u| u.at(1 << 40))
    });
}

#[test]
fn margins_that_there_cannot_be() {
    refused(ErrorKind::Axis, &["1 widths", "(6, 6)"], |cx| {
        let u = cx.zeros::<f64>((6, 6), 0)?;
        Ghosted::new(u.halo(), &[(1, 1)]).map(drop)
    });
    refused(ErrorKind::Layout, &["cyclic"], |cx| {
        let deal = vec![Distribution::cyclic(0..1, 1)];
        let u = cx.zeros::<f64>(6, Layout::new(6, Mesh::line(cx.size())?, deal)?)?;
        Ghosted::new(u.halo(), &[(1, 1)]).map(drop)
    });
}

#[test]
fn a_rank_with_other_boundaries_is_found() {
    if world::threads_only("the ranks do not go on together after it") {
        return;
    }
    let outcome = isotherm::run_on(3, |cx| {
        let (u, mut next) = (cx.zeros::<f64>(9, 0)?, cx.zeros::<f64>(9, 0)?);
        let own = if cx.rank() == 1 { Boundary::Periodic } else { Boundary::Nearest };
        sweep(u.halo().boundary(own), &mut next, |u| u.at(1))
    });
    assert_eq!(outcome.expect_err("refused").kind(), ErrorKind::Collective);
}

#[test]
fn a_neighbour_too_far_away_that_is_left_out_of_the_formula() {
    refused(ErrorKind::Index, &["farther than"], |cx| {
        let (u, mut next) = (cx.zeros::<f64>(6, 0)?, cx.zeros::<f64>(6, 0)?);
        sweep(u.halo().boundary(Boundary::Periodic), &mut next, |u| {
            let _ = u.at(1 << 40);
            u.at(0)
        })
    });
}
