//! What the card can do at all: measured before the workloads, by the same process.

use isotherm::prelude::*;
use isotherm::{Transfers, adapters};
use serde_json::{Value, json};

/// The seconds that a limit of the card sets, and the name of this limit.
#[derive(Clone, Copy)]
pub(super) struct Ceiling {
    pub(super) name: &'static str,
    pub(super) seconds: f64,
}

/// Rates in bytes and operations a second, of all cards that the ranks use; 0 for what a card lacks.
#[derive(Clone, Copy, Default)]
pub(super) struct Ceilings {
    pub(super) copy: f64,
    pub(super) read: f64,
    pub(super) f32: f64,
    pub(super) f64: f64,
    /// Up and down.
    pub(super) link: [f64; 2],
    pub(super) staged: [f64; 2],
    pub(super) ordinary: [f64; 2],
    /// Seconds of the host for one kernel.
    pub(super) dispatch: f64,
}

impl Ceilings {
    /// Measure them on rank 0, while the others wait. Collective.
    pub(super) fn measure(cx: &Context) -> Result<Self> {
        let gpu = cx.gpu().expect("the command begins on a GPU");
        let own = if cx.rank() == 0 {
            let Transfers { link, staged, ordinary, .. } = gpu.transfer_bandwidth();
            let peak = |dtype| gpu.arithmetic_peak(dtype).unwrap_or(0.0);
            let [[a, b], [c, d], [e, f]] = [link, staged, ordinary];
            let (copy, read, dispatch) = (gpu.copy_bandwidth(), gpu.read_bandwidth(), gpu.dispatch_seconds());
            vec![copy, read, peak(DType::F32), peak(DType::F64), a, b, c, d, e, f, dispatch]
        } else {
            vec![0.0; 11]
        };
        let all = cx.comm().broadcast(0, &own)?;
        let cards = cx.size().min(adapters().len()).max(1) as f64;
        Ok(Self {
            copy: all[0] * cards,
            read: all[1] * cards,
            f32: all[2] * cards,
            f64: all[3] * cards,
            link: [all[4], all[5]],
            staged: [all[6], all[7]],
            ordinary: [all[8], all[9]],
            dispatch: all[10],
        })
    }

    /// The time to copy an array, of so many bytes read and written together.
    pub(super) fn copy(&self, bytes: f64) -> Ceiling {
        Ceiling { name: "copy", seconds: bytes / self.copy }
    }

    /// The time to read so many bytes.
    pub(super) fn read(&self, bytes: f64) -> Ceiling {
        Ceiling { name: "read", seconds: bytes / self.read }
    }

    /// The time of so many operations in multiply-adds of a dtype.
    pub(super) fn arithmetic(&self, dtype: DType, operations: f64) -> Ceiling {
        match dtype {
            DType::F32 => Ceiling { name: "f32 fma", seconds: operations / self.f32 },
            _ => Ceiling { name: "f64 fma", seconds: operations / self.f64 },
        }
    }

    /// The time of so many bytes on their way down to the host and up again.
    pub(super) fn around(&self, bytes: f64) -> Ceiling {
        Ceiling { name: "link", seconds: bytes / self.link[0] + bytes / self.link[1] }
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let Self { copy, read, f32, f64, link: [up, down], .. } = self;
        let double = if *f64 > 0.0 { format!("{:.0} GFLOP/s", f64 * 1e-9) } else { "none".to_owned() };
        vec![
            format!("copy {:.1} GB/s, read {:.1} GB/s", copy * 1e-9, read * 1e-9),
            format!("fused multiply-adds: f32 {:.0} GFLOP/s, f64 {double}", f32 * 1e-9),
            format!("link: {:.1} GB/s to the device, {:.1} GB/s back", up * 1e-9, down * 1e-9),
        ]
    }

    pub(super) fn json(&self) -> Value {
        let Self { copy, read, f32, f64, link, staged, ordinary, dispatch } = self;
        json!({
            "copy_bytes_per_second": copy, "read_bytes_per_second": read,
            "f32_operations_per_second": f32, "f64_operations_per_second": f64,
            "link_bytes_per_second": link, "staged_bytes_per_second": staged, "ordinary_bytes_per_second": ordinary,
            "dispatch_seconds": dispatch,
        })
    }
}
