//! Random movement over random layouts, against a plain dense array. Cases are drawn outside and run on rank threads.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "common/dense.rs"]
mod dense;
#[path = "common/world.rs"]
mod world;

use dense::{Dense, Item, index};
use isotherm::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::Config;

/// How one axis of the mesh deals one axis of an array: which one (modulo what there is), in what kind of pieces.
#[derive(Clone, Debug)]
struct Deal {
    axis: usize,
    kind: usize,
    cuts: Vec<usize>,
}

/// A layout that suits any shape: made when the shape is known.
#[derive(Clone, Debug)]
struct Recipe(Vec<Deal>);

/// Some meshes, with the number of ranks that they need.
const MESHES: [&[usize]; 9] = [&[1], &[2], &[3], &[4], &[5], &[2, 2], &[3, 2], &[1, 4], &[2, 2, 2]];

impl Recipe {
    fn layout(&self, shape: &Shape, mesh: &[usize]) -> Layout {
        let mut distributions = vec![Distribution::Whole; shape.ndim()];
        for (place, deal) in self.0.iter().enumerate().take(mesh.len()) {
            let free: Vec<usize> =
                (0..shape.ndim()).filter(|&axis| distributions[axis] == Distribution::Whole).collect();
            // One number more than there are axes: this mesh axis replicates.
            let Some(&axis) = free.get(deal.axis % (free.len() + 1)) else { continue };
            distributions[axis] = match deal.kind {
                0 => Distribution::balanced(place..place + 1),
                1 => Distribution::cyclic(place..place + 1, 1 + deal.cuts[0] % 3),
                _ => Distribution::blocks(place..place + 1, &deal.offsets(shape[axis], mesh[place])),
            };
        }
        Layout::new(shape.clone(), Mesh::new(mesh).unwrap(), distributions).unwrap()
    }
}

impl Deal {
    fn offsets(&self, extent: usize, parts: usize) -> Vec<usize> {
        let mut offsets: Vec<usize> = (1..parts).map(|part| self.cuts[part] % (extent + 1)).collect();
        offsets.sort_unstable();
        [vec![0], offsets, vec![extent]].concat()
    }
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let deal = (0..4_usize, 0..3_usize, prop::collection::vec(0..12_usize, 5));
    prop::collection::vec(deal.prop_map(|(axis, kind, cuts)| Deal { axis, kind, cuts }), 3).prop_map(Recipe)
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop::collection::vec(prop_oneof![9 => 1..7_usize, 1 => Just(0)], 0..4).prop_map(Shape::from)
}

/// Items that fit any shape: those too many are left out, integers outside become ranges.
fn items() -> impl Strategy<Value = Vec<Item>> {
    let end = prop_oneof![2 => Just(None), 5 => (-9..9_isize).prop_map(Some)];
    let step = prop_oneof![4 => 1..4_isize, 3 => -3..0_isize, 1 => Just(9_isize)];
    let item = prop_oneof![
        6 => (end.clone(), end, step).prop_map(|(a, b, k)| Item::Steps(a, b, k)),
        2 => (-7..7_isize).prop_map(Item::At),
        1 => Just(Item::New),
    ];
    prop::collection::vec(item, 0..5)
}

fn fitting(items: &[Item], shape: &Shape) -> Vec<Item> {
    let mut extents = shape.iter().map(|&extent| extent as isize);
    let fit = |&item: &Item| match (item, (item != Item::New).then(|| extents.next())) {
        (_, Some(None)) => None,
        (Item::At(at), Some(Some(extent))) if !(-extent..extent).contains(&at) => Some(Item::Steps(Some(at), None, 1)),
        _ => Some(item),
    };
    items.iter().filter_map(fit).collect()
}

/// A case: a mesh, the layouts of up to three arrays, a shape, an index, some numbers to make the rest of.
#[derive(Clone, Debug)]
struct Case {
    mesh: &'static [usize],
    recipes: Vec<Recipe>,
    shape: Shape,
    items: Vec<Item>,
    numbers: Vec<usize>,
    staging: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    let mesh = prop::sample::select(world::having(&MESHES, |mesh| mesh.iter().product()));
    let recipes = prop::collection::vec(recipes(), 3);
    let numbers = prop::collection::vec(0..1000_usize, 4);
    let staging = prop::sample::select(&[1_usize, 64, 1 << 20][..]);
    (mesh, recipes, shapes(), items(), numbers, staging).prop_map(|(mesh, recipes, shape, items, numbers, staging)| {
        Case { mesh, recipes, shape, items, numbers, staging }
    })
}

impl Case {
    /// Runs `body` on the ranks of the mesh, where array number `k` of some shape holds the integers from 1000 k on.
    fn run(&self, body: impl Fn(&Self, &dyn Fn(&Shape, usize) -> DistArray<i64>) + Send + Sync) {
        let ranks = self.mesh.iter().product();
        let outcome = world::run_on(ranks, |cx| {
            let cx = cx.with_staging_limit(self.staging);
            let array = |shape: &Shape, number: usize| {
                let layout = self.recipes[number % 3].layout(shape, self.mesh);
                cx.from_fn(shape, layout, |index| (1000 * number + shape.ravel(index)) as i64).unwrap()
            };
            body(self, &array);
            Ok(())
        });
        outcome.unwrap();
    }

    /// A number below `end`, number `which` of this case.
    fn below(&self, end: usize, which: usize) -> usize {
        self.numbers[which] % end.max(1)
    }
}

/// The array holds what the oracle says, and its replicas agree.
#[track_caller]
fn same(array: &DistArray<i64>, dense: &Dense) {
    assert_eq!(array.shape(), &dense.shape, "{}", array.layout());
    assert_eq!(array.gather().unwrap(), dense.elements, "{}", array.layout());
    let region = array.region();
    let here: Vec<i64> = region.runs().flat_map(|run| dense.elements[run.global].to_vec()).collect();
    assert_eq!(array.local(), here, "{}", array.layout());
}

proptest! {
    #![proptest_config(world::cases(Config { max_shrink_iters: 5000, failure_persistence: None, ..Config::default() }))]

    #[test]
    fn slices(case in cases()) {
        case.run(|case, array| {
            let (x, items) = (array(&case.shape, 0), fitting(&case.items, &case.shape));
            same(&x.slice(index(&items)).unwrap(), &Dense::counted(&case.shape, 0).slice(&items));
            same(&x, &Dense::counted(&case.shape, 0));
        });
    }

    #[test]
    fn assignments(case in cases()) {
        case.run(|case, array| {
            let items = fitting(&case.items, &case.shape);
            let mut x = array(&case.shape, 0);
            let before = x.clone();
            let mut dense = Dense::counted(&case.shape, 0);
            let mut shape: Vec<usize> = dense.slice(&items).shape[..].into();
            // An operand that has fewer axes, and an axis that stretches.
            shape.drain(..case.below(shape.len() + 1, 0));
            if let Some(extent) = shape.get_mut(case.below(4, 1)) {
                *extent = 1;
            }
            let value = array(&shape.clone().into(), 1);
            x.set(index(&items), &value).unwrap();
            dense.set(&items, &Dense::counted(&shape.into(), 1000));
            same(&x, &dense);
            same(&before, &Dense::counted(&case.shape, 0));
            x.set(index(&items), -5).unwrap();
            dense.set(&items, &Dense { shape: ().into(), elements: vec![-5] });
            same(&x, &dense);
        });
    }

    #[test]
    fn joins(case in cases()) {
        case.run(|case, array| {
            let all = || (0..3).map(|number| (array(&case.shape, number), Dense::counted(&case.shape, 1000 * number as i64)));
            let (arrays, dense): (Vec<_>, Vec<_>) = all().unzip();
            let axis = case.below(case.shape.ndim() + 1, 0);
            same(&stack(&arrays.iter().collect::<Vec<_>>(), axis).unwrap(), &Dense::stack(&dense, axis));
            if axis < case.shape.ndim() {
                let other = case.shape.with(axis, case.below(5, 1));
                let joined = concatenate(&[&arrays[0], &array(&other, 1), &arrays[2]], axis).unwrap();
                let parts = [dense[0].clone(), Dense::counted(&other, 1000), dense[2].clone()];
                same(&joined, &Dense::concatenate(&parts, axis));
                same(&arrays[0].tile(2, axis).unwrap(), &Dense::concatenate(&[dense[0].clone(), dense[0].clone()], axis));
                same(&arrays[0].repeat(3, axis).unwrap(), &dense[0].repeat(3, axis));
            }
        });
    }

    #[test]
    fn other_shapes(case in cases()) {
        case.run(|case, array| {
            let (x, dense) = (array(&case.shape, 0), Dense::counted(&case.shape, 0));
            let shape = case.another_shape();
            same(&x.reshape(&shape).unwrap(), &dense.in_shape(&shape));
            let placed = case.recipes[1].layout(&shape, case.mesh);
            same(&x.reshape_to(&shape, &placed).unwrap(), &dense.in_shape(&shape));
            same(&x.flatten().unwrap(), &dense.in_shape(&case.shape.size().into()));
        });
    }

    #[test]
    fn along_axes(case in cases()) {
        case.run(|case, array| {
            let (x, dense) = (array(&case.shape, 0), Dense::counted(&case.shape, 0));
            let axes: Vec<usize> = case.permutation();
            let signed: Vec<isize> = axes.iter().map(|&axis| axis as isize - axes.len() as isize).collect();
            same(&x.permute_dims(&signed).unwrap(), &dense.permuted(&axes));
            let Some(&axis) = axes.first() else { return };
            let extent = case.shape[axis];
            let indices: Vec<isize> =
                case.numbers.iter().filter(|_| extent > 0).map(|&n| (n % (2 * extent)) as isize - extent as isize).collect();
            same(&x.take(&indices, axis).unwrap(), &dense.take(&indices, axis));
            let back: Vec<isize> = (0..extent as isize).rev().collect();
            same(&x.flip(axis).unwrap(), &dense.take(&back, axis));
            let shift = case.below(30, 0) as isize - 15;
            let rolled: Vec<isize> = (0..extent as isize).map(|i| (i - shift).rem_euclid(extent as isize)).collect();
            same(&x.roll(shift, axis).unwrap(), &dense.take(&rolled, axis));
            let widths: Vec<_> = (0..axes.len()).map(|k| (case.below(4, k), case.below(3, k + 1))).collect();
            same(&x.pad(&widths, -1).unwrap(), &dense.padded(&widths, -1));
        });
    }
}

impl Case {
    /// The axes of the shape, in an order that the numbers say.
    fn permutation(&self) -> Vec<usize> {
        let mut axes: Vec<usize> = (0..self.shape.ndim()).collect();
        for k in 1..axes.len() {
            axes.swap(k, self.below(k + 1, k));
        }
        axes
    }

    /// A shape of the same size: the prime factors dealt anew, and a 1 thrown in.
    fn another_shape(&self) -> Shape {
        let mut extents = vec![1_usize; 1 + self.below(3, 0)];
        let mut rest = self.shape.size();
        if rest == 0 {
            extents[0] = 0;
            return extents.into();
        }
        for factor in [5, 3, 2] {
            while rest.is_multiple_of(factor) {
                rest /= factor;
                let place = self.below(extents.len() * 7, rest % 4) % extents.len();
                extents[place] *= factor;
            }
        }
        extents.into()
    }
}
