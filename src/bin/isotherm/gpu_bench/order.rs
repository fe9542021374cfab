//! Running sums and orders of keys.
//!
//! Arrays have neither yet. When they have, `scan` becomes a workload of `sizes.elements` elements of f32 against a copy, and `sort` one of as many i32, whose
//! amount is counted in keys and held against the target below (`Amount` in `task.rs`, `Measured::meets` in `record.rs`).

use isotherm::prelude::*;

use super::record::{Outcome, Record};
use super::sizes::Sizes;
use super::task::Target;

const SORTED: Target = Target::Keys(8e9);

/// What there is to say of them.
pub(super) fn missing(sizes: &Sizes) -> Vec<Record> {
    let one = |name, dtype, target| {
        let outcome = Outcome::LeftOut("arrays have no such method yet".to_owned());
        let (case, size) = (sizes.elements.to_string(), vec![sizes.elements]);
        Record { name, case, dtype: Some(dtype), size, target, outcome }
    };
    vec![one("scan", DType::F32, None), one("sort", DType::I32, Some(SORTED))]
}
