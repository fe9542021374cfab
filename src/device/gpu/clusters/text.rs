//! What stands in the places of the kernels that compare rows with centres.

use std::fmt::Write;

use crate::dtype::DType;

/// Columns of rows that are kept in registers.
const SHORT: usize = 32;

/// Bytes of centres that a workgroup keeps.
const KEPT: usize = 8 << 10;

/// Trips of all loops of an invocation: below what some software devices allow.
pub(super) const TRIPS: usize = 50_000;

/// How rows of so many columns are compared with so many centres.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) dtype: DType,
    pub(super) columns: usize,
    centers: usize,
}

impl Form {
    pub(super) fn new(dtype: DType, columns: usize, centers: usize) -> Self {
        Self { dtype, columns, centers }
    }

    /// Whether rows are kept in registers, and centres in workgroup memory.
    fn is_short(self) -> bool {
        self.columns <= SHORT && self.columns * self.centers * self.dtype.bytes() <= KEPT
    }

    /// Columns that are loaded together.
    fn pack(self) -> usize {
        if self.columns.is_multiple_of(4) { 4 } else { 1 }
    }

    /// Trips for a row.
    pub(super) fn trips(self) -> usize {
        if self.is_short() { self.centers } else { self.centers.div_ceil(4) * (1 + self.columns / self.pack()) }
    }

    /// The centres as the kernel reads them: one after the other, or four together, column by column.
    pub(super) fn centers<T: Copy + Default>(self, centers: &[T]) -> Vec<T> {
        if self.is_short() {
            return centers.to_vec();
        }
        let group = |group: &[T]| -> Vec<T> {
            let value = |place: usize| group.get(place % 4 * self.columns + place / 4).copied().unwrap_or_default();
            (0..4 * self.columns).map(value).collect()
        };
        centers.chunks(4 * self.columns).flat_map(group).collect()
    }

    /// Types and sizes.
    pub(super) fn head(self) -> String {
        let (name, columns, pack) = (self.dtype.name(), self.columns, self.pack());
        let packed = if pack == 4 { "vec4<T>" } else { "T" };
        let center = if self.is_short() { "V" } else { "vec4<T>" };
        let elements = if self.is_short() { columns * self.centers / pack } else { 1 };
        let (kept, farthest) = (elements.next_power_of_two(), self.farthest());
        let index = if pack == 4 { "rows[at >> 2u][at & 3u]" } else { "rows[at]" };
        format!(
            "alias T = {name};\nalias V = {packed};\nalias C = {center};\nconst COLUMNS = {columns}u;\nconst PACK = {pack}u;\n\
             const FARTHEST: T = {farthest:e};\nconst KEPT = {kept}u;\n\
             fn element(at: u32) -> T {{ return {index}; }}\n"
        )
    }

    /// More than any distance that is told apart from others.
    pub(super) fn farthest(self) -> f64 {
        if self.dtype == DType::F32 { 3e38 } else { 1e308 }
    }

    /// By how much of the second the least distance must be ahead, and by how much in any case: the rounding errors of both, each below (columns + 4) units
    /// here and on a CPU, twice over (`unit` is two of them); and what underflows.
    pub(super) fn doubt(self) -> (f64, f64) {
        let columns = self.columns as f64;
        let (unit, least) = match self.dtype {
            DType::F32 => (f64::from(f32::EPSILON), f64::from(f32::MIN_POSITIVE)),
            _ => (f64::EPSILON, f64::MIN_POSITIVE),
        };
        (4.0 * (columns + 4.0) * unit, 16.0 * columns * least)
    }

    /// Find the least and the second distance, and the centre of the first.
    pub(super) fn nearest(self) -> String {
        if self.is_short() { self.nearest_of_kept() } else { self.nearest_of_streamed() }
    }

    fn nearest_of_kept(self) -> String {
        let (pack, loads) = (self.pack(), self.columns / self.pack());
        let mut text = String::from("let at = (arguments.offset + row * COLUMNS) / PACK;\n");
        let mut line = |line: &str| {
            text += line;
            text.push('\n');
        };
        for i in 0..loads {
            line(&format!("let x{i} = rows[at + {i}u];"));
        }
        line(&format!("for (var c = 0u; c < arguments.centers; c++) {{ let k = c * {loads}u; var sum = T();"));
        for i in 0..loads {
            line(&format!("let d{i} = x{i} - kept[k + {i}u];"));
            if pack == 1 {
                line(&format!("sum = fma(d{i}, d{i}, sum);"));
            } else {
                for at in ["x", "y", "z", "w"] {
                    line(&format!("sum = fma(d{i}.{at}, d{i}.{at}, sum);"));
                }
            }
        }
        line(&consider("sum", "c"));
        line("}");
        text
    }

    fn nearest_of_streamed(self) -> String {
        let parts: &[&str] = if self.pack() == 4 { &[".x", ".y", ".z", ".w"] } else { &[""] };
        let mut text = String::from(
            "let at = (arguments.offset + row * COLUMNS) / PACK;\n\
             for (var c = 0u; c < arguments.centers; c += 4u) { let k = c / 4u * COLUMNS; var sums = vec4<T>();\n\
             for (var j = 0u; j < COLUMNS / PACK; j++) { let x = rows[at + j];\n",
        );
        for (i, part) in parts.iter().enumerate() {
            let _ = writeln!(text, "let d{i} = vec4<T>(x{part}) - centers[k + j * PACK + {i}u];");
            let _ = writeln!(text, "sums = fma(d{i}, d{i}, sums);");
        }
        text += "}\n";
        for (i, part) in ["x", "y", "z", "w"].iter().enumerate() {
            let _ = writeln!(text, "let s{i} = select(FARTHEST, sums.{part}, c + {i}u < arguments.centers);");
            text += &consider(&format!("s{i}"), &format!("c + {i}u"));
            text.push('\n');
        }
        text + "}\n"
    }
}

/// Take the distance from a centre into account; of equal ones the first stays.
fn consider(distance: &str, center: &str) -> String {
    format!(
        "second = min(second, max({distance}, least)); best = select(best, {center}, {distance} < least); \
         least = min(least, {distance});"
    )
}
