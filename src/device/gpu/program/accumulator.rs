//! What reductions keep of the elements seen so far: its dtype, how two become one, and what it begins with.

use crate::device::gpu::Gpu;
use crate::dtype::DType;
use crate::program::Fold;

/// The rule of one reduction on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Accumulator {
    /// The dtype of the elements.
    from: DType,
    /// That of the states.
    pub(super) dtype: DType,
    combine: &'static str,
    start: Start,
    /// Whether states know which element theirs is: then `combine` says whether one comes before another.
    pub(super) places: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Start {
    Zero,
    One,
    Least,
    Greatest,
}

impl Accumulator {
    /// The rule for elements of `from`; nothing where the device cannot keep its states.
    ///
    /// Sums and products of floats are kept in the widest floats that the device has: memory bounds them anyway, and rounding errors of a fold of any
    /// length are then below those of the result. Bytes are kept as whole words.
    pub(super) fn new(fold: Fold, from: DType, gpu: &Gpu) -> Option<Self> {
        let wide = match from {
            DType::U8 => DType::U64,
            DType::I32 => DType::I64,
            DType::F32 if gpu.supports(DType::F64) => DType::F64,
            DType::C32 if gpu.supports(DType::C64) => DType::C64,
            other => other,
        };
        let same = if matches!(from, DType::Bool | DType::U8) { DType::I32 } else { from };
        let (dtype, combine, start) = match fold {
            Fold::Sum | Fold::Mean => (wide, "add", Start::Zero),
            Fold::Prod => (wide, "multiply", Start::One),
            Fold::Min => (same, "least", Start::Greatest),
            Fold::Max => (same, "greatest", Start::Least),
            Fold::All => (same, "least", Start::One),
            Fold::Any => (same, "greatest", Start::Zero),
            Fold::ArgMin => (same, "is_least", Start::Zero),
            Fold::ArgMax => (same, "is_greatest", Start::Zero),
        };
        let places = matches!(fold, Fold::ArgMin | Fold::ArgMax);
        gpu.supports(dtype).then_some(Self { from, dtype, combine, start, places })
    }

    /// The rule that folds states of this one.
    pub(super) fn of_states(self) -> Self {
        Self { from: self.dtype, ..self }
    }

    /// An element as a state.
    pub(super) fn of(&self, value: &str) -> String {
        if self.from == self.dtype {
            value.to_owned()
        } else {
            format!("cast_{}_{}({value})", self.from.name(), self.dtype.name())
        }
    }

    /// Two states as one.
    pub(super) fn both(&self, one: &str, other: &str) -> String {
        format!("{}_{}({one}, {other})", self.combine, self.dtype.name())
    }

    /// Whether one element, with its number, comes before another.
    pub(super) fn is_first(&self, [one, its]: [&str; 2], [other, others]: [&str; 2]) -> String {
        format!("{}_{}({one}, {its}, {other}, {others})", self.combine, self.dtype.name())
    }

    /// The state that has seen nothing.
    pub(super) fn start(&self) -> &'static str {
        match (self.start, self.dtype) {
            // -0, to which any float can be added without a trace; 0 would make a sum of -0 another.
            (Start::Zero, DType::F32) => "scalar_f32(0x80000000u)",
            (Start::Zero, DType::F64) => "scalar_f64(0u, 0x80000000u)",
            (Start::Zero, DType::C32) => "scalar_c32(0x80000000u, 0x80000000u)",
            (Start::Zero, DType::C64) => "scalar_c64(0u, 0x80000000u, 0u, 0x80000000u)",
            (Start::Zero, DType::I64) => "i64()",
            (Start::Zero | Start::Least, DType::U64) => "u64()",
            (Start::Zero, _) => "i32()",
            (Start::One, DType::F32) => "1.0f",
            (Start::One, DType::F64) => "1.0lf",
            (Start::One, DType::C32) => "vec2<f32>(1.0f, 0.0f)",
            (Start::One, DType::C64) => "vec2<f64>(1.0lf, 0.0lf)",
            (Start::One, DType::I64) => "1li",
            (Start::One, DType::U64) => "1lu",
            (Start::One, _) => "1i",
            (Start::Greatest, DType::F32) => "scalar_f32(0x7f800000u)",
            (Start::Least, DType::F32) => "scalar_f32(0xff800000u)",
            (Start::Greatest, DType::F64) => "scalar_f64(0u, 0x7ff00000u)",
            (Start::Least, DType::F64) => "scalar_f64(0u, 0xfff00000u)",
            (Start::Greatest, DType::I64) => "scalar_i64(0xffffffffu, 0x7fffffffu)",
            (Start::Least, DType::I64) => "scalar_i64(0u, 0x80000000u)",
            (Start::Greatest, DType::U64) => "scalar_u64(0xffffffffu, 0xffffffffu)",
            (Start::Greatest, _) => "scalar_i32(0x7fffffffu)",
            (Start::Least, _) => "scalar_i32(0x80000000u)",
        }
    }

    /// What states are in shared memory and in arrays.
    pub(super) fn stored(&self) -> &'static str {
        match self.dtype {
            DType::C32 => "vec2<f32>",
            DType::C64 => "vec2<f64>",
            other => other.name(),
        }
    }
}
