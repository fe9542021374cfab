//! The order of a program's operations, with neighbours strung together.
//!
//! An operation that is cheap, and whose result only the next operation reads, is a link of that operation's [chain](Link): its result
//! never leaves the registers. A product of two others that is only added or subtracted is part of that link. Where two chains meet, one
//! is kept in the cache while the other is computed.
//!
//! ```text
//! sqrt(x x + y y) 0.5 + exp(-x)        x, square, + y y, sqrt, kept; x, negative, exp, + kept · 0.5
//! ```

use smallvec::{SmallVec, smallvec};

use crate::device::cpu::kernels::{Link, Placed};
use crate::dtype::DType;
use crate::program::{Binary, Node, NodeId, Op, Program, Unary};

/// What a step does with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// One operation.
    Op(Op),
    /// What these links make of the first argument; each with the positions of its operands among the arguments.
    Chain(SmallVec<[Placed; 4]>),
}

/// The work that computes a node from other nodes, and from nothing in between.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) node: NodeId,
    pub(super) work: Work,
    pub(super) arguments: SmallVec<[NodeId; 4]>,
}

/// The work that computes all nodes with `readers`, each after those that it reads.
pub(super) fn schedule(program: &Program, readers: &[usize]) -> Vec<Planned> {
    let mut plan = Plan { nodes: &program.nodes, readers, steps: vec![None; program.nodes.len()] };
    for (id, node) in program.nodes.iter().enumerate() {
        if readers[id] > 0 && !is_leaf(&node.op) {
            plan.steps[id] = Some(plan.step(id));
        }
    }
    plan.steps.into_iter().flatten().collect()
}

/// Whether nothing has to be computed.
pub(super) fn is_leaf(op: &Op) -> bool {
    matches!(op, Op::Block(_) | Op::Scalar(_) | Op::Index(_))
}

struct Plan<'a> {
    nodes: &'a [Node],
    readers: &'a [usize],
    /// For each node the step that computes it, unless it is part of another.
    steps: Vec<Option<Planned>>,
}

impl Plan<'_> {
    fn step(&mut self, node: NodeId) -> Planned {
        let Node { op, dtype, arguments } = &self.nodes[node];
        let stays = arguments.iter().all(|&argument| self.nodes[argument].dtype == *dtype);
        let chained = stays && matches!(dtype, DType::F32 | DType::F64);
        match (op, arguments.as_slice()) {
            (Op::Unary(op), &[a]) if chained => match of_one(*op) {
                Some(link) => self.chain(node, a).with(link, &[]),
                None => self.single(node),
            },
            (Op::Binary(op), &[a, b]) if chained => match of_two(*op) {
                Some(links) => self.chained(node, links, [a, b]),
                None => self.single(node),
            },
            _ => self.single(node),
        }
    }

    fn single(&self, node: NodeId) -> Planned {
        let Node { op, arguments, .. } = &self.nodes[node];
        Planned { node, work: Work::Op(op.clone()), arguments: arguments.iter().copied().collect() }
    }

    /// A chain that goes on from either side, with the other as a product of two where it can be.
    fn chained(&mut self, node: NodeId, links: Links, [a, b]: [NodeId; 2]) -> Planned {
        if a == b && links.on_left == Link::Multiply {
            return self.chain(node, a).with(Link::Square, &[]);
        }
        if let (Some(on_left), Some(_)) = (links.products, self.link_of(a))
            && let Some(product) = self.product(b)
        {
            self.steps[b] = None;
            return self.chain(node, a).with(on_left[0], &product);
        }
        if let (Some(on_left), Some(_)) = (links.products, self.link_of(b))
            && let Some(product) = self.product(a)
        {
            self.steps[a] = None;
            return self.chain(node, b).with(on_left[1], &product);
        }
        if let (Some(joins), Some(_), Some(_)) = (links.joins, self.link_of(a), self.link_of(b))
            && let Some(first) = self.first(a, b)
        {
            return self.branched(node, joins, [a, b], first);
        }
        if self.link_of(a).is_none() && self.link_of(b).is_some() {
            return self.chain(node, b).with(links.on_right, &[a]);
        }
        self.chain(node, a).with(links.on_left, &[b])
    }

    /// Which of two chains is to be kept while the other is computed, when one can be: there is one place for what is kept.
    fn first(&self, a: NodeId, b: NodeId) -> Option<NodeId> {
        let has = |node: NodeId, is: fn(Link) -> bool| match self.steps[node].as_ref().map(|step| &step.work) {
            Some(Work::Chain(links)) => links.iter().any(|&(link, _)| is(link)),
            _ => false,
        };
        match [a, b].map(|node| has(node, |link| link == Link::Branch)) {
            [true, true] => None,
            [false, true] => Some(b),
            [true, false] => Some(a),
            // A root or quotient is not waited for when there is other work in between: of an exponential, which is many short steps.
            [false, false] => Some(if has(a, Link::is_slow) && !has(a, |link| link == Link::Exp) { a } else { b }),
        }
    }

    /// One chain of two that meet in `node`. A last factor of the `first` becomes part of the link that joins them.
    fn branched(&mut self, node: NodeId, joins: Joins, [a, b]: [NodeId; 2], first: NodeId) -> Planned {
        let (other, side) = if first == a { (b, 1) } else { (a, 0) };
        let mut chain = Planned { node, ..self.steps[first].take().expect("it has a link") };
        let other = self.steps[other].take().expect("it has a link");
        let join = match (joins.products, chain.links().last()) {
            (Some(products), Some(&(Link::Multiply, factor))) => {
                chain.links().pop();
                (products[side], factor)
            }
            _ => (joins.plain[side], [0; 2]),
        };
        chain.append(other);
        chain.links().push(join);
        chain
    }

    /// The last link of the chain that computes `node`, when nobody else reads it.
    fn link_of(&self, node: NodeId) -> Option<Link> {
        match &self.steps[node].as_ref()?.work {
            Work::Chain(links) if self.readers[node] == 1 => links.last().map(|&(link, _)| link),
            _ => None,
        }
    }

    /// The factors of `node`, when it is nothing but a product that nobody else reads.
    fn product(&self, node: NodeId) -> Option<[NodeId; 2]> {
        let last = self.link_of(node)?;
        let step = self.steps[node].as_ref()?;
        let Work::Chain(links) = &step.work else { return None };
        match (last, links.as_slice()) {
            (Link::Square, [_]) => Some([step.arguments[0]; 2]),
            (Link::Multiply, [(_, [second, _])]) => Some([step.arguments[0], step.arguments[*second]]),
            _ => None,
        }
    }

    /// The chain to `node` so far: that of its argument `from`, or one that begins there.
    fn chain(&mut self, node: NodeId, from: NodeId) -> Planned {
        if self.link_of(from).is_some() {
            let step = self.steps[from].take().expect("it has a link");
            return Planned { node, ..step };
        }
        Planned { node, work: Work::Chain(SmallVec::new()), arguments: smallvec![from] }
    }
}

impl Planned {
    /// With one more link.
    fn with(mut self, link: Link, operands: &[NodeId]) -> Self {
        if link == Link::Add
            && let Some(&(Link::Add, [first, _])) = self.links().last()
        {
            self.links().pop();
            let both = [first, self.place(operands[0])];
            self.links().push((Link::AddBoth, both));
            return self;
        }
        let mut places = [0; 2];
        for (place, operand) in places.iter_mut().zip(operands) {
            *place = self.place(*operand);
        }
        self.links().push((link, places));
        self
    }

    /// Goes on with another chain, and keeps what it has come to.
    fn append(&mut self, other: Planned) {
        let places: SmallVec<[usize; 8]> = other.arguments.iter().map(|&argument| self.place(argument)).collect();
        let Work::Chain(links) = other.work else { unreachable!("only chains have links") };
        let links = links.iter().map(|&(link, of)| (link, of.map(|place| places[place])));
        self.links().push((Link::Branch, [places[0], 0]));
        self.links().extend(links);
    }

    /// The position of an operand among the arguments.
    fn place(&mut self, operand: NodeId) -> usize {
        let known = self.arguments.iter().position(|&argument| argument == operand);
        known.unwrap_or_else(|| {
            self.arguments.push(operand);
            self.arguments.len() - 1
        })
    }

    fn links(&mut self) -> &mut SmallVec<[Placed; 4]> {
        match &mut self.work {
            Work::Chain(links) => links,
            Work::Op(_) => unreachable!("only chains have links"),
        }
    }
}

/// The links of an operation of two operands.
#[derive(Clone, Copy)]
struct Links {
    /// When the chain is the left operand.
    on_left: Link,
    /// When the chain is the right operand.
    on_right: Link,
    /// The same when the other operand is a product.
    products: Option<[Link; 2]>,
    /// What they are for an operand that was kept.
    joins: Option<Joins>,
}

/// The links that join a chain with what was kept, each when the chain is the left and when it is the right operand.
#[derive(Clone, Copy)]
struct Joins {
    plain: [Link; 2],
    /// When a product with what was kept is meant.
    products: Option<[Link; 2]>,
}

fn of_one(op: Unary) -> Option<Link> {
    Some(match op {
        Unary::Negative => Link::Negative,
        Unary::Abs => Link::Abs,
        Unary::Square => Link::Square,
        Unary::Reciprocal => Link::Reciprocal,
        Unary::Sqrt => Link::Sqrt,
        Unary::Exp => Link::Exp,
        _ => return None,
    })
}

fn of_two(op: Binary) -> Option<Links> {
    let (on_left, on_right, products) = match op {
        Binary::Add => (Link::Add, Link::Add, Some([Link::AddProduct; 2])),
        Binary::Subtract => {
            (Link::Subtract, Link::SubtractFrom, Some([Link::SubtractProduct, Link::SubtractFromProduct]))
        }
        Binary::Multiply => (Link::Multiply, Link::Multiply, None),
        Binary::Divide => (Link::Divide, Link::DivideInto, None),
        Binary::Maximum => (Link::Maximum, Link::MaximumOf, None),
        Binary::Minimum => (Link::Minimum, Link::MinimumOf, None),
        _ => return None,
    };
    let joins = match op {
        Binary::Add => Some(Joins { plain: [Link::AddKept; 2], products: Some([Link::AddKeptProduct; 2]) }),
        Binary::Subtract => Some(Joins {
            plain: [Link::SubtractKept, Link::SubtractFromKept],
            products: Some([Link::SubtractKeptProduct, Link::SubtractFromKeptProduct]),
        }),
        Binary::Multiply => Some(Joins { plain: [Link::MultiplyKept; 2], products: None }),
        _ => None,
    };
    Some(Links { on_left, on_right, products, joins })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(program: &mut Program, op: Op, arguments: &[NodeId]) -> NodeId {
        program.push(Node { op, dtype: DType::F32, arguments: arguments.iter().copied().collect() })
    }

    #[test]
    fn neighbours_are_strung_together() {
        let mut program = Program::default();
        let [x, y] = [0, 1].map(|slot| pushed(&mut program, Op::Block(slot), &[]));
        let [xx, yy] = [x, y].map(|x| pushed(&mut program, Op::Binary(Binary::Multiply), &[x, x]));
        let sum = pushed(&mut program, Op::Binary(Binary::Add), &[xx, yy]);
        let root = pushed(&mut program, Op::Unary(Unary::Sqrt), &[sum]);
        let half = pushed(&mut program, Op::Scalar(0), &[]);
        let scaled = pushed(&mut program, Op::Binary(Binary::Multiply), &[root, half]);
        let minus = pushed(&mut program, Op::Unary(Unary::Negative), &[x]);
        let exp = pushed(&mut program, Op::Unary(Unary::Exp), &[minus]);
        pushed(&mut program, Op::Binary(Binary::Add), &[scaled, exp]);
        let readers = [3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        let plan = schedule(&program, &readers);
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert_eq!(plan[0].arguments.as_slice(), [x, y, half]);
        let Work::Chain(links) = &plan[0].work else { panic!("{plan:?}") };
        let joined = (Link::AddKeptProduct, [2, 0]);
        let [kept, branch, negative, exp] =
            [Link::Sqrt, Link::Branch, Link::Negative, Link::Exp].map(|link| (link, [0; 2]));
        let expected = [(Link::Square, [0; 2]), (Link::AddProduct, [1; 2]), kept, branch, negative, exp, joined];
        assert_eq!(links.as_slice(), expected);
    }

    #[test]
    fn what_others_read_is_no_link() {
        let mut program = Program::default();
        let x = pushed(&mut program, Op::Block(0), &[]);
        let minus = pushed(&mut program, Op::Unary(Unary::Negative), &[x]);
        pushed(&mut program, Op::Binary(Binary::Multiply), &[minus, minus]);
        pushed(&mut program, Op::Binary(Binary::Add), &[minus, x]);
        assert_eq!(schedule(&program, &[2, 3, 1, 1]).len(), 3);
    }
}
