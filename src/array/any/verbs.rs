//! The verbs that do not compute: each is the typed array's own.

use crate::array::Placement;
use crate::array::any::{AnyArray, AnyExpr, with_array};
use crate::error::Result;
use crate::layout::Layout;

/// One line for each: its name and its arguments.
macro_rules! verbs {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        impl AnyArray {
            #[doc = concat!("[`DistArray::", stringify!($name), "`](crate::DistArray::", stringify!($name), ").")]
            ///
            /// **Collective** or local, of the same cost and with the same errors.
            ///
            /// # Errors
            /// Those of the typed array.
            #[track_caller]
            pub fn $name(&self, $($argument: $type),*) -> Result<Self> {
                with_array!(self, x => Ok(x.$name($($argument),*)?.into()))
            }
        }
    )*};
}
verbs! {
    redistribute(layout: &Layout);
    resplit(placement: impl Into<Placement>);
    balance();
    replicate();
}

impl AnyArray {
    /// Compute `value`, broadcast to this shape, into this array's own memory, layout and dtype.
    ///
    /// **Collective**, as [`DistArray::assign`](crate::DistArray::assign).
    ///
    /// # Errors
    /// As there; [`ErrorKind::DType`](crate::ErrorKind::DType) when the value's dtype does not promote to this array's: cast it by name.
    #[track_caller]
    pub fn assign(&mut self, value: impl Into<AnyExpr>) -> Result<()> {
        let value: AnyExpr = value.into();
        let expr = value.assignable(self.dtype())?;
        with_array!(self, x => x.assign(expr.typed().expect("it was brought to this dtype")))
    }
}
