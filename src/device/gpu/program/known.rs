//! Programs that came before: each has a number, by which what was found out about it is found again.

use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::device::gpu::Gpu;
use crate::device::gpu::key::Key;
use crate::device::gpu::memo::Memo;
use crate::device::gpu::program::has_kernels;
use crate::program::{Node, Op, Program, Root};
use crate::shape::Shape;

/// A program that a share of a device has seen.
#[derive(Clone, Copy)]
pub(crate) struct Known<'p> {
    program: &'p Program,
    /// The same one for all programs with these nodes, and another one for others. Nothing with a function of the user's: that would be kept alive.
    pub(super) number: Option<usize>,
}

impl Deref for Known<'_> {
    type Target = Program;

    fn deref(&self) -> &Program {
        self.program
    }
}

/// The programs that one share of a device has seen, and whether there are kernels for what was asked of them.
#[derive(Default)]
pub(in crate::device::gpu) struct Programs {
    numbers: Memo<Vec<Node>, usize>,
    /// A number is never given again, whatever becomes of its program.
    next: AtomicUsize,
    answers: Memo<Key, bool>,
}

impl Programs {
    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

impl Gpu {
    /// This program with its number: users make expressions anew each time, so programs are compared by what they do.
    pub(crate) fn know<'p>(&self, program: &'p Program) -> Known<'p> {
        let programs = &self.0.plans.programs;
        let number = programs.numbers.get(&program.nodes[..]).or_else(|| {
            if program.nodes.iter().any(|node| matches!(node.op, Op::Closure(_))) {
                return None;
            }
            let number = programs.next.fetch_add(1, Ordering::Relaxed);
            programs.numbers.keep(program.nodes.clone(), number);
            Some(number)
        });
        Known { program, number }
    }

    /// [`has_kernels`], asked once for each program.
    pub(crate) fn can_compute(&self, program: Known<'_>, shape: &Shape, roots: &[&Root], exact: bool) -> bool {
        let ask = || has_kernels(self, &program, shape, roots, exact);
        let Some(number) = program.number else { return ask() };
        let counted = i32::try_from(shape.size()).is_ok();
        let mut key = Key::default();
        key.add(&number).add(roots).add(&shape.ndim()).add(&u8::from(counted)).add(&u8::from(exact));
        let answers = &self.0.plans.programs.answers;
        answers.get(&key).unwrap_or_else(|| {
            let answer = ask();
            answers.keep(key, answer);
            answer
        })
    }
}
