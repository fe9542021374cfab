//! Blocks with margins: every element that may be read, in every state.

use isotherm::prelude::*;
use isotherm::stencil::{Exchanging, Ghosted, Places, State};

use crate::draw::{self, Draw};
use crate::oracle::{self, Edge, Padded};
use crate::{deals, world};

/// That every readable element is what the oracle finds at its index; the number of them.
fn readable<S: State>(u: &Ghosted<'_, i64, S>, padded: &Padded<i64>, what: &str) -> usize {
    let start: Vec<isize> = u.region().parts().iter().map(|part| part.start() as isize).collect();
    let mut count = 0;
    for (place, len) in u.readable().rows() {
        let row = u.row(&place);
        assert_eq!(row.len(), len, "{what}: the row from {place:?} on");
        for (k, &element) in row.iter().enumerate() {
            let mut index: Vec<isize> = place.iter().zip(&start).map(|(place, start)| place + start).collect();
            *index.last_mut().unwrap() += k as isize;
            assert_eq!(Some(element), padded.at(&index), "{what}: at {index:?}");
            count += 1;
        }
    }
    count
}

fn size(places: &Places) -> usize {
    places.rows().map(|(_, len)| len).sum()
}

#[test]
fn every_element_of_every_state() {
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        world::run_on(ranks, |cx| {
            for (turn, shape) in [Shape::from(11), (6, 7).into(), (3, 4, 5).into()].iter().enumerate() {
                let cyclic = |layout: &Layout| {
                    layout.distributions().iter().any(|its| matches!(its, Distribution::Cyclic { .. }))
                };
                for (number, layout) in
                    deals::all(shape, ranks).into_iter().filter(|layout| !cyclic(layout)).enumerate()
                {
                    let mut draw = Draw((100 * turn + number) as u64);
                    let edges = draw.edges(shape.ndim());
                    let widths: Vec<_> = edges.iter().map(|_| (draw.below(3), draw.below(4))).collect();
                    every_state(cx, &layout, &edges, &widths)?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

fn every_state(cx: &Context, layout: &Layout, edges: &[[Edge; 2]], widths: &[(usize, usize)]) -> Result<()> {
    let what = format!("{layout}, {edges:?}, {widths:?}");
    let padded = Padded::new(layout.shape(), 0, edges, draw::WIDTH);
    let array = draw::field::<i64>(cx, layout, 0)?;
    let u = Ghosted::new(oracle::halo(&array, edges), widths)?;
    let own = array.local().len();
    assert_eq!(readable(&u, &padded, &what), own, "{what}: own");
    let u: Ghosted<'_, i64, Exchanging<i64>> = u.start()?;
    assert_eq!(readable(&u, &padded, &what), own, "{what}: exchanging");
    let interior = u.interior();
    let u = u.finish()?;
    assert_eq!(readable(&u, &padded, &what), size(u.readable()), "{what}: full");
    assert_eq!(u.to_array()?.local(), array.local(), "{what}");

    // Interior and rim together are the elements around which everything is readable, each once.
    let mut computed: Vec<_> = u.rim().iter().chain([&interior]).flat_map(places).collect();
    let all_around = |place: &Vec<isize>| {
        place.iter().zip(widths).zip(u.readable().ranges()).all(|((&at, &(before, after)), range)| {
            at - before as isize >= range.start && at + (after as isize) < range.end
        })
    };
    let mut expected: Vec<_> = places(u.own()).into_iter().filter(all_around).collect();
    // The interior may hold elements near open edges only where the margin is not needed there.
    computed.retain(all_around);
    computed.sort();
    expected.sort();
    assert_eq!(computed, expected, "{what}");
    Ok(())
}

fn places(places: &Places) -> Vec<Vec<isize>> {
    let of_row = |(start, len): (smallvec::SmallVec<[isize; 4]>, usize)| {
        (0..len).map(move |k| {
            let mut place = start.to_vec();
            *place.last_mut().unwrap() += k as isize;
            place
        })
    };
    places.rows().flat_map(of_row).collect()
}

/// Conway's game of life by loops over slices, with a glider that crosses every border and comes back.
#[test]
fn a_glider_flies_round() {
    const SIDE: usize = 12;
    let glider = [(0, 1), (1, 2), (2, 0), (2, 1), (2, 2)];
    for ranks in world::sizes([1, 2, 4, 5]) {
        world::run_on(ranks, |cx| {
            let start = cx.from_fn((SIDE, SIDE), 0, |i| u8::from(glider.contains(&(i[0], i[1]))))?;
            let halo = start.halo().boundary(isotherm::stencil::Boundary::Periodic);
            let mut world = Ghosted::new(halo, &[(1, 1), (1, 1)])?;
            for _ in 0..4 * SIDE {
                let mut next = world.clone();
                let now = world.start()?;
                let interior = now.interior();
                evolve(&now, &mut next, &interior);
                let now = now.finish()?;
                for rim in now.rim() {
                    evolve(&now, &mut next, &rim);
                }
                world = next;
            }
            assert_eq!(world.to_array()?.local(), start.local());
            Ok(())
        })
        .unwrap();
    }
}

fn evolve<S: State>(now: &Ghosted<'_, u8, S>, next: &mut Ghosted<'_, u8, isotherm::stencil::Own>, places: &Places) {
    for (at, len) in places.rows() {
        let rows = [-1, 0, 1].map(|step| now.row(&[at[0] + step, at[1] - 1]));
        let row = next.row_mut(&at);
        for k in 0..len {
            let around: u8 = rows.iter().flat_map(|row| &row[k..k + 3]).sum::<u8>() - rows[1][k + 1];
            row[k] = u8::from(around == 3 || around == 2 && rows[1][k + 1] == 1);
        }
    }
}
