//! How NumPy spells the dtype of a file: byte order, kind, bytes.

use crate::dtype::DType;

/// Which byte of an element comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant first (`<`).
    Little,
    /// Most significant first (`>`).
    Big,
}

impl ByteOrder {
    /// The order of this machine. Elements of one byte count as having it.
    pub const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };
}

/// The kind and size of each dtype, as NumPy writes them after the byte order.
const CODES: [(DType, &str); 9] = [
    (DType::Bool, "b1"),
    (DType::U8, "u1"),
    (DType::I32, "i4"),
    (DType::I64, "i8"),
    (DType::U64, "u8"),
    (DType::F32, "f4"),
    (DType::F64, "f8"),
    (DType::C32, "c8"),
    (DType::C64, "c16"),
];

/// The descr of `dtype`, with `|` where order means nothing.
pub(super) fn write(dtype: DType, order: ByteOrder) -> String {
    let mark = match order {
        _ if dtype.bytes() == 1 => '|',
        ByteOrder::Little => '<',
        ByteOrder::Big => '>',
    };
    let code = CODES.iter().find(|(known, _)| *known == dtype).expect("the table holds every dtype").1;
    format!("{mark}{code}")
}

/// The dtype and order of `descr`, or why we have none.
pub(super) fn parse(descr: &str) -> Result<(DType, ByteOrder), String> {
    let unknown = || {
        let known: Vec<&str> = CODES.iter().map(|(_, code)| *code).collect();
        let short: String = descr.chars().take(40).collect();
        format!("dtype {short:?} is none of {} with '<', '>', '=' or '|' before it", known.join(", "))
    };
    let mut letters = descr.chars();
    let mark = letters.next().ok_or_else(unknown)?;
    let code = letters.as_str();
    if mark == 'O' || code.starts_with('O') {
        return Err(format!("object dtype {descr:?}: it is a pickle, a program that is never run here"));
    }
    let dtype = CODES.iter().find(|(_, known)| *known == code).ok_or_else(unknown)?.0;
    let order = match mark {
        '|' if dtype.bytes() > 1 => return Err(format!("dtype {descr:?} does not say its byte order")),
        '<' | '>' | '=' | '|' if dtype.bytes() == 1 => ByteOrder::NATIVE,
        '=' => ByteOrder::NATIVE,
        '<' => ByteOrder::Little,
        '>' => ByteOrder::Big,
        _ => return Err(unknown()),
    };
    Ok((dtype, order))
}
