//! Arrays into `.npy` files and back, against bytes made without ranks.

use isotherm::io::npy::Header;
use isotherm::io::{npy_header, read_npy, write_npy, write_npy_fortran};
use isotherm::prelude::*;

use super::cases::{RANKS, Value, array, assert_same, every_dtype, layouts, values};
use super::folder::Folder;
use crate::world;

/// The file of the values of a shape, by definition.
fn file<T: Value>(shape: &Shape, fortran: bool) -> Vec<u8> {
    let mut bytes = Header::ordered(T::DTYPE, shape.clone(), fortran).to_bytes();
    let reversed: Shape = shape.iter().rev().copied().collect();
    let at = |position: usize| {
        let index: Vec<usize> = reversed.unravel(position).iter().rev().copied().collect();
        T::value(shape.ravel(&index))
    };
    let ordered = if fortran { (0..shape.size()).map(at).collect() } else { values::<T>(shape) };
    bytes.extend_from_slice(bytemuck::cast_slice(&ordered));
    bytes
}

/// Every layout writes the same file in both orders, and reads it; staging one byte, so that any run
/// counts as long; a few, so that slabs and rounds are many; or enough for all.
fn round_trips<T: Value>(shape: &Shape) {
    let folder = Folder::new(&format!("array-npy-{}-{}", T::DTYPE, shape.ndim()));
    let wanted = [file::<T>(shape, false), file::<T>(shape, shape.ndim() > 1)];
    let paths = [folder.path("c.npy"), folder.path("fortran.npy")];
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for cx in [cx.with_staging_limit(1), cx.with_staging_limit(100), cx.clone()] {
                let layouts = layouts(shape, ranks);
                for (layout, other) in layouts.iter().zip(layouts.iter().rev()) {
                    let x = array::<T>(&cx, shape, layout);
                    write_npy(&x, &paths[0])?;
                    write_npy_fortran(&x, &paths[1])?;
                    for (path, wanted) in paths.iter().zip(&wanted) {
                        assert_eq!(&std::fs::read(path).unwrap(), wanted, "{} of {layout}", path.display());
                        let back = read_npy::<T>(&cx, path, other)?;
                        assert_same(&back, &array(&cx, shape, other), "read");
                    }
                    cx.comm().barrier()?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
    assert_eq!(folder.names(), ["c.npy", "fortran.npy"]);
}

#[test]
fn every_dtype_and_layout_comes_back() {
    every_dtype!(round_trips(&(9, 7).into()));
}

#[test]
fn shapes_of_one_and_of_three_axes_come_back() {
    round_trips::<f32>(&(4, 3, 5).into());
    round_trips::<f64>(&11.into());
}

#[test]
fn scalars_and_nothing_at_all_come_back() {
    for shape in [Shape::from(()), 0.into(), (0, 3).into(), (4, 0).into(), (1, 1).into()] {
        let folder =
            Folder::new(&format!("array-npy-few-{}", shape.iter().map(ToString::to_string).collect::<String>()));
        for ranks in world::sizes(RANKS) {
            world::run_on(ranks, |cx| {
                for layout in layouts(&shape, ranks) {
                    let x = array::<i32>(cx, &shape, &layout);
                    write_npy(&x, folder.path("x.npy"))?;
                    write_npy_fortran(&x, folder.path("y.npy"))?;
                    for name in ["x.npy", "y.npy"] {
                        assert_eq!(std::fs::read(folder.path(name)).unwrap(), file::<i32>(&shape, false));
                        assert_same(&read_npy(cx, folder.path(name), &layout)?, &x, name);
                    }
                    cx.comm().barrier()?;
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn a_file_over_a_file_replaces_it_and_the_header_tells() {
    let folder = Folder::new("array-npy-over");
    let path = folder.path("x.npy");
    world::on_each([3], |cx| {
        write_npy(&cx.zeros::<f64>((100, 3), 0)?, &path)?;
        write_npy(&cx.ones::<i32>((2, 2), 1)?, &path)?;
        let header = npy_header(cx, &path)?;
        assert_eq!((header.dtype, header.shape, header.fortran), (DType::I32, (2, 2).into(), false));
        assert_eq!(read_npy::<i32>(cx, &path, 0)?.gather()?, [1; 4]);
        Ok(())
    });
    assert_eq!(folder.names(), ["x.npy"]);
}
