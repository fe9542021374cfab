//! What the tests run over: ranks, layouts, values of every dtype.

use isotherm::io::csv::Field;
use isotherm::prelude::*;
use isotherm::{Complex, Shape};

pub(crate) const RANKS: [usize; 5] = [1, 2, 3, 5, 8];

/// A dtype with values that fill its range.
pub(crate) trait Value: Field {
    /// The value of the element at a row-major position.
    fn value(position: usize) -> Self;
}

/// Bits that look random.
fn scrambled(position: usize) -> u64 {
    (position as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Value for bool {
    fn value(position: usize) -> Self {
        scrambled(position) >> 40 & 1 == 1
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Value for $integer {
            fn value(position: usize) -> Self {
                (scrambled(position) >> (64 - <$integer>::BITS)) as $integer
            }
        }
    )*};
}
integers!(u8, i32, i64, u64);

macro_rules! floats {
    ($($float:ty),*) => {$(
        impl Value for $float {
            fn value(position: usize) -> Self {
                match position % 7 {
                    0 => -0.0,
                    1 => <$float>::INFINITY,
                    2 => <$float>::MIN_POSITIVE / 2.0,
                    _ => scrambled(position) as i64 as $float * 1e-9,
                }
            }
        }

        impl Value for Complex<$float> {
            fn value(position: usize) -> Self {
                Complex::new(<$float>::value(position), <$float>::value(position + 3))
            }
        }
    )*};
}
floats!(f32, f64);

/// Calls a generic function for every dtype.
macro_rules! every_dtype {
    ($function:ident($($argument:expr),*)) => {
        $function::<bool>($($argument),*);
        $function::<u8>($($argument),*);
        $function::<i32>($($argument),*);
        $function::<i64>($($argument),*);
        $function::<u64>($($argument),*);
        $function::<f32>($($argument),*);
        $function::<f64>($($argument),*);
        $function::<isotherm::Complex<f32>>($($argument),*);
        $function::<isotherm::Complex<f64>>($($argument),*);
    };
}
pub(crate) use every_dtype;

/// The array of these values.
pub(crate) fn array<T: Value>(cx: &Context, shape: &Shape, layout: &Layout) -> DistArray<T> {
    cx.from_fn(shape, layout, |index| T::value(shape.ravel(index))).unwrap()
}

/// The elements in row-major order.
pub(crate) fn values<T: Value>(shape: &Shape) -> Vec<T> {
    (0..shape.size()).map(T::value).collect()
}

/// Whether the same bytes lie in the same places.
pub(crate) fn assert_same<T: Element>(found: &DistArray<T>, wanted: &DistArray<T>, what: &str) {
    assert_eq!(found.layout(), wanted.layout(), "{what}");
    let bytes = |array: &DistArray<T>| bytemuck::cast_slice::<T, u8>(array.local()).to_vec();
    assert_eq!(bytes(found), bytes(wanted), "{what} as {}", wanted.layout());
}

/// Replicated; every axis in balanced, uneven and empty blocks, and cyclic; tiles; partly replicated.
pub(crate) fn layouts(shape: &Shape, ranks: usize) -> Vec<Layout> {
    let mut layouts = vec![Layout::replicated(shape.clone(), ranks).unwrap()];
    for (axis, &extent) in shape.iter().enumerate() {
        layouts.push(Layout::split(shape.clone(), axis, ranks).unwrap());
        let last: Vec<usize> = (0..=ranks).map(|rank| if rank == ranks { extent } else { 0 }).collect();
        layouts.push(Layout::from_offsets(shape.clone(), axis, &last).unwrap());
        let uneven: Vec<usize> = (0..=ranks).map(|rank| extent * rank * rank / (ranks * ranks)).collect();
        layouts.push(Layout::from_offsets(shape.clone(), axis, &uneven).unwrap());
        let cyclic = Distribution::Cyclic { over: 0..1, block: 1 + axis };
        layouts.push(layouts[0].with_distribution(axis, cyclic).unwrap());
    }
    for mesh in [[2, 4], [1, 5], [2, 1]].into_iter().filter(|mesh| mesh.iter().product::<usize>() == ranks) {
        let mesh = Mesh::new(&mesh).unwrap();
        let mut distributions = vec![Distribution::Whole; shape.ndim()];
        if shape.ndim() > 0 {
            distributions[0] = Distribution::balanced(1..2);
            layouts.push(Layout::new(shape.clone(), mesh.clone(), distributions.clone()).unwrap());
        }
        if shape.ndim() > 1 {
            distributions[1] = Distribution::Cyclic { over: 0..1, block: 2 };
            layouts.push(Layout::new(shape.clone(), mesh, distributions).unwrap());
        }
    }
    layouts
}
