//! Collectives that fold values.
//!
//! Folds with a user's closure run in the fixed tree of [`crate::comm::tree`]: the same bits on every rank and every
//! transport, for any closure that depends on its arguments only. Whether the result depends on the number of ranks
//! is up to the closure.

use crate::comm::exact::fold_into;
use crate::comm::message::values;
use crate::comm::{Call, Comm, Exact, Kind};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Buffer;

/// The merge of two ranks' states, the one of the lower ranks first.
pub(super) type MergeStates<'a> = &'a mut dyn FnMut(Vec<u8>, &[u8]) -> Vec<u8>;

impl Comm {
    /// The values of all ranks folded element by element, on every rank.
    ///
    /// **Collective.** One all-reduce of `own.len()` values, a number that must be the same on every rank, as must be
    /// `fold`. Class: the same bits on every rank and transport.
    ///
    /// # Errors
    /// When the ranks make different calls.
    ///
    /// # Examples
    /// ```
    /// use isotherm::comm::Comm;
    /// let comm = Comm::solo();
    /// assert_eq!(comm.all_reduce(&[1.5, 2.5], |a: f64, b| a + b)?, [1.5, 2.5]);
    /// # Ok::<(), isotherm::Error>(())
    /// ```
    #[track_caller]
    pub fn all_reduce<T: Element>(&self, own: &[T], fold: impl Fn(T, T) -> T) -> Result<Vec<T>> {
        let call = Call::new(Kind::AllReduce, "all_reduce").of::<T>(own.len());
        let folded = self.all_folded(&call, self.message(own), &mut |left, right| fold_into(left, right, &fold))?;
        Ok(values(&folded).to_vec())
    }

    /// As [`Comm::all_reduce`] for a fold whose order does not show, which the transport does in its own way.
    ///
    /// **Collective.** One all-reduce of `own.len()` values, a number that must be the same on every rank. Class:
    /// Exact.
    ///
    /// # Errors
    /// When the fold of this dtype is not exact (see [`Exact::takes`]), or the ranks make different calls.
    #[track_caller]
    pub fn all_reduce_exact<T: Element>(&self, own: &[T], exact: Exact) -> Result<Vec<T>> {
        if !exact.takes(T::DTYPE) {
            return Err(Error::new(ErrorKind::DType, format!("{exact:?} of {} depends on the order", T::DTYPE)));
        }
        let call = Call::new(Kind::AllReduce, exact.name()).of::<T>(own.len());
        let folded = self.0.transport.all_reduce_exact(&call, exact, self.message(own))?;
        self.count_fold(Kind::AllReduce, size_of_val(own));
        Ok(values(&folded).to_vec())
    }

    /// The states of all ranks merged, on every rank. A state is any bytes, of any length on each rank.
    ///
    /// **Collective.** One all-reduce of the state's bytes. `merge` takes the state of the lower ranks first and must
    /// be the same on every rank.
    ///
    /// # Errors
    /// When the ranks make different calls.
    #[track_caller]
    pub fn all_reduce_bytes(&self, own: Vec<u8>, mut merge: impl FnMut(Vec<u8>, &[u8]) -> Vec<u8>) -> Result<Vec<u8>> {
        let call = Call::new(Kind::AllReduce, "all_reduce_bytes");
        self.merged(&call, own, &mut merge)
    }

    /// [`Comm::all_reduce_bytes`] under a name, with a fingerprint of what the states are of: it must agree as well.
    #[track_caller]
    pub(crate) fn all_reduce_states(
        &self,
        label: u64,
        name: &'static str,
        own: Vec<u8>,
        mut merge: impl FnMut(Vec<u8>, &[u8]) -> Vec<u8>,
    ) -> Result<Vec<u8>> {
        let call = Call { label, ..Call::new(Kind::AllReduce, name) };
        self.merged(&call, own, &mut merge)
    }

    /// [`Comm::all_reduce_bytes`] under another name.
    pub(super) fn merged(&self, call: &Call, own: Vec<u8>, merge: MergeStates<'_>) -> Result<Vec<u8>> {
        let part = self.message(&own);
        drop(own); // before this rank waits
        let mut merge = |left: Buffer, right: &Buffer| self.message(&merge(left.as_bytes().to_vec(), right.as_bytes()));
        Ok(self.all_folded(call, part, &mut merge)?.as_bytes().to_vec())
    }

    /// The values of all ranks folded element by element, on the root; `None` elsewhere.
    ///
    /// **Collective.** One reduce of `own.len()` values, a number that must be the same on every rank, as must be
    /// `root` and `fold`.
    ///
    /// # Errors
    /// When `root` is no rank, or the ranks make different calls.
    #[track_caller]
    pub fn reduce<T: Element>(&self, root: usize, own: &[T], fold: impl Fn(T, T) -> T) -> Result<Option<Vec<T>>> {
        self.check_root(root)?;
        let call = Call::new(Kind::Reduce, "reduce").of::<T>(own.len()).root(root);
        let mut merge = |left: Buffer, right: &Buffer| fold_into(left, right, &fold);
        let folded = self.0.transport.fold(&call, self.message(own), &mut merge)?;
        self.count(Kind::Reduce, root, size_of_val(own) * self.messages(Kind::Reduce, root));
        Ok(folded.map(|folded| values(&folded).to_vec()))
    }

    /// The values of the ranks before this one, folded element by element; `None` on rank 0.
    ///
    /// **Collective.** One scan of `own.len()` values, a number that must be the same on every rank, as must be `fold`.
    ///
    /// # Errors
    /// When the ranks make different calls.
    #[track_caller]
    pub fn exclusive_scan<T: Element>(&self, own: &[T], fold: impl Fn(T, T) -> T) -> Result<Option<Vec<T>>> {
        let call = Call::new(Kind::Scan, "exclusive_scan").of::<T>(own.len());
        let mut merge = |left: Buffer, right: &Buffer| fold_into(left, right, &fold);
        let folded = self.0.transport.scan(&call, self.message(own), &mut merge)?;
        self.count_fold(Kind::Scan, size_of_val(own));
        Ok(folded.map(|folded| values(&folded).to_vec()))
    }

    fn all_folded(
        &self,
        call: &Call,
        own: Buffer,
        merge: &mut dyn FnMut(Buffer, &Buffer) -> Buffer,
    ) -> Result<crate::comm::Shared> {
        let bytes = own.len();
        let folded = self.0.transport.fold(call, own, merge)?;
        self.count_fold(Kind::AllReduce, bytes);
        Ok(folded.expect("a fold without a root is for every rank"))
    }

    /// Count a fold in which every message has this rank's number of bytes.
    fn count_fold(&self, kind: Kind, bytes: usize) {
        self.count(kind, 0, bytes * self.messages(kind, 0));
    }
}
