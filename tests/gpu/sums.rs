//! Exact sums on a GPU: the bits of the CPU.

use isotherm::Complex;
use isotherm::Device;
use isotherm::expr::Reductions;
use isotherm::prelude::*;
use serde_json::Value;

use crate::agreement::Bound;
use crate::devices::{Devices, same, taken};
use crate::extremes::axes_of;
use crate::values::{Random, Values};
use crate::{layouts, world};

const SHAPES: [[usize; 3]; 2] = [[3, 5, 4], [2, 3, 700]];

/// The same ranks on the CPU and on a GPU with exact sums.
fn devices(cx: &Context) -> Result<Devices> {
    Ok(Devices { cpu: cx.clone(), gpu: cx.with_exact_sums(true).on(Device::AnyGpu)? })
}

fn everywhere(f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    world::on_each([1, 2, 3], |cx| {
        let devices = devices(cx)?;
        for shape in SHAPES {
            for layout in layouts::all(&shape.into(), cx.size()) {
                f(&devices, &layout)?;
            }
        }
        Ok(())
    });
}

/// Sums and means of these values have the same bits along all axes.
fn agree<T: Values + Floating + Numeric<Sum = T>>(
    devices: &Devices,
    layout: &Layout,
    value: impl Fn(usize) -> T,
) -> Result<()> {
    let shape = layout.shape().clone();
    let here = devices.cpu.from_fn(shape.clone(), layout, |index| value(shape.ravel(index)))?;
    let there = here.to_device(&devices.gpu)?;
    for &axes in axes_of(layout) {
        let program = |x: &DistArray<T>| (x.sum(axes), x.mean(axes)).eval();
        let (want, got) = (program(&here)?, program(&there)?);
        same(&format!("sum along {axes:?}"), Bound::Bits, &want.0, &got.0);
        same(&format!("mean along {axes:?}"), Bound::Bits, &want.1, &got.1);
    }
    Ok(())
}

#[test]
fn sums_of_special_values() {
    everywhere(|devices, layout| {
        let special = f32::special();
        agree(devices, layout, |place| special[Random(place as u64).below(special.len() as u64) as usize])
    });
}

#[test]
fn sums_that_cancel() {
    everywhere(|devices, layout| {
        agree(devices, layout, |place| {
            let value = Random(place as u64 / 2).magnitude(100) as f32;
            if place % 2 == 0 { value } else { -value }
        })?;
        agree(devices, layout, |_| -0.0_f32)?;
        agree(devices, layout, |place| f32::from_bits(place as u32 + 1))
    });
}

/// What has no kernel goes to the host, and has its bits as well.
#[test]
fn sums_of_other_floats() {
    everywhere(|devices, layout| {
        agree(devices, layout, |place| Random(place as u64).magnitude(100))?;
        agree(devices, layout, |place| Complex::new(Random(place as u64).magnitude(30) as f32, place as f32))
    });
}

/// Statistics are made of sums: terms that are products are rounded alike everywhere, and so are roots and quotients here.
#[test]
fn statistics_and_what_stays_there() {
    world::on_each([1], |cx| {
        let devices = devices(cx)?;
        let here = cx.from_fn((50, 60), 0, |index| Random(index[0] as u64 * 60 + index[1] as u64).unit() as f32)?;
        let there = here.to_device(&devices.gpu)?;
        let program = |x: &DistArray<f32>| (x.norm(1), x.var(1), x.sum(0), x.max(1)).eval();
        let want = program(&here)?;
        let (bytes, got) = taken(&devices.gpu, || program(&there))?;
        assert_eq!(bytes, 0, "all of it stays on the device");
        same("norm", Bound::Ulps(3.0), &want.0, &got.0);
        same("variance", Bound::Ulps(3.0), &want.1, &got.1);
        same("sum", Bound::Bits, &want.2, &got.2);
        same("greatest", Bound::Bits, &want.3, &got.3);
        Ok(())
    });
}

/// Correctly rounded sums of condition 1e2 to 1e7: the data of acceptance test 4.
#[test]
fn acceptance_04_on_a_gpu() {
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/acceptance/");
    let golden: Value = serde_json::from_slice(&std::fs::read(format!("{FOLDER}ac04_sums.json")).unwrap()).unwrap();
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let cx = devices(cx)?.gpu;
        for name in ["float32_c1e02", "float32_c1e04", "float32_c1e07"] {
            let file = std::fs::read(format!("{FOLDER}{}", golden["files"][name]["file"].as_str().unwrap())).unwrap();
            let start = 10 + usize::from(u16::from_le_bytes([file[8], file[9]]));
            let bytes = file[start..].as_chunks().0;
            let values: Vec<f32> = bytes.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
            let cases = golden["cases"].as_array().unwrap();
            let case = cases.iter().find(|case| case["case"] == name).unwrap();
            let x = cx.from_slice(&values, values.len(), 0)?;
            let sum = x.sum(0).eval()?.item()?;
            assert_eq!(format!("{:08x}", sum.to_bits()), case["exact_sum_rounded_bits"], "{name}");
        }
        Ok(())
    });
}
