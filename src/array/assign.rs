//! Computing into an array that exists.

use crate::array::DistArray;
use crate::array::evaluate::{Joint, Request, What, computed_ahead};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Identity, Kind, Node, Operand};
use crate::local::Fresh;

impl<T: Element> DistArray<T> {
    /// Compute `value` (an expression, an array or a scalar, broadcast to this shape) into this array's own memory and layout.
    ///
    /// **Collective** when an operand lies otherwise: it moves first; local otherwise. This array itself may be an operand. No array is
    /// allocated, unless another array or expression shares the memory: then this one gets a block of its own. The links of a chain
    /// of methods (`x.square()` in `x.assign(x.square().sqrt())`) are such expressions: they exist until the statement ends.
    ///
    /// # Errors
    /// What does not fit in the expression; [`ErrorKind::Shape`] when its shape does not broadcast to this one. The array is then unchanged.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let mut x = cx.ones::<f64>(8, 0)?;
    ///     for _ in 0..3 {
    ///         x.assign(&x * 2.0 + 1.0)?;
    ///     }
    ///     assert_eq!(x.gather()?, [15.0; 8]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn assign(&mut self, value: impl Operand<T>) -> Result<()> {
        let node = value.operand().node;
        drop(value);
        if let Some(error) = &node.error {
            return Err(error.clone());
        }
        if node.cx.as_ref().is_some_and(|cx| !cx.is(&self.cx)) {
            return Err(Error::new(ErrorKind::Context, "arrays of different contexts do not combine"));
        }
        if node.shape.broadcast(self.shape()).ok().as_ref() != Some(self.shape()) {
            let message = format!("shape {} does not broadcast to {}", node.shape, self.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let request = Request { node, what: What::Array };
        let computed = computed_ahead(&self.cx, std::slice::from_ref(&request))?;
        let mut joint = Joint::new(&self.cx, &request, &computed, self.layout.clone());
        drop((request, computed));

        self.identity = Identity::new(&self.cx);

        // This array as an operand: its leaf is let go, so that the memory may turn out to be ours alone.
        let own = joint.lowered.blocks.iter().position(|leaf| self.is_leaf(leaf));
        if let Some(own) = own {
            joint.lowered.blocks[own] = std::rc::Rc::new(Node::scalar(false.into()));
        }
        if self.local.is_unique() {
            return joint.run_into(own, self.local.room().target());
        }
        if let Some(own) = own {
            joint.lowered.blocks[own] = Operand::<T>::operand(self).node;
        }
        let shape = self.local.shape().clone();
        let mut fresh = Fresh::new(shape.size(), self.cx.engine());
        joint.run_into(None, fresh.room().target())?;
        self.local = fresh.done(shape, self.cx.engine());
        Ok(())
    }

    fn is_leaf(&self, node: &Node) -> bool {
        matches!(&node.kind, Kind::Leaf(leaf) if node.dtype == T::DTYPE
            && leaf.layout == self.layout
            && leaf.local::<T>().shares_memory_with(&self.local))
    }
}
