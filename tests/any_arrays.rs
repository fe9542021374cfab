//! Arrays whose dtype is a value: promotion, scalars, what is refused, and that all of it is the typed layer's.

#[path = "common/world.rs"]
mod world;

use isotherm::any::{self, AnyArray, AnyExpr, AnyLike};
use isotherm::prelude::*;
use isotherm::program::{Binary, Compare, Fold, Scalar, Unary};
use isotherm::{Complex, Statistic};

/// Three elements of every dtype, on as many ranks.
fn of(cx: &Context, dtype: DType) -> Result<AnyArray> {
    AnyArray::from(cx.from_slice(&[1_u8, 0, 3], 3, 0)?).cast(dtype).eval()
}

fn on_three(f: impl Fn(&Context) -> Result<()> + Send + Sync) {
    world::on_each([3], f);
}

/// The kind and message of an expression that must not evaluate.
fn refused(expr: AnyExpr) -> (ErrorKind, String) {
    let error = expr.eval().expect_err("this cannot be computed");
    (error.kind(), error.message().to_owned())
}

#[test]
fn downcasts_name_both_dtypes() {
    on_three(|cx| {
        for dtype in DType::ALL {
            let x = of(cx, dtype)?;
            assert_eq!((x.dtype(), x.shape(), x.ndim()), (dtype, &Shape::from(3), 1));
            assert_eq!(x.layout().split_axis(), Some(0));
            assert_eq!(x.clone().downcast::<f32>().is_ok(), dtype == DType::F32);
        }
        let error = DistArray::<f32>::try_from(of(cx, DType::U8)?).expect_err("it is not f32");
        assert_eq!((error.kind(), error.message()), (ErrorKind::DType, "a u8 array where one of f32 is needed"));
        assert_eq!(of(cx, DType::I32)?.gather::<i32>()?, [1, 0, 3]);
        assert_eq!(of(cx, DType::I32)?.gather_on::<i32>(0)?.is_some(), cx.rank() == 0);
        assert!(of(cx, DType::I32)?.gather::<i64>().is_err_and(|error| error.kind() == ErrorKind::DType));
        Ok(())
    });
}

#[test]
fn arrays_promote_by_the_table() {
    on_three(|cx| {
        for a in DType::ALL {
            for b in DType::ALL {
                let (x, y) = (of(cx, a)?, of(cx, b)?);
                let both = a.promote(b);
                assert_eq!(x.compare(Compare::Equal, &y).eval()?.gather::<bool>()?[..2], [true; 2], "{a} == {b}");
                let chosen = of(cx, DType::Bool)?.select(&x, &y).eval()?;
                assert_eq!(chosen.dtype(), both, "{a} or {b}");
                let sum = x.binary(Binary::Add, &y).eval();
                match sum {
                    Ok(sum) => assert_eq!(sum.dtype(), both, "{a} + {b}"),
                    Err(error) => assert_eq!((error.kind(), both), (ErrorKind::DType, DType::Bool), "{a} + {b}"),
                }
            }
        }
        Ok(())
    });
}

/// The table of the module's documentation.
#[test]
fn scalars_are_weak() {
    use DType::{Bool, C32, C64, F32, F64, I32, I64, U8, U64};
    let scalars: [Scalar; 4] = [true.into(), 2_i64.into(), 0.5.into(), Complex::new(0.5, 1.0).into()];
    on_three(|cx| {
        let table = [
            (Bool, [Bool, I64, F64, C64]),
            (U8, [U8, U8, F64, C64]),
            (I32, [I32, I32, F64, C64]),
            (I64, [I64, I64, F64, C64]),
            (U64, [U64, U64, F64, C64]),
            (F32, [F32, F32, F32, C32]),
            (F64, [F64, F64, F64, C64]),
            (C32, [C32; 4]),
            (C64, [C64; 4]),
        ];
        for (dtype, results) in table {
            for (scalar, result) in scalars.into_iter().zip(results) {
                let x = of(cx, dtype)?;
                let chosen = of(cx, Bool)?.select(&x, scalar).eval()?;
                assert_eq!(chosen.dtype(), result, "{dtype} with {scalar}");
                let other_way = of(cx, Bool)?.select(scalar, &x).eval()?;
                assert_eq!(other_way.dtype(), result, "{scalar} with {dtype}");
            }
        }
        let x = of(cx, I32)?;
        assert_eq!(Scalar::I64(5).binary(Binary::Subtract, &x).eval()?.gather::<i32>()?, [4, 5, 2]);
        assert_eq!(of(cx, F32)?.binary(Binary::Add, 0.1).eval()?.gather::<f32>()?[1], 0.1);
        Ok(())
    });
}

#[test]
fn functions_of_floats_take_integers_as_f64() {
    on_three(|cx| {
        for dtype in [DType::Bool, DType::U8, DType::I32, DType::I64, DType::U64] {
            let x = of(cx, dtype)?;
            assert_eq!(x.unary(Unary::Exp).eval()?.dtype(), DType::F64, "exp of {dtype}");
            assert_eq!(x.unary(Unary::Sqrt).eval()?.gather::<f64>()?[..2], [1.0, 0.0], "sqrt of {dtype}");
            assert_eq!(x.binary(Binary::Divide, &x).eval()?.gather::<f64>()?[0], 1.0, "{dtype} / {dtype}");
            assert_eq!(x.binary(Binary::Hypot, 2).eval()?.gather::<f64>()?[1], 2.0, "hypot of {dtype}");
        }
        assert_eq!(of(cx, DType::F32)?.unary(Unary::Exp).eval()?.dtype(), DType::F32);
        assert_eq!(of(cx, DType::U8)?.binary(Binary::Divide, of(cx, DType::F32)?).eval()?.dtype(), DType::F32);
        assert_eq!(of(cx, DType::I32)?.unary(Unary::LogicalNot).eval()?.gather::<bool>()?, [false, true, false]);
        assert_eq!(of(cx, DType::C32)?.unary(Unary::Abs).eval()?.dtype(), DType::F32);
        assert_eq!(of(cx, DType::I64)?.unary(Unary::Conj).eval()?.gather::<i64>()?, [1, 0, 3]);
        Ok(())
    });
}

#[test]
fn what_is_not_defined_is_refused_with_the_dtypes() {
    on_three(|cx| {
        let of = |dtype| of(cx, dtype);
        let (flags, bytes, z) = (of(DType::Bool)?, of(DType::U8)?, of(DType::C64)?);
        let kind = |expr: AnyExpr| refused(expr).0;
        assert_eq!(refused(flags.binary(Binary::Add, &flags)).1, "Add of bool and bool is not defined");
        assert_eq!(refused(bytes.binary(Binary::Add, 256)), (ErrorKind::Argument, "256 is no u8".to_owned()));
        assert_eq!(kind(bytes.binary(Binary::Subtract, -1)), ErrorKind::Argument);
        assert_eq!(kind(flags.unary(Unary::Negative)), ErrorKind::DType);
        assert_eq!(kind(of(DType::F64)?.binary(Binary::BitwiseAnd, 1)), ErrorKind::DType);
        assert_eq!(kind(z.compare(Compare::Less, &z)), ErrorKind::DType);
        assert_eq!(kind(bytes.select(&z, &z)), ErrorKind::DType);
        assert_eq!(kind(bytes.binary(Binary::Add, cx.zeros::<u8>(4, 0)?.expr())), ErrorKind::Shape);
        // The first error is the one that is told.
        let nested = bytes.binary(Binary::Add, 256).unary(Unary::Real).binary(Binary::BitwiseAnd, 0.5);
        assert_eq!(refused(nested).1, "256 is no u8");
        for statistic in [Fold::Min, Fold::ArgMax] {
            let error = z.reduce(statistic, 0).eval().expect_err("complex numbers have no order");
            assert_eq!(error.kind(), ErrorKind::DType, "{statistic:?}");
        }
        let none = Scalar::I64(1).binary(Binary::Add, 2).eval().expect_err("no array, no context");
        assert_eq!(none.kind(), ErrorKind::Context);
        Ok(())
    });
}

#[test]
fn statistics_of_every_dtype() {
    on_three(|cx| {
        for dtype in DType::ALL {
            let x = of(cx, dtype)?;
            let exact = dtype == DType::Bool || dtype.is_integer();
            let total = x.reduce(Fold::Sum, None).eval()?;
            let wide = if dtype == DType::Bool { DType::I64 } else { Fold::Sum.result(dtype).expect("a sum") };
            assert_eq!(total.dtype(), wide, "sum of {dtype}");
            assert_eq!(total.item()?.cast(DType::I64), Scalar::I64(if dtype == DType::Bool { 2 } else { 4 }));
            let mean = x.reduce(Fold::Mean, None).eval()?;
            assert_eq!(mean.dtype(), if exact { DType::F64 } else { dtype }, "mean of {dtype}");
            let spread = x.reduce(Statistic::Variance, 0).ddof(1).keep().eval()?;
            assert_eq!(spread.shape(), &Shape::from(1));
            assert_eq!(spread.dtype(), Unary::Abs.result(mean.dtype()).expect("a part"), "variance of {dtype}");
            assert_eq!(x.reduce(Fold::Any, 0).eval()?.item()?, Scalar::Bool(true));
            if !dtype.is_complex() {
                assert_eq!(x.reduce(Fold::Min, None).eval()?.item()?, Scalar::U8(0).cast(dtype), "least of {dtype}");
                assert_eq!(x.reduce(Fold::ArgMin, None).eval()?.item()?, Scalar::I64(1), "place of it in {dtype}");
            }
        }
        let empty = AnyArray::from(cx.zeros::<bool>(0, 0)?);
        assert!(empty.reduce(Fold::Max, None).eval().is_err_and(|error| error.kind() == ErrorKind::Shape));
        Ok(())
    });
}

#[test]
fn several_roots_are_one_evaluation() {
    on_three(|cx| {
        let x = of(cx, DType::I32)?;
        let halves = x.binary(Binary::Divide, 2);
        let (y, least, most) = (halves.clone(), halves.reduce(Fold::Min, 0), halves.reduce(Fold::Max, 0)).eval()?;
        assert_eq!(y.gather::<f64>()?, [0.5, 0.0, 1.5]);
        assert_eq!((least.item()?, most.item()?), (Scalar::F64(0.0), Scalar::F64(1.5)));
        Ok(())
    });
}

#[test]
fn joins_promote_and_places_take_values_that_fit() {
    on_three(|cx| {
        let (x, y) = (of(cx, DType::I64)?, of(cx, DType::U8)?);
        let joined = any::concatenate(&[&y, &x], 0)?;
        assert_eq!(joined.gather::<i64>()?, [1, 0, 3, 1, 0, 3]);
        assert_eq!(any::stack(&[&y, &of(cx, DType::F32)?], 1)?.gather::<f32>()?, [1.0, 1.0, 0.0, 0.0, 3.0, 3.0]);
        assert!(any::stack(&[], 0).is_err_and(|error| error.kind() == ErrorKind::Argument));
        assert_eq!(y.pad(&[(1, 0)], 7)?.gather::<u8>()?, [7, 1, 0, 3]);
        assert!(y.pad(&[(1, 0)], -7).is_err_and(|error| error.kind() == ErrorKind::Argument));
        assert!(y.pad(&[(1, 0)], 0.5).is_err_and(|error| error.kind() == ErrorKind::DType));
        let mut z = y.clone();
        z.set(..2, y.slice(1..)?)?;
        assert_eq!((z.gather::<u8>()?, y.get(&[-1])?), (vec![0, 3, 3], Scalar::U8(3)));
        assert!(z.set(0, &x).is_err_and(|error| error.kind() == ErrorKind::DType));
        assert_eq!(x.diff(0)?.gather::<i64>()?, [-1, 3]);
        assert!(of(cx, DType::Bool)?.diff(0).is_err_and(|error| error.kind() == ErrorKind::DType));
        assert!(x.preview()?.ends_with("dtype i64"));
        Ok(())
    });
}

#[test]
fn verbs_and_assignment_keep_the_dtype() {
    on_three(|cx| {
        let mut x = AnyArray::full(cx, (3, 4), Scalar::F32(2.0), 0)?;
        let moved = x.resplit(1)?.balance()?.redistribute(x.layout())?.replicate()?;
        assert_eq!((moved.dtype(), moved.layout().is_replicated()), (DType::F32, true));
        x.assign(x.clone().binary(Binary::Multiply, 3))?;
        x.assign(x.binary(Binary::Add, of(cx, DType::U8)?.reduce(Fold::Max, 0).keep().eval()?.cast(DType::U8)))?;
        assert_eq!(x.gather::<f32>()?, [9.0; 12]);
        let wide = x.assign(of(cx, DType::F64)?.reduce(Fold::Max, 0).eval()?).expect_err("that would narrow");
        assert_eq!((wide.kind(), wide.message()), (ErrorKind::DType, "f64 values do not become f32 unasked"));
        assert!(x.assign(0.1).is_ok() && x.assign(Complex::new(0.0, 1.0)).is_err());
        Ok(())
    });
}
