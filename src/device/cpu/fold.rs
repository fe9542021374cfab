//! The rule of a reduction: what is kept of the elements seen so far, how two such states become one, and how a state travels.

use crate::dtype::Element;

/// The rule of one reduction over elements of type `T`.
pub(super) trait Folding<T: Element>: Copy + Send + Sync + 'static {
    /// What is kept of the elements of one output.
    type State: Clone + Send + Sync + 'static;
    /// The element type of the result.
    type Output: Element;

    /// Whether results of whole runs and columns are found faster without states.
    const FINISHES: bool = false;

    /// The state that has seen nothing.
    fn start(self) -> Self::State;
    /// See `values`, the first of which is element `first` of those folded into this output.
    fn row(self, state: &mut Self::State, values: &[T], first: u64);
    /// See rows whose columns belong to one state each, `stride` elements apart; the first is row `first`, `values` ends with the last.
    fn rows(self, states: &mut [Self::State], values: &[T], stride: usize, first: u64) {
        for (row, values) in values.chunks(stride).enumerate() {
            for (state, value) in states.iter_mut().zip(values) {
                self.row(state, std::slice::from_ref(value), first + row as u64);
            }
        }
    }
    /// The results of runs of `len` elements, one after the other, where [`Folding::FINISHES`].
    fn finish_runs(self, _values: &[T], _len: usize, _results: &mut [Self::Output]) {
        unreachable!("this rule needs states");
    }
    /// The results of the columns of rows, `stride` elements apart, where [`Folding::FINISHES`]; `values` ends with the last row.
    fn finish_rows(self, _values: &[T], _stride: usize, _results: &mut [Self::Output]) {
        unreachable!("this rule needs states");
    }
    /// See runs of `len` values, one for each state.
    fn runs(self, states: &mut [Self::State], values: &[T], len: usize) {
        for (state, run) in states.iter_mut().zip(values.chunks_exact(len)) {
            self.row(state, run, 0);
        }
    }
    /// See what another state, of elements that come later, has seen.
    fn merge(self, state: &mut Self::State, other: &Self::State);
    /// Replace the number of the element that this state points at.
    fn relabel(self, _state: &mut Self::State, _place: &dyn Fn(u64) -> u64) {}
    /// Append the state as bytes.
    fn write(self, state: &Self::State, bytes: &mut Vec<u8>);
    /// Take a state from the front of `bytes`.
    fn read(self, bytes: &mut &[u8]) -> Self::State;
    /// The result of `count` elements.
    fn finish(self, state: &Self::State, count: u64) -> Self::Output;
}
