//! The same operations on plain vectors, one element at a time.

use isotherm::Complex;
use isotherm::math::{Elementary, Integer, Part, complex, integer};
use isotherm::prelude::*;
use isotherm::program::{Binary, Compare, Fold, Scalar, Unary};

use crate::arrays::by_dtype;
use crate::golden::same;

/// An operation on earlier nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Unary(Unary, usize),
    Binary(Binary, usize, usize),
    /// A scalar before a node.
    WithScalar(Binary, Scalar, usize),
    Compare(Compare, usize, usize),
    /// Condition, one value, other value.
    Select(usize, usize, usize),
    Cast(DType, usize),
}

/// A whole array in row-major order.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    pub(crate) values: Vec<Scalar>,
}

/// Elements of which many are special; of some seeds few are different, so that there are equal ones to choose from.
pub(crate) fn random(dtype: DType, shape: Shape, mut seed: u64) -> Dense {
    let specials: [f64; 12] =
        [0.0, -0.0, 1.0, -1.0, 2.5, -3.75, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 5e-324, 100.0];
    let integers = [0, 1, -1, 2, 3, 7, 255, i64::from(i32::MIN), i64::MAX, i64::MIN, -100, 12];
    let few = [2, 4, 12, 12][seed as usize % 4];
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % few
    };
    let mut one = || match dtype {
        DType::F32 | DType::F64 => Scalar::F64(specials[next()]).cast(dtype),
        DType::C32 | DType::C64 => Scalar::C64(Complex::new(specials[next()], specials[next()])).cast(dtype),
        _ => Scalar::I64(integers[next()]).cast(dtype),
    };
    let values = (0..shape.size()).map(|_| one()).collect();
    Dense { dtype, shape, values }
}

/// The operands and what the steps make of them.
pub(crate) fn run(operands: &[Dense], steps: &[Step]) -> Vec<Dense> {
    let mut nodes = operands.to_vec();
    for step in steps {
        let node = match *step {
            Step::Unary(op, a) => zipped(&[&nodes[a]], |x| unary(op, x[0])),
            Step::Binary(op, a, b) => both(&nodes[a], &nodes[b], |x, y| binary(op, x, y)),
            Step::WithScalar(op, value, a) => zipped(&[&nodes[a]], |x| binary(op, value, x[0])),
            Step::Compare(op, a, b) => both(&nodes[a], &nodes[b], |x, y| compare(op, x, y)),
            Step::Select(c, a, b) => {
                let dtype = nodes[a].dtype.promote(nodes[b].dtype);
                let arguments = [&nodes[c].cast(DType::Bool), &nodes[a].cast(dtype), &nodes[b].cast(dtype)];
                zipped(&arguments, |x| if x[0] == Scalar::Bool(true) { x[1] } else { x[2] })
            }
            Step::Cast(dtype, a) => nodes[a].cast(dtype),
        };
        nodes.push(Dense { dtype: result(step, &nodes), ..node });
    }
    nodes
}

/// The dtype of a step's result: there may be no element to tell it.
fn result(step: &Step, nodes: &[Dense]) -> DType {
    let dtype = |node: usize| nodes[node].dtype;
    match *step {
        Step::Unary(op, a) => op.result(dtype(a)).unwrap(),
        Step::Binary(op, a, b) => op.result(dtype(a).promote(dtype(b))).unwrap(),
        Step::WithScalar(op, _, a) => op.result(dtype(a)).unwrap(),
        Step::Compare(..) => DType::Bool,
        Step::Select(_, a, b) => dtype(a).promote(dtype(b)),
        Step::Cast(dtype, _) => dtype,
    }
}

fn both(a: &Dense, b: &Dense, f: impl Fn(Scalar, Scalar) -> Scalar) -> Dense {
    let dtype = a.dtype.promote(b.dtype);
    zipped(&[&a.cast(dtype), &b.cast(dtype)], |x| f(x[0], x[1]))
}

/// `f` of the elements of all arguments at each place of the shape that they have together.
fn zipped(arguments: &[&Dense], f: impl Fn(&[Scalar]) -> Scalar) -> Dense {
    let shape = arguments.iter().fold(Shape::from(()), |shape, argument| shape.broadcast(&argument.shape).unwrap());
    let wide: Vec<Dense> = arguments.iter().map(|argument| argument.broadcast(&shape)).collect();
    let at = |i: usize| f(&wide.iter().map(|dense| dense.values[i]).collect::<Vec<_>>());
    Dense { dtype: arguments[0].dtype, values: (0..shape.size()).map(at).collect(), shape }
}

impl Dense {
    pub(crate) fn cast(&self, dtype: DType) -> Self {
        let values = self.values.iter().map(|value| value.cast(dtype)).collect();
        Self { dtype, shape: self.shape.clone(), values }
    }

    pub(crate) fn broadcast(&self, shape: &Shape) -> Self {
        let missing = shape.ndim() - self.shape.ndim();
        let source = |position: usize| {
            let index = shape.unravel(position);
            let own =
                index[missing..].iter().zip(self.shape.iter()).map(|(&i, &extent)| if extent == 1 { 0 } else { i });
            self.values[self.shape.ravel(&own.collect::<Vec<_>>())]
        };
        Self { dtype: self.dtype, shape: shape.clone(), values: (0..shape.size()).map(source).collect() }
    }

    /// A fold along some axes; nothing for sums and means of floats.
    pub(crate) fn reduced(&self, fold: Fold, axes: &[isize], keep: bool) -> Option<Self> {
        let from = if matches!(fold, Fold::Any | Fold::All) { self.cast(DType::Bool) } else { self.clone() };
        let inexact = matches!(fold, Fold::Sum | Fold::Mean) && !self.dtype.is_integer();
        let dtype = if inexact { return None } else { fold.result(from.dtype)? };
        let is_reduced = |axis: usize| axes.contains(&(axis as isize));
        let kept: Shape = self.shape.iter().enumerate().map(|(k, &n)| if is_reduced(k) { 1 } else { n }).collect();
        let mut groups: Vec<Vec<Scalar>> = vec![Vec::new(); kept.size()];
        for (position, &value) in from.values.iter().enumerate() {
            let index = self.shape.unravel(position);
            let place: Vec<usize> = index.iter().enumerate().map(|(k, &i)| if is_reduced(k) { 0 } else { i }).collect();
            groups[kept.ravel(&place)].push(value);
        }
        let values = groups.iter().map(|group| folded(fold, dtype, group)).collect();
        let bare = || self.shape.iter().enumerate().filter(|&(k, _)| !is_reduced(k)).map(|(_, &n)| n).collect();
        Some(Self { dtype, shape: if keep { kept } else { bare() }, values })
    }

    /// Whether these are the same: by bits, and any NaN is any other.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let one = |(&a, &b): (&Scalar, &Scalar)| {
            by_dtype!(a.dtype(), T => {
                let typed = |x: Scalar| T::try_from(x).ok();
                typed(a).zip(typed(b)).is_some_and(|(a, b)| same(a, b))
            })
        };
        self.dtype == other.dtype && self.shape == other.shape && self.values.iter().zip(&other.values).all(one)
    }
}

fn folded(fold: Fold, dtype: DType, group: &[Scalar]) -> Scalar {
    let start = |n: i64| Scalar::I64(n).cast(dtype);
    let wide = group.iter().map(|value| value.cast(dtype));
    match fold {
        Fold::Sum => wide.fold(start(0), |a, b| binary(Binary::Add, a, b)),
        Fold::Prod => wide.fold(start(1), |a, b| binary(Binary::Multiply, a, b)),
        Fold::Any => Scalar::Bool(group.contains(&Scalar::Bool(true))),
        Fold::All => Scalar::Bool(!group.contains(&Scalar::Bool(false))),
        Fold::Min | Fold::Max => group[best(fold == Fold::Max, true, group)],
        _ => Scalar::I64(best(fold == Fold::ArgMax, false, group) as i64),
    }
}

/// The place of the first NaN, else of the least or greatest. Whether -0 is less than 0 is the caller's wish.
fn best(greatest: bool, ordered_zeros: bool, group: &[Scalar]) -> usize {
    let nan = |x: Scalar| compare(Compare::NotEqual, x, x) == Scalar::Bool(true);
    if let Some(first) = group.iter().position(|&x| nan(x)) {
        return first;
    }
    let below = |a: Scalar, b: Scalar| {
        let negative = |x: Scalar| f64::try_from(x.cast(DType::F64)).is_ok_and(f64::is_sign_negative);
        let less = compare(Compare::Less, a, b) == Scalar::Bool(true);
        less || (ordered_zeros && a == b && negative(a) && !negative(b))
    };
    let ahead = |a: Scalar, b: Scalar| if greatest { below(b, a) } else { below(a, b) };
    (1..group.len()).fold(0, |best, i| if ahead(group[i], group[best]) { i } else { best })
}

fn unary(op: Unary, x: Scalar) -> Scalar {
    match x {
        Scalar::Bool(x) => Scalar::Bool(!x),
        Scalar::U8(x) => of_integer(op, x),
        Scalar::I32(x) => of_integer(op, x),
        Scalar::I64(x) => of_integer(op, x),
        Scalar::U64(x) => of_integer(op, x),
        Scalar::F32(x) => of_real(op, x),
        Scalar::F64(x) => of_real(op, x),
        Scalar::C32(x) => of_complex(op, x),
        Scalar::C64(x) => of_complex(op, x),
    }
}

fn of_integer<T: Integer + Into<Scalar>>(op: Unary, x: T) -> Scalar {
    match op {
        Unary::Negative => integer::negative(x).into(),
        Unary::Abs => integer::abs(x).into(),
        Unary::Sign => integer::sign(x).into(),
        Unary::Square => integer::square(x).into(),
        Unary::BitwiseInvert => integer::bitwise_invert(x).into(),
        Unary::Floor => x.into(),
        other => Scalar::Bool(other == Unary::IsFinite),
    }
}

fn of_real<T: Elementary + Into<Scalar> + Copy>(op: Unary, x: T) -> Scalar {
    let float: f64 = f64::try_from(x.into().cast(DType::F64)).unwrap();
    match op {
        Unary::Negative => (-x).into(),
        Unary::Abs => T::abs(x).into(),
        Unary::Sign => T::sign(x).into(),
        Unary::Square => (x * x).into(),
        Unary::Floor => T::floor(x).into(),
        Unary::Sqrt => T::sqrt(x).into(),
        Unary::Exp => T::exp(x).into(),
        Unary::Sin => T::sin(x).into(),
        Unary::IsNan => Scalar::Bool(float.is_nan()),
        _ => Scalar::Bool(float.is_finite()),
    }
}

fn of_complex<P: Part + Into<Scalar>>(op: Unary, x: Complex<P>) -> Scalar
where
    Complex<P>: Into<Scalar>,
{
    match op {
        Unary::Negative => Complex::new(-x.re, -x.im).into(),
        Unary::Conj => Complex::new(x.re, -x.im).into(),
        Unary::Abs => complex::abs(x).into(),
        Unary::Sign => complex::sign(x).into(),
        Unary::Square => complex::square(x).into(),
        Unary::Sqrt => complex::sqrt(x).into(),
        Unary::Exp => complex::exp(x).into(),
        Unary::Sin => complex::sin(x).into(),
        Unary::Imag => x.im.into(),
        Unary::IsNan => Scalar::Bool(x.re.is_nan() || x.im.is_nan()),
        _ => Scalar::Bool(x.re.is_finite() && x.im.is_finite()),
    }
}

fn binary(op: Binary, x: Scalar, y: Scalar) -> Scalar {
    match (x, y) {
        (Scalar::Bool(x), Scalar::Bool(y)) => Scalar::Bool(if op == Binary::BitwiseAnd { x && y } else { x != y }),
        (Scalar::U8(x), Scalar::U8(y)) => of_integers(op, x, y).into(),
        (Scalar::I32(x), Scalar::I32(y)) => of_integers(op, x, y).into(),
        (Scalar::I64(x), Scalar::I64(y)) => of_integers(op, x, y).into(),
        (Scalar::U64(x), Scalar::U64(y)) => of_integers(op, x, y).into(),
        (Scalar::F32(x), Scalar::F32(y)) => of_reals(op, x, y).into(),
        (Scalar::F64(x), Scalar::F64(y)) => of_reals(op, x, y).into(),
        (Scalar::C32(x), Scalar::C32(y)) => of_complexes(op, x, y).into(),
        (Scalar::C64(x), Scalar::C64(y)) => of_complexes(op, x, y).into(),
        other => panic!("{other:?} have not been brought to one dtype"),
    }
}

fn of_integers<T: Integer>(op: Binary, x: T, y: T) -> T {
    match op {
        Binary::Add => integer::add(x, y),
        Binary::Subtract => integer::subtract(x, y),
        Binary::Multiply => integer::multiply(x, y),
        Binary::FloorDivide => integer::floor_divide(x, y),
        Binary::Remainder => integer::remainder(x, y),
        Binary::Maximum => {
            if x < y {
                y
            } else {
                x
            }
        }
        Binary::Minimum => {
            if y < x {
                y
            } else {
                x
            }
        }
        Binary::BitwiseAnd => integer::bitwise_and(x, y),
        Binary::BitwiseXor => integer::bitwise_xor(x, y),
        _ => integer::bitwise_left_shift(x, y),
    }
}

fn of_reals<T: Elementary>(op: Binary, x: T, y: T) -> T {
    match op {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => x / y,
        Binary::FloorDivide => T::floor_divide(x, y),
        Binary::Remainder => T::remainder(x, y),
        Binary::Maximum => T::maximum(x, y),
        Binary::Minimum => T::minimum(x, y),
        _ => T::atan2(x, y),
    }
}

fn of_complexes<P: Part>(op: Binary, x: Complex<P>, y: Complex<P>) -> Complex<P> {
    match op {
        Binary::Add => Complex::new(x.re + y.re, x.im + y.im),
        Binary::Subtract => Complex::new(x.re - y.re, x.im - y.im),
        Binary::Multiply => complex::multiply(x, y),
        _ => complex::divide(x, y),
    }
}

fn compare(op: Compare, x: Scalar, y: Scalar) -> Scalar {
    fn ordered<T: PartialOrd>(op: Compare, x: T, y: T) -> Scalar {
        Scalar::Bool(match op {
            Compare::Equal => x == y,
            Compare::NotEqual => x != y,
            Compare::Less => x < y,
            Compare::LessEqual => x <= y,
            Compare::Greater => x > y,
            Compare::GreaterEqual => x >= y,
        })
    }
    match (x, y) {
        (Scalar::Bool(x), Scalar::Bool(y)) => ordered(op, x, y),
        (Scalar::U8(x), Scalar::U8(y)) => ordered(op, x, y),
        (Scalar::I32(x), Scalar::I32(y)) => ordered(op, x, y),
        (Scalar::I64(x), Scalar::I64(y)) => ordered(op, x, y),
        (Scalar::U64(x), Scalar::U64(y)) => ordered(op, x, y),
        (Scalar::F32(x), Scalar::F32(y)) => ordered(op, x, y),
        (Scalar::F64(x), Scalar::F64(y)) => ordered(op, x, y),
        (x, y) => Scalar::Bool((x == y) == (op == Compare::Equal)),
    }
}
