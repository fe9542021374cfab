//! Movements of arrays that live on a GPU: the same bits in the same places as on the CPU.

use isotherm::Complex;
use isotherm::prelude::*;

use crate::agreement::Bound;
use crate::devices::{Devices, same};
use crate::values::{Random, Values};
use crate::{layouts, world};

const SHAPE: [usize; 3] = [5, 4, 6];

/// What is to be moved, and where to.
type Movement<T> = (&'static str, fn(&DistArray<T>) -> Result<DistArray<T>>);

fn movements<T: Element>() -> Vec<Movement<T>> {
    vec![
        ("a copy", |x| x.to_device(x.context())),
        ("resplit along 0", |x| x.resplit(0)),
        ("resplit along 2", |x| x.resplit(2)),
        ("replicated", DistArray::replicate),
        ("unbalanced", |x| {
            let (shape, ranks) = (x.shape(), x.context().size());
            x.redistribute(&Layout::from_offsets(shape.clone(), 1, &layouts::uneven(shape[1], ranks))?)
        }),
        ("cyclic", |x| x.redistribute(&layouts::cyclic(x.shape(), 2, x.context().size(), 2))),
        ("transposed", DistArray::transpose),
        ("permuted", |x| x.permute_dims(&[1, 2, 0])),
        ("flipped", |x| x.flip([0, 2])),
        ("rolled", |x| x.roll(-3, 2)),
        ("rolled through all", |x| x.roll(7, None)),
        ("reshaped", |x| x.reshape((3, -1))),
        ("reshaped along 1", |x| x.reshape_to((8, 15), 1)),
        ("flattened", DistArray::flatten),
        ("sliced", |x| x.slice((range(4, 0).step(-2), .., range(1, None).step(3)))),
        ("one row", |x| x.slice((.., 2, 1..5))),
        ("nothing", |x| x.slice((3..3, ..))),
        ("taken", |x| x.take(&[3, 0, 0, -1, 1], 1)),
        ("padded", |x| x.pad(&[(1, 0), (0, 2), (3, 3)], T::default())),
        ("concatenated", |x| concatenate(&[x, &x.flip(1)?, &x.slice(1..2)?], 0)),
        ("stacked", |x| stack(&[x, &x.roll(1, 0)?], 1)),
        ("tiled", |x| x.tile(3, 2)),
        ("repeated", |x| x.repeat(2, 0)),
        ("broadcast", |x| x.slice((.., 0..1))?.broadcast_to((2, 5, 3, 6))),
        ("one after the other", |x| {
            x.transpose()?.resplit(1)?.flip(0)?.reshape((10, 12))?.slice((.., range(None, None).step(-5)))
        }),
    ]
}

fn moved<T: Values>(devices: &Devices, layout: &Layout) -> Result<()> {
    let values = T::special();
    let pick = |index: &[usize]| values[Random(layout.shape().ravel(index) as u64).below(values.len() as u64) as usize];
    let here = devices.cpu.from_fn(SHAPE, layout, pick)?;
    let there = here.to_device(&devices.gpu)?;
    for (name, movement) in movements::<T>() {
        same(name, Bound::Bits, &movement(&here)?, &movement(&there)?);
    }
    let all = [here.gather()?, there.gather()?];
    assert!(all[0].iter().zip(&all[1]).all(|(&want, got)| got.agrees(want, Bound::Bits)), "gathered, {layout}");
    let one = [here.get(&[4, 1, -2])?, there.get(&[4, 1, -2])?];
    assert!(one[1].agrees(one[0], Bound::Bits), "one element of {layout}");
    Ok(())
}

fn everywhere(f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    world::on_each([1, 3], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&SHAPE.into(), cx.size()) {
            f(&devices, &layout)?;
        }
        Ok(())
    });
}

#[test]
fn bytes_move() {
    everywhere(|devices, layout| {
        moved::<bool>(devices, layout)?;
        moved::<u8>(devices, layout)
    });
}

#[test]
fn integers_move() {
    everywhere(|devices, layout| {
        moved::<i32>(devices, layout)?;
        moved::<i64>(devices, layout)?;
        moved::<u64>(devices, layout)
    });
}

#[test]
fn floats_move() {
    everywhere(|devices, layout| {
        moved::<f32>(devices, layout)?;
        moved::<f64>(devices, layout)
    });
}

#[test]
fn complex_numbers_move() {
    everywhere(|devices, layout| {
        moved::<Complex<f32>>(devices, layout)?;
        moved::<Complex<f64>>(devices, layout)
    });
}

/// Between ranks in small rounds: each stages little at a time.
#[test]
fn movements_in_many_rounds() {
    world::on_each([3, 5, 8], |cx| {
        let devices = Devices::new(&cx.with_staging_limit(64))?;
        for layout in layouts::all(&SHAPE.into(), cx.size()) {
            moved::<f32>(&devices, &layout)?;
            moved::<u8>(&devices, &layout)?;
        }
        Ok(())
    });
}

/// There and back, and over to another context on the same device.
#[test]
fn arrays_change_devices() {
    world::on_each([1, 3, 5, 8], |cx| {
        let (devices, other) = (Devices::new(cx)?, cx.on(isotherm::Device::AnyGpu)?);
        let x = cx.arange(0.0_f32, 40.0, 0.5, 0)?;
        let there = x.to_device(&devices.gpu)?;
        let twice = (&there * 2.0).eval()?;
        same("back", Bound::Bits, &(&x * 2.0).eval()?, &twice.to_device(cx)?);
        let over = (twice.to_device(&other)? + 1.0).eval()?;
        same("over", Bound::Bits, &(&x * 2.0 + 1.0).eval()?, &over.to_device(cx)?);
        assert!((&there + &x).eval().is_err_and(|error| error.kind() == ErrorKind::Context));
        Ok(())
    });
}
