//! The trial of a device when it is opened: drivers have been seen that compile kernels and give wrong results.

use std::sync::Arc;

use crate::device::cpu::Cpu;
use crate::device::gpu::Gpu;
use crate::device::gpu::program::{Operand, Work};
use crate::device::space::View;
use crate::dtype::DType;
use crate::error::LocalError;
use crate::program::{Binary, Node, Op, Program, Root, Scalar};
use crate::shape::Shape;

/// Elements of the trial: more than a workgroup has invocations, and no multiple of that.
const ELEMENTS: i32 = 1000;

impl Gpu {
    /// Bring integers there, compute with them and bring them back: the way of everything else.
    ///
    /// # Errors
    /// When they come back wrong.
    pub(crate) fn try_out(&self, cpu: &Cpu) -> Result<(), LocalError> {
        let node = |op, arguments: &[usize]| Node { op, dtype: DType::I32, arguments: arguments.into() };
        let triple = node(Op::Binary(Binary::Multiply), &[0, 1]);
        let program = Program { nodes: vec![node(Op::Block(0), &[]), node(Op::Scalar(0), &[]), triple], roots: vec![] };
        let numbers: Vec<i32> = (0..ELEMENTS).collect();
        let (shape, memory) = (Shape::from([numbers.len()]), Arc::new(self.upload(bytemuck::cast_slice(&numbers), 4)));
        let blocks = vec![Operand { memory: Some(memory), view: View::row_major(&shape) }];
        let work =
            Work { program: self.know(&program), shape: &shape, blocks, scalars: &[Scalar::I32(3)], indices: &[] };
        let out = self.empty(numbers.len(), 4);
        work.store(self, &[&Root::Array(2)], &[&out], &View::row_major(&shape));
        let back = self.block::<i32>(&out, cpu.pool());
        match numbers.iter().zip(back.iter()).find(|&(&number, &triple)| triple != 3 * number) {
            None => Ok(()),
            Some((number, wrong)) => {
                Err(LocalError::new(format!("{}: {number} times 3 came back as {wrong}", self.adapter().name)))
            }
        }
    }
}
