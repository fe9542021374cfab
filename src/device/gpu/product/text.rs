//! What stands in the places of the kernels' examples: elements of a dtype, and a tile written out.

use crate::device::gpu::product::fold::Fold;
use crate::device::gpu::product::tile::Tile;
use crate::device::gpu::program::emit::{is_bytes, store, stored};
use crate::device::gpu::program::text::Text;
use crate::dtype::DType;

/// How a kernel sees a factor.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
pub(super) struct Seen {
    /// Whether neighbours along the inner axis lie side by side.
    pub(super) along_inner: bool,
    /// Whether four neighbours along the other axis, from a multiple of four on, are such in memory.
    pub(super) in_fours: bool,
}

/// The type of a part of an element in registers.
pub(super) fn part(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool | DType::U8 => "u32",
        DType::C32 => "f32",
        DType::C64 => "f64",
        other => other.name(),
    }
}

/// The declaration of elements in registers, which are those in memory but for bytes.
pub(super) fn elements(dtype: DType) -> Text {
    let mut text = Text::default();
    text.line(format_args!("alias T = {};", stored(dtype)));
    text
}

/// The declarations of fours of elements.
pub(super) fn quads(dtype: DType) -> Text {
    let (mut text, part) = (Text::default(), part(dtype));
    if dtype.is_complex() {
        text.line(format_args!("struct Quad {{ re: vec4<{part}>, im: vec4<{part}> }}"));
        text.line("fn quad(x: T, y: T, z: T, w: T) -> Quad {");
        text.line(format_args!(
            "    return Quad(vec4<{part}>(x.x, y.x, z.x, w.x), vec4<{part}>(x.y, y.y, z.y, w.y));\n}}"
        ));
        text.line("fn element(q: Quad, at: u32) -> T { return T(q.re[at], q.im[at]); }");
    } else {
        text.line(format_args!("alias Quad = vec4<{part}>;"));
        text.line("fn quad(x: T, y: T, z: T, w: T) -> Quad { return Quad(x, y, z, w); }");
        text.line("fn element(q: Quad, at: u32) -> T { return q[at]; }");
    }
    text
}

/// The declarations of the array `name` that is read, in registers' form already if `wide`.
pub(super) fn read(dtype: DType, name: &str, binding: usize, wide: bool, in_fours: bool) -> Text {
    let (mut text, bytes) = (Text::default(), is_bytes(dtype) && !wide);
    let (kind, element) = match () {
        () if bytes => ("u32".to_owned(), format!("load_u8({name}[p >> 2u], p)")),
        () if in_fours => (format!("vec4<{}>", stored(dtype)), format!("{name}[p >> 2u][p & 3u]")),
        () => (stored(dtype).to_owned(), format!("{name}[p]")),
    };
    text.line(format_args!("@group(0) @binding({binding}) var<storage, read> {name}: array<{kind}>;"));
    text.line(format_args!("fn {name}_element(p: u32) -> T {{ return {element}; }}"));
    text
}

/// As [`read`], a factor of a product of tiles.
pub(super) fn factor(dtype: DType, name: &str, binding: usize, seen: Seen) -> Text {
    let mut text = read(dtype, name, binding, false, seen.in_fours);
    text.line(format_args!("const {}_INNER = {};", name.to_uppercase(), seen.along_inner));
    text.line(format_args!("fn {name}_four(p: u32, step: u32) -> Quad {{"));
    if !seen.in_fours {
        let element = |at: usize| format!("{name}_element(p + {at}u * step)");
        text.line(format_args!("    return quad({}, {}, {}, {});", element(0), element(1), element(2), element(3)));
    } else if is_bytes(dtype) {
        text.line(format_args!("    return (Quad({name}[p >> 2u]) >> vec4<u32>(0u, 8u, 16u, 24u)) & Quad(255u);"));
    } else {
        text.line(format_args!("    return {name}[p >> 2u];"));
    }
    text.line("}");
    text
}

/// How a kernel writes its array.
#[derive(Clone, Copy, Debug, Default, PartialEq, Hash)]
pub(super) struct Writes {
    /// In registers' form.
    pub(super) wide: bool,
    /// Whole fours, from multiples of four on, and nothing else.
    pub(super) in_fours: bool,
    /// The roots of what was computed.
    pub(super) roots: bool,
}

/// The declarations of the array that is written, elements anew or combined with those that are there.
pub(super) fn written(dtype: DType, binding: usize, writes: Writes) -> Text {
    let (mut text, bytes) = (Text::default(), is_bytes(dtype) && !writes.wide);
    let (kind, place) = match () {
        () if bytes => ("atomic<u32>".to_owned(), "c[p]"),
        () if writes.in_fours => (format!("vec4<{}>", stored(dtype)), "c[p >> 2u][p & 3u]"),
        () => (stored(dtype).to_owned(), "c[p]"),
    };
    text.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> c: array<{kind}>;"));
    text.line("fn c_store(p: u32, value: T) {");
    match () {
        () if bytes => store(&mut text, dtype, "c", "p", "(value & 255u)"),
        () if writes.roots => text.line(format_args!("{place} = sqrt(value);")),
        () => text.line(format_args!("{place} = value;")),
    }
    text.line("}");
    let before = if bytes { "load_u8(atomicLoad(&c[p >> 2u]), p)" } else { place };
    text.line(format_args!("fn c_combine(p: u32, value: T) {{ c_store(p, combine({before}, value)); }}"));
    text
}

/// The same of four elements: what stands beside [`written`] and [`quads`].
pub(super) fn written_by_fours(writes: Writes) -> Text {
    let mut text = Text::default();
    if writes.in_fours {
        let values = if writes.roots { "sqrt(values)" } else { "values" };
        text.line(format_args!("fn c_store_four(p: u32, values: Quad) {{ c[p >> 2u] = {values}; }}"));
        text.line("fn c_combine_four(p: u32, values: Quad) { c_store_four(p, combine_four(c[p >> 2u], values)); }");
        return text;
    }
    for way in ["store", "combine"] {
        text.line(format_args!("fn c_{way}_four(p: u32, values: Quad) {{"));
        for at in 0..4 {
            text.line(format_args!("    c_{way}(p + {at}u, element(values, {at}u));"));
        }
        text.line("}");
    }
    text
}

/// A tile written out: its sums declared, what an index adds to each, and all of them stored. Compilers do not reliably write loops out by themselves,
/// and an array that is indexed by a loop lies in memory.
pub(super) fn written_out(fold: Fold, dtype: DType, tile: Tile) -> [Text; 3] {
    let Tile { side, rows, columns } = tile;
    let (mut declared, mut added, mut kept) = (Text::default(), Text::default(), Text::default());
    let letter = |row: usize| ["x", "y", "z", "w"][row % 4];
    for row in 0..rows / 4 {
        added.line(format_args!("let a{row} = a_panels[a_row + {}u];", row * side / rows));
    }
    for column in 0..columns / 4 {
        added.line(format_args!("let b{column} = b_panels[b_row + {}u];", column * side / columns));
    }
    for row in 0..rows {
        for column in 0..columns / 4 {
            let sum = format!("c{row}_{column}");
            declared.line(format_args!("var {sum} = Quad();"));
            let (a, b) = (format!("a{}", row / 4), format!("b{column}"));
            fold.four(&mut added, dtype, &sum, [&a, letter(row)], &b);
            let (i, j) = (row / 4 * 4 * side / rows + row % 4, column * 4 * side / columns);
            kept.line(format_args!("c_quad(c_begin, i + {i}u, j + {j}u, {sum});"));
        }
    }
    [declared, added, kept]
}
