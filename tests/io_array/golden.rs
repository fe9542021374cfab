//! Files that NumPy wrote, in both orders of axes and of bytes.

use isotherm::io::{read_npy, write_npy, write_npy_fortran};
use isotherm::prelude::*;
use serde_json::Value as Json;

use super::cases::{RANKS, layouts};
use super::folder::{Folder, golden};
use crate::world;

fn entry<T: Element>(entry: &Json, folder: &Folder) {
    let name = entry["file"].as_str().unwrap();
    let shape: Shape = entry["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let fortran = entry["fortran"].as_bool().unwrap();
    // What is written is in this machine's order of bytes.
    let rewritten = entry["numpy_default"].as_bool().unwrap() && !entry["big"].as_bool().unwrap();
    let written = folder.path(name);
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for layout in layouts(&shape, ranks) {
                let x = read_npy::<T>(cx, golden(name), &layout)?;
                let bytes = bytemuck::cast_slice::<T, u8>(&x.gather()?).to_vec();
                let hex = bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
                assert_eq!(hex, entry["bytes"].as_str().unwrap(), "{name} as {layout}");
                if rewritten {
                    if fortran {
                        write_npy_fortran(&x, &written)?;
                    } else {
                        write_npy(&x, &written)?;
                    }
                    assert_eq!(std::fs::read(&written).unwrap(), std::fs::read(golden(name)).unwrap(), "{name}");
                    cx.comm().barrier()?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn files_of_numpy_are_read_and_written_by_any_ranks() {
    let entries: Vec<Json> = serde_json::from_slice(&std::fs::read(golden("manifest.json")).unwrap()).unwrap();
    assert_eq!(entries.len(), 34);
    let folder = Folder::new("array-golden");
    for one in &entries {
        match one["dtype"].as_str().unwrap().parse::<DType>().unwrap() {
            DType::Bool => entry::<bool>(one, &folder),
            DType::U8 => entry::<u8>(one, &folder),
            DType::I32 => entry::<i32>(one, &folder),
            DType::I64 => entry::<i64>(one, &folder),
            DType::U64 => entry::<u64>(one, &folder),
            DType::F32 => entry::<f32>(one, &folder),
            DType::F64 => entry::<f64>(one, &folder),
            DType::C32 => entry::<isotherm::Complex<f32>>(one, &folder),
            DType::C64 => entry::<isotherm::Complex<f64>>(one, &folder),
        }
    }
}
