//! The element-wise operations: their names, and which dtypes they take and give.

use crate::dtype::DType;

/// A function of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the array API function of the same name")]
pub enum Unary {
    Negative,
    Abs,
    Sign,
    Square,
    Reciprocal,
    Floor,
    Ceil,
    Trunc,
    Round,
    Sqrt,
    Exp,
    Exp2,
    Expm1,
    Log,
    Log1p,
    Log2,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Conj,
    Real,
    Imag,
    IsNan,
    IsInf,
    IsFinite,
    Signbit,
    LogicalNot,
    BitwiseInvert,
}

/// A function of two elements of one dtype that gives the same dtype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the array API function of the same name")]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Pow,
    Atan2,
    Hypot,
    LogAddExp,
    CopySign,
    NextAfter,
    Maximum,
    Minimum,
    BitwiseAnd,
    BitwiseOr,
    BitwiseXor,
    LeftShift,
    RightShift,
}

/// A comparison of two elements of one dtype; it gives `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the array API function of the same name")]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// What a reduction makes of the elements along its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the array API function of the same name")]
pub enum Fold {
    Sum,
    /// The sum divided by the number of elements, rounded once.
    Mean,
    Prod,
    Min,
    Max,
    Any,
    All,
    ArgMin,
    ArgMax,
}

impl Unary {
    /// The dtype of the result for elements of `dtype`, or nothing where the function is not defined.
    ///
    /// **Local.**
    pub fn result(self, dtype: DType) -> Option<DType> {
        let part = |dtype| if dtype == DType::C32 { DType::F32 } else { DType::F64 };
        match self {
            Self::Abs if dtype.is_complex() => Some(part(dtype)),
            Self::Negative | Self::Abs | Self::Sign | Self::Square => (dtype != DType::Bool).then_some(dtype),
            Self::Floor | Self::Ceil | Self::Trunc | Self::Round => {
                (dtype.is_integer() || dtype.is_real()).then_some(dtype)
            }
            Self::Conj => dtype.is_complex().then_some(dtype),
            Self::Real | Self::Imag => dtype.is_complex().then(|| part(dtype)),
            Self::IsNan | Self::IsInf | Self::IsFinite => (dtype != DType::Bool).then_some(DType::Bool),
            Self::Signbit => dtype.is_real().then_some(DType::Bool),
            Self::LogicalNot => (dtype == DType::Bool).then_some(dtype),
            Self::BitwiseInvert => (dtype.is_integer() || dtype == DType::Bool).then_some(dtype),
            _ => (dtype.is_real() || dtype.is_complex()).then_some(dtype),
        }
    }
}

impl Binary {
    /// The dtype of the result for elements of `dtype`, or nothing where the function is not defined.
    ///
    /// **Local.**
    pub fn result(self, dtype: DType) -> Option<DType> {
        let defined = match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Pow => dtype != DType::Bool,
            Self::Divide => dtype.is_real() || dtype.is_complex(),
            Self::FloorDivide | Self::Remainder | Self::Maximum | Self::Minimum => {
                dtype.is_integer() || dtype.is_real()
            }
            Self::Atan2 | Self::Hypot | Self::LogAddExp | Self::CopySign | Self::NextAfter => dtype.is_real(),
            Self::BitwiseAnd | Self::BitwiseOr | Self::BitwiseXor => dtype.is_integer() || dtype == DType::Bool,
            Self::LeftShift | Self::RightShift => dtype.is_integer(),
        };
        defined.then_some(dtype)
    }
}

impl Compare {
    /// Whether elements of `dtype` can be compared so: complex numbers have no order.
    ///
    /// **Local.**
    pub fn is_defined(self, dtype: DType) -> bool {
        matches!(self, Self::Equal | Self::NotEqual) || !dtype.is_complex()
    }
}

impl Fold {
    /// The dtype of the result for elements of `dtype`, or nothing where the reduction is not defined.
    ///
    /// **Local.** Sums and products of integers have 64 bits.
    pub fn result(self, dtype: DType) -> Option<DType> {
        match self {
            Self::Sum | Self::Prod => match dtype {
                DType::Bool => None,
                DType::U8 => Some(DType::U64),
                DType::I32 => Some(DType::I64),
                other => Some(other),
            },
            Self::Mean => (dtype.is_real() || dtype.is_complex()).then_some(dtype),
            Self::Min | Self::Max => (!dtype.is_complex()).then_some(dtype),
            Self::ArgMin | Self::ArgMax => (!dtype.is_complex()).then_some(DType::I64),
            Self::Any | Self::All => (dtype == DType::Bool).then_some(dtype),
        }
    }

    /// Whether nothing can be made of no elements.
    ///
    /// **Local.**
    pub fn needs_elements(self) -> bool {
        matches!(self, Self::Min | Self::Max | Self::ArgMin | Self::ArgMax)
    }
}
