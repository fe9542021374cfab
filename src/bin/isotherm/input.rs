//! Files as arrays of the dtype that a command computes in.

use std::path::Path;

use isotherm::io::{self, CsvArray, csv};
use isotherm::prelude::*;

/// The dtype to compute in with the numbers of a file: f32 if they are that, else f64.
pub(crate) fn real_dtype(cx: &Context, path: &Path) -> Result<DType> {
    Ok(if io::dtype_of(cx, path)? == DType::F32 { DType::F32 } else { DType::F64 })
}

/// Read a file; of an `.npy` file the real numbers of any dtype, converted as NumPy's `astype` does.
pub(crate) fn read<T: csv::Field>(cx: &Context, path: &Path, placement: &Placement) -> Result<DistArray<T>> {
    Ok(read_with_names(cx, path, placement)?.array)
}

/// As [`read`], with the columns' names where a text table has a header.
pub(crate) fn read_with_names<T: csv::Field>(cx: &Context, path: &Path, placement: &Placement) -> Result<CsvArray<T>> {
    let binary = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("npy"));
    if !binary {
        return io::read_with_names(cx, path, placement.clone());
    }
    let array = match io::dtype_of(cx, path)? {
        dtype if dtype == T::DTYPE => io::read(cx, path, placement.clone()),
        DType::Bool => converted::<bool, T>(cx, path, placement),
        DType::U8 => converted::<u8, T>(cx, path, placement),
        DType::I32 => converted::<i32, T>(cx, path, placement),
        DType::I64 => converted::<i64, T>(cx, path, placement),
        DType::U64 => converted::<u64, T>(cx, path, placement),
        DType::F32 => converted::<f32, T>(cx, path, placement),
        DType::F64 => converted::<f64, T>(cx, path, placement),
        complex => {
            let message = format!("{} holds {complex}, which has no order and no real distance", path.display());
            Err(Error::new(ErrorKind::DType, message))
        }
    }?;
    Ok(CsvArray { array, names: None })
}

fn converted<F: csv::Field, T: Element>(cx: &Context, path: &Path, placement: &Placement) -> Result<DistArray<T>> {
    io::read::<F>(cx, path, placement.clone())?.cast().eval()
}
