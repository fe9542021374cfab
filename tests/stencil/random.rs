//! Random sweeps over random layouts. Cases are drawn outside and run on the ranks.

use isotherm::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::draw::{self, Draw};
use crate::world;

const MESHES: [&[usize]; 9] = [&[1], &[2], &[3], &[4], &[7], &[2, 2], &[3, 2], &[1, 4], &[2, 2, 2]];

/// How a mesh axis deals an array axis: which one (one more than there are: none), cyclic or not, cut where.
type Deal = (usize, bool, Vec<usize>);

fn layout(shape: &Shape, mesh: &[usize], deals: &[Deal]) -> Layout {
    let mut distributions = vec![Distribution::Whole; shape.ndim()];
    for (place, (axis, cyclic, cuts)) in deals.iter().enumerate().take(mesh.len()) {
        let free: Vec<usize> = (0..shape.ndim()).filter(|&axis| distributions[axis] == Distribution::Whole).collect();
        let Some(&axis) = free.get(axis % (free.len() + 1)) else { continue };
        let mut offsets: Vec<usize> = cuts.iter().take(mesh[place] - 1).map(|cut| cut % (shape[axis] + 1)).collect();
        offsets.extend([0, shape[axis]]);
        offsets.sort_unstable();
        let over = place..place + 1;
        distributions[axis] =
            if *cyclic { Distribution::cyclic(over, 1 + cuts[0] % 2) } else { Distribution::blocks(over, &offsets) };
    }
    Layout::new(shape.clone(), Mesh::new(mesh).unwrap(), distributions).unwrap()
}

proptest! {
    #![proptest_config(world::cases(Config { cases: 96, failure_persistence: None, ..Config::default() }))]

    #[test]
    fn a_random_sweep_is_that_of_the_oracle(
        extents in prop::collection::vec(1..10_usize, 1..4),
        mesh in prop::sample::select(world::having(&MESHES, |mesh| mesh.iter().product())),
        deals in prop::collection::vec((0..4_usize, prop::bool::weighted(0.15), prop::collection::vec(0..12_usize, 6)), 3),
        seed in any::<u32>(),
    ) {
        let shape = Shape::from(extents);
        let layout = layout(&shape, mesh, &deals);
        world::run_on(layout.ranks(), |cx| draw::check::<i64>(cx, &layout, &mut Draw(u64::from(seed)))).unwrap();
    }
}
