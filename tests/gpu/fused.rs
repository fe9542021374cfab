//! Programs of several operations: operands that lie in different ways, mixed dtypes, indices, several results at once.

use isotherm::any::{AnyArray, AnyLike};
use isotherm::expr::{Arithmetic, Functions, Logic, Reductions, select};
use isotherm::prelude::*;
use isotherm::program::Unary;
use isotherm::{Complex, NewAxis};

use crate::agreement::Bound;
use crate::devices::{Devices, KERNELS, alone, same};
use crate::values::{Random, Values};
use crate::{layouts, world};

/// Numbers of a common size that depend on nothing but the place in row-major order.
fn numbers<T: Element>(cx: &Context, layout: &Layout, of: fn(f64) -> T) -> Result<DistArray<T>> {
    let shape = layout.shape().clone();
    cx.from_fn(shape.clone(), layout, move |index| of(Random(shape.ravel(index) as u64).unit() * 8.0))
}

fn double(cx: &Context, layout: &Layout) -> Result<DistArray<f64>> {
    numbers(cx, layout, |value| value)
}

const SHAPE: [usize; 3] = [6, 7, 5];

/// Run `f` on both devices for every layout of [`SHAPE`].
fn everywhere(f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    world::on_each([1, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&SHAPE.into(), cx.size()) {
            f(&devices, &layout)?;
        }
        Ok(())
    });
}

#[test]
fn operands_broadcast() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("rows and columns", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            let row = double(cx, &Layout::split([5], 0, cx.size())?)?;
            let column = double(cx, &Layout::replicated([7, 1], cx.size())?)?;
            let one = double(cx, &Layout::replicated([1, 1, 1], cx.size())?)?;
            ((&x * &row).abs() - &column * 0.5 + (&one - &x)).eval()
        })?;
        devices.both("dealt in two ways", Bound::Bits, |cx| {
            let (x, y) = (double(cx, layout)?, double(cx, layout)?.resplit(1)?);
            (&x * 2.0 - y.roll(1, 2)? * x.floor()).eval()
        })?;
        devices.both("an outer sum", Bound::Bits, |cx| {
            let x = numbers(cx, &Layout::split([30], 0, cx.size())?, |value| value as f32)?;
            (x.slice((.., NewAxis))? + &x).eval()
        })
    });
}

#[test]
fn operands_are_turned_and_cut() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("transposed", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            (x.transpose()? * 2.0 + x.permute_dims(&[2, 1, 0])?.square()).eval()
        })?;
        devices.both("flipped and rolled", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            (&x - x.flip(None)? * x.flip(1)? + x.roll(2, 0)?.floor()).eval()
        })?;
        devices.both("stepped", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            let back = x.slice((range(None, None).step(-2), range(5, 0).step(-2), range(0, None).step(3)))?;
            let on = x.slice((range(1, None).step(2), range(1, 4), range(1, None).step(2)))?;
            (back.abs().sqrt() * &on + on.sign()).eval()
        })?;
        devices.both("a part of a part", Bound::Bits, |cx| {
            let x = double(cx, layout)?.slice((1..5, 2..))?;
            let inner = x.slice((range(None, None).step(-1), range(1, 4)))?;
            (&inner + x.slice((.., 2..5))? * x.slice((0, 1, ..))?).eval()
        })
    });
}

#[test]
fn dtypes_mix() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("all dtypes in one kernel", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            let (byte, single) = (numbers(cx, layout, |value| value.abs() as u8)?, x.cast::<f32>());
            let whole = x.cast::<i64>() * 3 + byte.cast::<i64>() + single.cast::<i32>().cast::<i64>();
            let pair = single.cast::<Complex<f32>>().cast::<Complex<f64>>() + whole.cast::<Complex<f64>>();
            let chosen = select(byte.greater(3) & x.less(0.5), x.square(), whole.cast::<f64>());
            select(x.cast::<u64>().equal(2), pair.magnitude().floor(), chosen).eval()
        })?;
        devices.both("bytes", Bound::Bits, |cx| {
            let byte = numbers(cx, layout, |value| value.abs() as u8)?;
            (byte.bitwise_left_shift(2) ^ byte.greater_equal(2).cast::<u8>()).eval()
        })?;
        devices.both("bools", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            (x.less(0.0) | !x.floor().equal(x.trunc()) & x.is_finite()).eval()
        })
    });
}

#[test]
fn indices_are_global() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("indices", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            let all = x.index(0)? * 100 + x.index(1)? * 10 + x.index(-1)?;
            (all.cast::<f64>() + &x).eval()
        })?;
        devices.both("an index alone", Bound::Bits, |cx| double(cx, layout)?.index(1)?.eval())?;
        devices.both("a diagonal", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            select(x.index(1)?.equal(x.index(2)?), &x, -1.0).eval()
        })
    });
}

#[test]
fn several_results_share_a_pass() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        let program = |cx: &Context| {
            let x = double(cx, layout)?;
            let shared = (&x * &x).floor();
            (&shared - 1.0, shared.cast::<i32>(), shared.greater(9.0), shared.max(None), shared.min(1), x.index(0)?)
                .eval()
        };
        let (want, got) = (program(&devices.cpu)?, program(&devices.gpu)?);
        same("an array", Bound::Bits, &want.0, &got.0);
        same("integers", Bound::Bits, &want.1, &got.1);
        same("a mask", Bound::Bits, &want.2, &got.2);
        same("a greatest", Bound::Bits, &want.3, &got.3);
        same("least of columns", Bound::Bits, &want.4, &got.4);
        same("an index", Bound::Bits, &want.5, &got.5);
        Ok(())
    });
}

#[test]
fn expressions_are_reduced() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        let program = |cx: &Context| {
            let (x, row) = (double(cx, layout)?, double(cx, &Layout::split([5], 0, cx.size())?)?);
            let whole =
                (&x - &row).floor().cast::<i64>() * x.index(1)? + x.transpose()?.slice((0, 0, 0))?.cast::<i64>();
            let flipped = x.flip(0)? * x.permute_dims(&[0, 1, 2])?.abs();
            (
                whole.sum([0, 2]),
                whole.max(1).keep(),
                whole.prod(None),
                flipped.min([1, 2]),
                flipped.argmax(2),
                x.less(0.0).any(0),
            )
                .eval()
        };
        let (want, got) = (program(&devices.cpu)?, program(&devices.gpu)?);
        same("sum", Bound::Bits, &want.0, &got.0);
        same("max", Bound::Bits, &want.1, &got.1);
        same("product", Bound::Bits, &want.2, &got.2);
        same("min", Bound::Bits, &want.3, &got.3);
        same("argmax", Bound::Bits, &want.4, &got.4);
        same("any", Bound::Bits, &want.5, &got.5);
        Ok(())
    });
}

/// Launches of more workgroups than one dimension takes, with a workgroup at the end that is not full.
#[test]
fn more_workgroups_than_a_dimension_has() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        let size = 65_535 * 256 + 1_001;
        let x = devices.cpu.from_fn(size, 0, |index| (index[0] % 251) as u8)?;
        let program = |x: &DistArray<u8>| ((x + 7) ^ x, x.sum(None), x.index(0)?.max(None)).eval();
        let (want, got) = (program(&x)?, program(&x.to_device(&devices.gpu)?)?);
        same("elements", Bound::Bits, &want.0, &got.0);
        same("sum", Bound::Bits, &want.1, &got.1);
        same("last index", Bound::Bits, &want.2, &got.2);
        Ok(())
    });
}

#[test]
fn arrays_are_written_in_place() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("on the host", Bound::Bits, |cx| {
            let mut x = (double(cx, layout)? * 2.0).eval()?;
            let before = x.clone();
            x.local_mut().iter_mut().for_each(|value| *value += 1.0);
            (&x * &before).eval()
        })?;
        devices.both("assign", Bound::Bits, |cx| {
            let mut x = double(cx, layout)?;
            x.assign(&x * 2.0 - x.floor())?;
            x.assign(x.square())?;
            Ok(x)
        })?;
        devices.both("set", Bound::Bits, |cx| {
            let mut x = double(cx, layout)?;
            let before = x.clone();
            x.set((range(None, None).step(2), 3), 7.5)?;
            x.set((1..4, .., range(None, None).step(-2)), x.slice((0..3, .., 0..3))?.abs())?;
            (&x - &before * 2.0).eval()
        })
    });
}

/// What has no kernels, because it is code of the program's or needs more arrays than a kernel may have, runs on the CPU.
#[test]
fn the_cpu_steps_in() {
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("a closure", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            (x.map(|value: f64| value.mul_add(2.0, 1.0)) + &x).eval()
        })?;
        devices.both("twelve arrays", Bound::Bits, |cx| {
            let mut total = double(cx, layout)?.expr();
            for k in 1..12 {
                total = total + numbers(cx, layout, f64::floor)?.roll(k, 1)?;
            }
            total.eval()
        })?;
        devices.both("eighty scalars", Bound::Bits, |cx| {
            let mut total = double(cx, layout)?.expr();
            for k in 0..80 {
                total = total * (1.0 + f64::from(k) / 1024.0) - f64::from(k);
            }
            total.eval()
        })?;
        devices.both("more operations than a program holds", Bound::Bits, |cx| {
            let x = double(cx, layout)?;
            let mut total = x.expr();
            for _ in 0..300 {
                total = (total + &x).floor();
            }
            total.eval()
        })
    });
}

#[test]
fn shapes_at_their_edges() {
    if world::threads_only(KERNELS) {
        return;
    }
    world::on_each([1, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        let shapes = [Shape::from(()), [0].into(), [4, 0].into(), [1, 1, 1].into(), [2, 3, 1, 2, 3, 2, 2].into()];
        for shape in shapes {
            let mut all = layouts::all(&shape, cx.size());
            all.truncate(if shape.ndim() > 3 { 6 } else { all.len() });
            for layout in all {
                devices.both("any shape", Bound::Bits, |cx| {
                    let x = double(cx, &layout)?;
                    (x.transpose()?.transpose()? * 2.0 + x.flip(None)?).eval()
                })?;
                devices.both("turned", Bound::Bits, |cx| {
                    let x = double(cx, &layout)?;
                    (x.transpose()? - x.flip(None)?.transpose()?).eval()
                })?;
            }
        }
        Ok(())
    });
}

/// Scalars go to the device in words of their own.
fn scalars<T: Values + Numeric + Operand<T>>(devices: &Devices) -> Result<()> {
    let values = T::special();
    let x = devices.cpu.from_slice(&values, values.len(), None)?;
    let y = x.to_device(&devices.gpu)?;
    for &scalar in values.iter().step_by(values.len() / 16 + 1) {
        let program = |x: &DistArray<T>| (select(x.equal(scalar), T::ONE, scalar), x + scalar).eval();
        let (want, got) = (program(&x)?, devices.on_gpu(|| program(&y))?);
        same("a choice of scalars", Bound::Bits, &want.0, &got.0);
        same("the sum with a scalar", Bound::Bits, &want.1, &got.1);
    }
    Ok(())
}

#[test]
fn scalars_of_every_dtype() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        scalars::<u8>(devices)?;
        scalars::<i32>(devices)?;
        scalars::<i64>(devices)?;
        scalars::<u64>(devices)?;
        scalars::<f32>(devices)?;
        scalars::<f64>(devices)?;
        scalars::<Complex<f32>>(devices)?;
        scalars::<Complex<f64>>(devices)?;
        devices.both("bools", Bound::Bits, |cx| {
            let x = cx.from_slice(&[true, false, true], 3, None)?;
            (select(&x, true, !&x) & true).eval()
        })
    });
}

/// Also the one operation that only arrays of any dtype have a word for.
#[test]
fn logical_not() {
    fn of<T: Values>(devices: &Devices) -> Result<()> {
        let values = T::special();
        devices.both("logical_not", Bound::Bits, |cx| {
            let x = AnyArray::from(cx.from_slice(&values, values.len(), 0)?);
            x.unary(Unary::LogicalNot).eval()?.downcast::<bool>()
        })
    }
    if world::threads_only(KERNELS) {
        return;
    }
    world::on_each([1, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        of::<bool>(&devices)?;
        of::<i32>(&devices)?;
        of::<f64>(&devices)
    });
}
