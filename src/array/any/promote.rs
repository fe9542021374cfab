//! The dtype in which an operation works, as a function of the dtypes it is given.

use crate::dtype::DType;
use crate::expr::{Kind, Node, Statistic};
use crate::program::{Binary, Fold, Unary};

/// The dtype that an array of `dtype` and `value` have together.
pub(super) fn into(dtype: DType, value: &Node) -> DType {
    if is_scalar(value) { with_scalar(dtype, value.dtype) } else { dtype.promote(value.dtype) }
}

fn is_scalar(node: &Node) -> bool {
    matches!(node.kind, Kind::Scalar(_))
}

/// The dtype that two operands have together: by the table, or, where one is a scalar, by its kind.
pub(super) fn common(a: &Node, b: &Node) -> DType {
    match (is_scalar(a), is_scalar(b)) {
        (true, false) => with_scalar(b.dtype, a.dtype),
        (false, true) => with_scalar(a.dtype, b.dtype),
        _ => a.dtype.promote(b.dtype),
    }
}

/// The dtype of an array together with a scalar, of which only the kind counts.
fn with_scalar(array: DType, scalar: DType) -> DType {
    match (kind(array), kind(scalar)) {
        (of_array, of_scalar) if of_scalar <= of_array => array,
        (_, Kinds::Integer) => DType::I64,
        (_, Kinds::Real) => DType::F64,
        _ if array == DType::F32 => DType::C32,
        _ => DType::C64,
    }
}

#[derive(PartialEq, PartialOrd)]
enum Kinds {
    Bool,
    Integer,
    Real,
    Complex,
}

fn kind(dtype: DType) -> Kinds {
    match dtype {
        DType::Bool => Kinds::Bool,
        DType::F32 | DType::F64 => Kinds::Real,
        DType::C32 | DType::C64 => Kinds::Complex,
        _ => Kinds::Integer,
    }
}

/// The dtype in which `op` works on elements of `dtype`.
pub(super) fn of_unary(op: Unary, dtype: DType) -> Option<DType> {
    if op == Unary::LogicalNot {
        return Some(DType::Bool);
    }
    defined_or_float(dtype, |dtype| op.result(dtype).is_some())
}

/// The dtype in which `op` works on two operands that have `dtype` together.
pub(super) fn of_binary(op: Binary, dtype: DType) -> Option<DType> {
    defined_or_float(dtype, |dtype| op.result(dtype).is_some())
}

/// `dtype` itself where an operation has it; `f64` for integers and bools where no integer has it.
fn defined_or_float(dtype: DType, is_defined: impl Fn(DType) -> bool) -> Option<DType> {
    if is_defined(dtype) {
        return Some(dtype);
    }
    let for_floats_only = !is_defined(DType::I64) && is_defined(DType::F64);
    (for_floats_only && kind(dtype) <= Kinds::Integer).then_some(DType::F64)
}

/// The dtype in which a statistic of elements of `dtype` is computed.
pub(super) fn of_statistic(statistic: Statistic, dtype: DType) -> Option<DType> {
    let is_exact = kind(dtype) <= Kinds::Integer;
    match statistic {
        Statistic::Fold(Fold::Any | Fold::All) => Some(DType::Bool),
        Statistic::Fold(Fold::Sum | Fold::Prod) if dtype == DType::Bool => Some(DType::I64),
        Statistic::Fold(Fold::Mean) | Statistic::Variance | Statistic::Deviation | Statistic::Norm if is_exact => {
            Some(DType::F64)
        }
        Statistic::Fold(fold) => fold.result(dtype).is_some().then_some(dtype),
        _ => Some(dtype),
    }
}
