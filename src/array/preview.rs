//! What an array looks like.

use crate::array::DistArray;
use crate::array::pieces::{self, Piece};
use crate::array::text;
use crate::dtype::Element;
use crate::error::Result;
use crate::layout::Layout;
use crate::shape::Shape;

/// Arrays of more elements are shown by their corners only.
const SHOWN_WHOLE: usize = 1000;

impl<T: Element> DistArray<T> {
    /// The array as text, as NumPy prints it, with a line of its shape and dtype; of more than 1000 elements only the corners,
    /// three indices at either end of each axis.
    ///
    /// **Collective** unless every rank holds the array: one exchange of the elements that are shown (several under a staging limit smaller
    /// than these). The same text on every rank, whatever the layout.
    ///
    /// # Errors
    /// [`ErrorKind::Collective`](crate::ErrorKind::Collective) when the ranks make different calls.
    ///
    /// ```
    /// isotherm::run_on(3, |cx| {
    ///     let x = cx.arange(0.0, 3000.0, 1.5, 0)?.reshape((1000, 2))?;
    ///     let text = x.preview()?;
    ///     isotherm::println!(cx, "{text}");
    ///     assert_eq!(text.lines().next(), Some("[[0.0000e+00 1.5000e+00]"));
    ///     assert_eq!(text.lines().last(), Some("shape (1000, 2), dtype f64"));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn preview(&self) -> Result<String> {
        const EDGE: usize = text::EDGE;
        let mut axes = self.whole_axes();
        for (pieces, &extent) in axes.iter_mut().zip(self.shape().iter()) {
            if self.size() > SHOWN_WHOLE && extent > 2 * EDGE {
                *pieces = vec![Piece::shifted(0, 0, EDGE), Piece::shifted(extent - EDGE, EDGE, EDGE)];
            }
        }
        let shown: Shape = axes.iter().map(|pieces| pieces.iter().map(|piece| piece.count).sum()).collect();
        let layout = Layout::replicated(shown.clone(), self.cx.size())?;
        let corners = Self::moved("preview", &[self], layout, pieces::moves(0, &axes))?;
        let cut: Vec<bool> = axes.iter().map(|pieces| pieces.len() > 1).collect();
        let text = text::nested(&text::cells(corners.local()), &shown, &cut);
        Ok(format!("{text}\nshape {}, dtype {}", self.shape(), T::DTYPE))
    }
}
