//! From the nodes of a program to calls of the function library, one line each.

use smallvec::SmallVec;

use crate::device::gpu::program::text::Text;
use crate::dtype::DType;
use crate::program::{Binary, NodeId, Op, Program, Unary};

/// What arrays of a dtype are made of in device memory.
pub(super) fn stored(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool | DType::U8 => "u32",
        DType::C32 => "vec2<f32>",
        DType::C64 => "vec2<f64>",
        other => other.name(),
    }
}

/// What an element is in the text of a kernel.
pub(super) fn element(dtype: DType) -> &'static str {
    if dtype == DType::Bool { "bool" } else { stored(dtype) }
}

/// Whether elements are bytes, four to a word.
pub(super) fn is_bytes(dtype: DType) -> bool {
    matches!(dtype, DType::Bool | DType::U8)
}

/// Numbers of the places in a kernel's arguments: words in the order in which they are asked for.
#[derive(Default)]
pub(super) struct Words(usize);

impl Words {
    /// The next word.
    pub(super) fn next(&mut self) -> String {
        let at = self.0;
        self.0 += 1;
        format!("arguments.words[{}].{}", at / 4, ["x", "y", "z", "w"][at % 4])
    }

    /// The next few words, as the arguments of a call.
    pub(super) fn list(&mut self, count: usize) -> String {
        (0..count).map(|_| self.next()).collect::<Vec<_>>().join(", ")
    }
}

/// The nodes that these need, each after its arguments.
pub(super) fn reached(program: &Program, roots: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
    let mut needed = vec![false; program.nodes.len()];
    roots.for_each(|root| needed[root] = true);
    for node in (0..program.nodes.len()).rev() {
        if needed[node] {
            program.nodes[node].arguments.iter().for_each(|&argument| needed[argument] = true);
        }
    }
    (0..needed.len()).filter(|&node| needed[node]).collect()
}

/// A line for each of `nodes`: the element of node `n` is called `rn`. `leaf` gives the element of a block, and the place of an index.
pub(super) fn body(program: &Program, nodes: &[NodeId], leaf: impl Fn(NodeId) -> String, words: &mut Words) -> Text {
    let mut text = Text::default();
    for &id in nodes {
        let node = &program.nodes[id];
        let dtype = node.dtype.name();
        let values: SmallVec<[String; 3]> = node.arguments.iter().map(|argument| format!("r{argument}")).collect();
        let of = || program.nodes[node.arguments[0]].dtype.name();
        let value = match &node.op {
            Op::Block(_) => leaf(id),
            Op::Scalar(_) => format!("scalar_{dtype}({})", words.list(node.dtype.bytes().div_ceil(4))),
            Op::Index(_) => {
                let at = leaf(id);
                let mut number = || format!("scalar_u64({})", words.list(2));
                format!("global_index({at}, {}, {}, {})", number(), number(), number())
            }
            Op::Unary(op) => call(&snake(op), of(), &values),
            Op::Binary(op) => call(&snake(op), of(), &values),
            Op::Compare(op) => call(&snake(op), of(), &values),
            Op::Select => call("select", dtype, &values),
            Op::Cast if of() == dtype => values[0].clone(),
            Op::Cast => call(&format!("cast_{}", of()), dtype, &values),
            Op::Closure(_) => unreachable!("closures run on the CPU"),
        };
        text.line(format_args!("let r{id} = {value};"));
    }
    text
}

fn call(name: &str, dtype: &str, values: &[String]) -> String {
    format!("{name}_{dtype}({})", values.join(", "))
}

/// The element of `array` at `at`. Arrays of bytes that are written byte by byte, `shared` by invocations, are made of atomic words.
pub(super) fn load(dtype: DType, array: &str, at: &str, shared: bool) -> String {
    match (is_bytes(dtype), shared) {
        (true, true) => format!("load_{}(atomicLoad(&{array}[{at} >> 2u]), {at})", dtype.name()),
        (true, false) => format!("load_{}({array}[{at} >> 2u], {at})", dtype.name()),
        _ => format!("{array}[{at}]"),
    }
}

/// The statements that write `value` at `at` of `array`, byte by byte where elements are bytes.
pub(super) fn store(text: &mut Text, dtype: DType, array: &str, at: &str, value: &str) {
    if is_bytes(dtype) {
        text.line(format_args!("atomicAnd(&{array}[{at} >> 2u], others_of_byte({at}));"));
        text.line(format_args!("atomicOr(&{array}[{at} >> 2u], byte_of_{}({value}, {at}));", dtype.name()));
    } else {
        text.line(format_args!("{array}[{at}] = {value};"));
    }
}

/// Whether a kernel of these nodes waits for memory, not for its own arithmetic: none is a function of many operations.
pub(super) fn is_light(program: &Program, nodes: &[NodeId]) -> bool {
    use {Binary as B, Unary as U};
    /// Nodes of a program that is repeated in the text of a kernel.
    const FEW: usize = 24;
    let cheap = |&node: &NodeId| {
        let node = &program.nodes[node];
        match node.op {
            Op::Unary(op) => {
                let of_bits = [U::Negative, U::Conj, U::Real, U::Imag, U::Signbit, U::LogicalNot, U::BitwiseInvert];
                let tests = [U::IsNan, U::IsInf, U::IsFinite, U::Sign, U::Square];
                of_bits.contains(&op)
                    || tests.contains(&op)
                    || (op == U::Abs && !program.nodes[node.arguments[0]].dtype.is_complex())
            }
            Op::Binary(op) => {
                let few = [B::Add, B::Subtract, B::Multiply, B::Maximum, B::Minimum, B::CopySign];
                let of_bits = [B::BitwiseAnd, B::BitwiseOr, B::BitwiseXor, B::LeftShift, B::RightShift];
                few.contains(&op) || of_bits.contains(&op) || (op == B::Divide && node.dtype == DType::F32)
            }
            _ => true,
        }
    };
    nodes.len() <= FEW && nodes.iter().all(cheap)
}

/// The library's functions that a node needs, and that may be missing there.
pub(super) fn function(program: &Program, id: NodeId) -> Option<String> {
    let node = &program.nodes[id];
    let of = || program.nodes[node.arguments[0]].dtype.name();
    match &node.op {
        Op::Unary(op) => Some(format!("{}_{}", snake(op), of())),
        Op::Binary(op) => Some(format!("{}_{}", snake(op), of())),
        Op::Compare(op) => Some(format!("{}_{}", snake(op), of())),
        Op::Select => Some(format!("select_{}", node.dtype.name())),
        Op::Cast if of() == node.dtype.name() => None,
        Op::Cast => Some(format!("cast_{}_{}", of(), node.dtype.name())),
        Op::Closure(_) => Some("closure".to_owned()),
        Op::Block(_) | Op::Scalar(_) | Op::Index(_) => None,
    }
}

/// The array API's name of an operation: `FloorDivide` is `floor_divide`.
fn snake(op: &impl std::fmt::Debug) -> String {
    let mut name = String::new();
    for (at, letter) in format!("{op:?}").char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_their_names_in_the_array_api() {
        let names = [snake(&Unary::IsNan), snake(&Unary::Log1p), snake(&Binary::LogAddExp), snake(&Binary::Atan2)];
        assert_eq!(names, ["is_nan", "log1p", "log_add_exp", "atan2"]);
    }
}
