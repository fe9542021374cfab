//! Elements of a box in groups: an invocation computes one, or four, so that four times as many loads are under way.

use crate::device::gpu::program::emit::{self, Words, is_bytes};
use crate::device::gpu::program::place::Walk;
use crate::device::gpu::program::text::Text;
use crate::dtype::DType;

/// Elements of a group: as many as bytes in a word.
pub(super) const FOUR: usize = 4;

/// The elements of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// One.
    One,
    /// Four, each a stride of all invocations of a team from the next one, so that every load of a team is of neighbours.
    Apart,
    /// Four neighbours: a word of bytes.
    Beside,
}

impl Share {
    /// The number of elements.
    pub(super) fn each(self) -> usize {
        if self == Self::One { 1 } else { FOUR }
    }

    /// Constants of a kernel whose teams have `team` invocations.
    pub(super) fn constants(self, team: &str) -> String {
        let (span, apart) = if self == Self::Beside { (FOUR, "1u") } else { (1, team) };
        format!("const EACH = {}u;\nconst SPAN = {span}u;\nconst APART = {apart};\n", self.each())
    }
}

/// The text of a group: its first element is number `first` of a walk, the last one that there is `last`.
pub(super) struct Group {
    share: Share,
    /// What comes before the elements.
    pub(super) begin: Text,
    /// What sets `p` of each view for element `i`, the `k`th of the group.
    one: Text,
    /// Whether the elements are neighbours in a row, whose first one is at `h` of each view.
    is_in_row: bool,
    /// For each view whether its four bytes are in the word `w` of that view.
    pub(super) packed: Vec<bool>,
}

impl Group {
    /// The groups of `walk`, whose views begin at `q`; of bytes with the arrays in which neighbours may be loaded together.
    pub(super) fn new(
        walk: &Walk,
        share: Share,
        bytes: &[Option<String>],
        words: &mut Words,
        values: &mut Vec<u32>,
    ) -> Self {
        let (mut begin, mut one, mut packed) = (Text::default(), Text::default(), vec![false; bytes.len()]);
        one.line("let k = @u;");
        one.line("let i = min(first + k * APART, last);");
        let is_in_row = share == Share::Beside && walk.has_rows_of_fours();
        if !is_in_row {
            one += walk.positions("i", ["q", "p"], words, values);
            return Self { share, begin, one, packed, is_in_row };
        }
        begin += walk.positions("first", ["q", "h"], words, values);
        for (view, array) in bytes.iter().enumerate() {
            let step = walk.inner_step(view);
            if let (Some(array), 1) = (array, step) {
                let (low, high) = (format!("h{view}"), format!("(h{view} + min(3u, last - first))"));
                begin.line(format_args!(
                    "let w{view} = four_bytes({array}[{low} >> 2u], {array}[{high} >> 2u], {low});"
                ));
                packed[view] = true;
            }
            match step {
                0 => one.line(format_args!("let p{view} = h{view};")),
                1 => one.line(format_args!("let p{view} = h{view} + (i - first);")),
                _ => {
                    values.push(step as u32);
                    one.line(format_args!("let p{view} = h{view} + (i - first) * {};", words.next()));
                }
            }
        }
        Self { share, begin, one, packed, is_in_row }
    }

    /// The lines of `block` for each element of a group, with its number in it for `@`.
    pub(super) fn repeated(&self, block: &str) -> Text {
        let mut text = Text::default();
        let block = ["{\n", &self.one, block, "}"].concat();
        for k in 0..self.share.each() {
            text.line(block.replace('@', &k.to_string()));
        }
        text
    }

    /// For each element of a group of rows, up to `end`, the lines of `values`, and those of `block` if there is such a row.
    pub(super) fn visited(&self, values: &str, block: &str) -> Text {
        let mut text = Text::default();
        text.line("let last = end - 1u;");
        text.line(&*self.begin);
        let condition = if self.share == Share::One { "" } else { "if i == first + k * APART " };
        text += self.repeated(&[values, condition, "{\n", block, "}\n"].concat());
        text
    }

    /// The text of a kernel that stores `results`, dtypes and values that the lines of `block` make for an element, each in an array `b` of its own, where view
    /// number `out` has the element.
    pub(super) fn stored(&self, mut block: Text, out: usize, results: &[(DType, String)]) -> Text {
        let (mut begin, mut end) = (Text::default(), Text::default());
        begin.line("let last = arguments.elements - 1u;");
        begin.line(&*self.begin);
        for (n, (dtype, value)) in results.iter().enumerate() {
            let (name, at) = (dtype.name(), format!("p{out}"));
            match self.share {
                Share::One => emit::store(&mut block, *dtype, &format!("b{n}"), &at, value),
                Share::Beside if is_bytes(*dtype) => {
                    begin.line(format_args!("var word{n} = 0u;"));
                    block.line(format_args!("word{n} |= byte_of_{name}({value}, k);"));
                    let start = if self.is_in_row { format!("h{out}") } else { format!("(q{out} + first)") };
                    let word = format!("b{n}[{start} >> 2u]");
                    end.line(format_args!("{word} = with_bytes({word}, word{n}, min(4u, last - first + 1u));"));
                }
                Share::Beside => block.line(format_args!("if i == first + k {{ b{n}[{at}] = {value}; }}")),
                Share::Apart => {
                    let kept: Vec<String> = (0..FOUR).map(|k| format!("v{k}_{n}")).collect();
                    kept.iter().for_each(|kept| begin.line(format_args!("var {kept}: {};", emit::element(*dtype))));
                    block.line(format_args!("v@_{n} = {value};"));
                    for (k, kept) in kept.iter().enumerate() {
                        let condition = format!("first + {k}u * APART <= last");
                        end.line(format_args!("if {condition} {{ b{n}[at{k}] = {kept}; }}"));
                    }
                }
            }
        }
        if self.share == Share::Apart {
            (0..FOUR).for_each(|k| begin.line(format_args!("var at{k}: u32;")));
            block.line(format_args!("at@ = p{out};"));
        }
        begin += self.repeated(&block);
        begin += end;
        begin
    }
}
