//! The library of functions that fused programs call, and the linker that takes from it what a kernel reaches.
//!
//! Its files, in `shaders/functions`, hold top-level functions, constants, types and structures only, whose names are unique over all of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::device::gpu::doubled::doubled;

/// The files, in the order in which their items appear in kernels.
const FILES: &[&str] = &[
    include_str!("../../../shaders/functions/bool.wgsl"),
    include_str!("../../../shaders/functions/cast.wgsl"),
    include_str!("../../../shaders/functions/complex/cast.wgsl"),
    include_str!("../../../shaders/functions/complex/format.wgsl"),
    include_str!("../../../shaders/functions/complex/sums.wgsl"),
    include_str!("../../../shaders/functions/extremes.wgsl"),
    include_str!("../../../shaders/functions/f32/arithmetic.wgsl"),
    include_str!("../../../shaders/functions/f32/exponential.wgsl"),
    include_str!("../../../shaders/functions/f32/fused.wgsl"),
    include_str!("../../../shaders/functions/f32/hyperbolic.wgsl"),
    include_str!("../../../shaders/functions/f32/inverse_hyperbolic.wgsl"),
    include_str!("../../../shaders/functions/f32/inverse_trigonometric.wgsl"),
    include_str!("../../../shaders/functions/f32/logarithm.wgsl"),
    include_str!("../../../shaders/functions/f32/parts.wgsl"),
    include_str!("../../../shaders/functions/f32/power.wgsl"),
    include_str!("../../../shaders/functions/f32/rounding.wgsl"),
    include_str!("../../../shaders/functions/f32/trigonometric.wgsl"),
    include_str!("../../../shaders/functions/f64/arithmetic.wgsl"),
    include_str!("../../../shaders/functions/f64/bits.wgsl"),
    include_str!("../../../shaders/functions/f64/division.wgsl"),
    include_str!("../../../shaders/functions/f64/exponential.wgsl"),
    include_str!("../../../shaders/functions/f64/fused.wgsl"),
    include_str!("../../../shaders/functions/f64/hyperbolic.wgsl"),
    include_str!("../../../shaders/functions/f64/inverse_hyperbolic.wgsl"),
    include_str!("../../../shaders/functions/f64/inverse_trigonometric.wgsl"),
    include_str!("../../../shaders/functions/f64/logarithm.wgsl"),
    include_str!("../../../shaders/functions/f64/pair.wgsl"),
    include_str!("../../../shaders/functions/f64/power.wgsl"),
    include_str!("../../../shaders/functions/f64/rounding.wgsl"),
    include_str!("../../../shaders/functions/f64/trigonometric.wgsl"),
    include_str!("../../../shaders/functions/i32.wgsl"),
    include_str!("../../../shaders/functions/i64.wgsl"),
    include_str!("../../../shaders/functions/order.wgsl"),
    include_str!("../../../shaders/functions/places.wgsl"),
    include_str!("../../../shaders/functions/random/integers.wgsl"),
    include_str!("../../../shaders/functions/random/long.wgsl"),
    include_str!("../../../shaders/functions/random/normal.wgsl"),
    include_str!("../../../shaders/functions/random/philox.wgsl"),
    include_str!("../../../shaders/functions/random/turns.wgsl"),
    include_str!("../../../shaders/functions/random/uniform.wgsl"),
    include_str!("../../../shaders/functions/storage.wgsl"),
    include_str!("../../../shaders/functions/u64.wgsl"),
    include_str!("../../../shaders/functions/u8.wgsl"),
    include_str!("../../../shaders/functions/wide.wgsl"),
];

/// Files of functions of c32, of which those of c64 are made.
const SINGLE: &[&str] = &[
    include_str!("../../../shaders/functions/complex/c32/arithmetic.wgsl"),
    include_str!("../../../shaders/functions/complex/c32/cast.wgsl"),
    include_str!("../../../shaders/functions/complex/c32/exponential.wgsl"),
    include_str!("../../../shaders/functions/complex/c32/hyperbolic.wgsl"),
    include_str!("../../../shaders/functions/complex/c32/inverse.wgsl"),
    include_str!("../../../shaders/functions/complex/c32/logarithm.wgsl"),
];

/// An item: its text without the comments above it, and the other items that it names.
struct Item {
    text: &'static str,
    names: Vec<usize>,
}

struct Library {
    items: Vec<Item>,
    by_name: HashMap<&'static str, usize>,
}

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let double = SINGLE.iter().map(|file| &*doubled(file).leak());
    Library::new(&FILES.iter().chain(SINGLE).copied().chain(double).collect::<Vec<_>>())
});

/// The items that `text` reaches, in the library's order: what has to stand beside it.
pub(super) fn link(text: &str) -> String {
    LIBRARY.link(text)
}

/// Whether there is an item of this name.
pub(super) fn has(name: &str) -> bool {
    LIBRARY.by_name.contains_key(name)
}

impl Library {
    fn new(files: &[&'static str]) -> Self {
        let texts: Vec<&'static str> = files.iter().flat_map(|file| items(file)).collect();
        let by_name: HashMap<&str, usize> = texts.iter().enumerate().map(|(at, text)| (name(text), at)).collect();
        assert_eq!(by_name.len(), texts.len(), "items of the library have names of their own");
        let named = |text| words(text).filter_map(|word| by_name.get(word).copied()).collect();
        let items = texts.iter().map(|text| Item { text, names: named(text) }).collect();
        Self { items, by_name }
    }

    fn link(&self, text: &str) -> String {
        let mut pending: Vec<usize> = words(text).filter_map(|word| self.by_name.get(word).copied()).collect();
        let mut reached = BTreeSet::new();
        while let Some(item) = pending.pop() {
            if reached.insert(item) {
                pending.extend(&self.items[item].names);
            }
        }
        reached.into_iter().map(|item| self.items[item].text).collect()
    }
}

/// The top-level items of a file: each begins in the first column and ends with a line that closes it there.
fn items(file: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = file;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let line = rest.find('\n').map_or(rest.len(), |end| end + 1);
            if ["fn ", "const ", "alias ", "struct "].iter().any(|word| rest.starts_with(word)) {
                let (item, after) = rest.split_at(end(rest));
                rest = after;
                return Some(item);
            }
            rest = &rest[line..];
        }
        None
    })
}

/// Where the item that begins here ends: after its first line, when that closes it, or after the first one that begins with the closing brace.
fn end(text: &str) -> usize {
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        end += line.len();
        let trimmed = line.trim_end();
        let closed = if number == 0 { trimmed.ends_with(['}', ';']) } else { line.starts_with(['}', ')']) };
        if closed {
            break;
        }
    }
    end
}

/// The name of an item: the second word.
fn name(item: &str) -> &str {
    words(item).nth(1).expect("an item has a name")
}

/// The words of WGSL.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "// A header.\n\n// One.\nconst ONE = 1u;\nalias Pair = vec2<u32>;\n\n// Doubled.\nfn double(x: u32) -> u32 {\n    return x + x;\n}\nfn four() -> u32 { return double(ONE + ONE); }\n";

    #[test]
    fn what_a_text_reaches_is_linked_once_and_in_order() {
        let library = Library::new(&[FILE]);
        let four = library.link("let x = four() + four();");
        assert_eq!(
            four,
            "const ONE = 1u;\nfn double(x: u32) -> u32 {\n    return x + x;\n}\nfn four() -> u32 { return double(ONE + ONE); }\n"
        );
        assert_eq!(library.link("let y: Pair = z;"), "alias Pair = vec2<u32>;\n");
        assert_eq!(library.link("doubled()"), "");
    }
}
