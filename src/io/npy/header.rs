//! The header: magic, version, length, and a Python dict of three entries.

use crate::dtype::DType;
use crate::error::LocalError;
use crate::io::Source;
use crate::io::npy::descr::{self, ByteOrder};
use crate::io::npy::literal::{Cursor, Malformed};
use crate::shape::Shape;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// No header that NumPy writes for our dtypes comes near it; more is never read.
const LONGEST: usize = 1 << 16;
/// NumPy aligns the first element for memory maps.
const ALIGNMENT: usize = 64;
/// NumPy leaves room for the slowest axis to grow to any 64-bit extent without moving the elements.
const GROWTH_DIGITS: usize = 21;

/// What a `.npy` file holds, and where.
///
/// ```
/// use isotherm::io::npy::Header;
/// use isotherm::{DType, Shape};
/// let header = Header::new(DType::F64, Shape::from((3, 4)));
/// let bytes = header.to_bytes();
/// assert_eq!(bytes.len(), 128);
/// assert_eq!(Header::parse(&bytes, header.file_len()).unwrap(), header);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The dtype of the elements.
    pub dtype: DType,
    /// The order of their bytes.
    pub byte_order: ByteOrder,
    /// Whether the first axis is the fastest. The elements then are those of the reversed shape in row-major order.
    pub fortran: bool,
    /// The extents as the array has them, in either order of the elements.
    pub shape: Shape,
    /// The offset of the first element in the file.
    pub data_start: u64,
}

impl Header {
    /// The header that NumPy writes for a row-major array on this machine.
    ///
    /// **Local.**
    pub fn new(dtype: DType, shape: Shape) -> Self {
        Self::ordered(dtype, shape, false)
    }

    /// The header that NumPy writes for an array in C or Fortran order on this machine.
    ///
    /// **Local.**
    pub fn ordered(dtype: DType, shape: Shape, fortran: bool) -> Self {
        let mut header = Self { dtype, byte_order: ByteOrder::NATIVE, fortran, shape, data_start: 0 };
        header.data_start = header.to_bytes().len() as u64;
        header
    }

    /// The length of a file with this header.
    ///
    /// **Local.** Saturates for a shape that [`Shape::checked`] refuses.
    pub fn file_len(&self) -> u64 {
        let bytes = (self.shape.size() as u64).saturating_mul(self.dtype.bytes() as u64);
        self.data_start.saturating_add(bytes)
    }

    /// Read the header of a file.
    ///
    /// **Local.** At most 64 KiB are read; nothing as large as the array is allocated.
    ///
    /// # Errors
    /// As [`Header::parse`], with the file's name.
    pub fn read(source: &Source) -> Result<Self, LocalError> {
        let mut prefix = [0; 12];
        let len = source.read_at(&mut prefix, 0)?;
        let whole = prefix_of(&prefix[..len]).map_or(len, |(start, len)| (start + len).min(LONGEST));
        let mut bytes = vec![0; whole.min(usize::try_from(source.len()).unwrap_or(usize::MAX))];
        source.read_exact_at(&mut bytes, 0)?;
        Self::try_parse(&bytes, source.len()).map_err(|Malformed { at, reason }| source.error(Byte(at), reason))
    }

    /// The header in the first `bytes` of a file that is `file_len` bytes long.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the bytes are no header, or one of an array that we do not have (an object, structured or unknown dtype, an
    /// extent or a size out of range), or when the file is longer or shorter than its header says.
    pub fn parse(bytes: &[u8], file_len: u64) -> Result<Self, LocalError> {
        Self::try_parse(bytes, file_len)
            .map_err(|Malformed { at, reason }| LocalError::new(format!("{}: {reason}", Byte(at))))
    }

    fn try_parse(bytes: &[u8], file_len: u64) -> Result<Self, Malformed> {
        let (start, len) = prefix_of(bytes)?;
        if start + len > LONGEST {
            return Err(malformed(8, format!("a header of {len} bytes; more than {LONGEST} are not read")));
        }
        let Some(text) = bytes.get(start..start + len) else {
            let reason = format!("truncated: the header ends at byte {}, the file at {file_len}", start + len);
            return Err(malformed(start, reason));
        };
        let text = std::str::from_utf8(text)
            .map_err(|error| malformed(start + error.valid_up_to(), "the header is no text".to_owned()))?;
        let mut header =
            dict(text).map_err(|Malformed { at, reason }| malformed(start + at, format!("in the header: {reason}")))?;
        header.data_start = (start + len) as u64;
        header.check_len(start, file_len)?;
        Ok(header)
    }

    fn check_len(&self, at: usize, file_len: u64) -> Result<(), Malformed> {
        let Self { dtype, shape, .. } = self;
        if let Err(error) = shape.clone().checked(dtype.bytes()) {
            return Err(malformed(at, error.message().to_owned()));
        }
        let wanted = self.file_len();
        if wanted == file_len {
            return Ok(());
        }
        let what = if file_len < wanted { "truncated" } else { "too long" };
        let place = usize::try_from(file_len.min(wanted)).unwrap_or(usize::MAX);
        Err(malformed(place, format!("{what}: {dtype} of shape {shape} make {wanted} bytes, the file has {file_len}")))
    }

    /// The bytes of the header, the same that NumPy writes.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the text does not fit the format's 64 KiB, which takes thousands of axes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let descr = descr::write(self.dtype, self.byte_order);
        let fortran = if self.fortran { "True" } else { "False" };
        let growing = if self.fortran { self.shape.last() } else { self.shape.first() };
        let spare = growing.map_or(0, |extent| GROWTH_DIGITS - extent.to_string().len());
        let dict = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {}, }}", self.shape);
        let start = MAGIC.len() + 4;
        let text = dict.len() + spare + 1;
        // A whole further line where it is aligned already: NumPy does so.
        let len = text + ALIGNMENT - (start + text) % ALIGNMENT;
        let mut bytes = Vec::with_capacity(start + len);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[1, 0]);
        bytes.extend_from_slice(&u16::try_from(len).expect("thousands of axes").to_le_bytes());
        bytes.extend_from_slice(dict.as_bytes());
        bytes.resize(start + len - 1, b' ');
        bytes.push(b'\n');
        bytes
    }
}

/// A place in a file, as errors write it.
struct Byte(usize);

impl std::fmt::Display for Byte {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "byte {}", self.0)
    }
}

fn malformed(at: usize, reason: String) -> Malformed {
    Malformed { at, reason }
}

/// Where the text of the header begins, and its length.
fn prefix_of(bytes: &[u8]) -> Result<(usize, usize), Malformed> {
    let truncated =
        || malformed(bytes.len(), "truncated: the file ends within the first bytes of the header".to_owned());
    if !bytes.starts_with(&MAGIC[..MAGIC.len().min(bytes.len())]) {
        return Err(malformed(0, "no NPY file: it does not begin with \\x93NUMPY".to_owned()));
    }
    let &[major, minor] = bytes.get(6..8).ok_or_else(truncated)? else { unreachable!("a slice of two bytes") };
    match (major, minor) {
        (1, 0) => {
            let len = bytes.get(8..10).ok_or_else(truncated)?;
            Ok((10, usize::from(u16::from_le_bytes([len[0], len[1]]))))
        }
        (2 | 3, 0) => {
            let len = bytes.get(8..12).ok_or_else(truncated)?;
            Ok((12, u32::from_le_bytes([len[0], len[1], len[2], len[3]]) as usize))
        }
        _ => Err(malformed(6, format!("version {major}.{minor} of the format; 1.0, 2.0 and 3.0 are known"))),
    }
}

/// The three entries, in any order, each once. The header's `data_start` is not known here.
fn dict(text: &str) -> Result<Header, Malformed> {
    let mut cursor = Cursor::new(text);
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    cursor.expect('{')?;
    let mut comma = true;
    while !cursor.take('}') {
        if !comma {
            return Err(cursor.expected("',' or '}'"));
        }
        let key = cursor.string()?;
        cursor.expect(':')?;
        let before = match key {
            "descr" => descr.replace(dtype(&mut cursor)?).is_some(),
            "fortran_order" => fortran.replace(cursor.boolean()?).is_some(),
            "shape" => shape.replace(cursor.extents()?).is_some(),
            _ => return Err(cursor.malformed(format!("unknown key {:?}", key.chars().take(40).collect::<String>()))),
        };
        if before {
            return Err(cursor.malformed(format!("the key {key:?} comes twice")));
        }
        comma = cursor.take(',');
    }
    if cursor.peek().is_some() {
        return Err(cursor.expected("the end of the header"));
    }
    let missing = |key: &str| malformed(0, format!("the key {key:?} is missing"));
    let (dtype, byte_order) = descr.ok_or_else(|| missing("descr"))?;
    let fortran = fortran.ok_or_else(|| missing("fortran_order"))?;
    let shape = shape.ok_or_else(|| missing("shape"))?.into_iter().collect();
    Ok(Header { dtype, byte_order, fortran, shape, data_start: 0 })
}

fn dtype(cursor: &mut Cursor<'_>) -> Result<(DType, ByteOrder), Malformed> {
    if matches!(cursor.peek(), Some('[' | '(')) {
        return Err(cursor.malformed("a structured dtype; arrays here hold plain numbers"));
    }
    let text = cursor.string()?;
    descr::parse(text).map_err(|reason| cursor.malformed(reason))
}
