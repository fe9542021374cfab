//! Distances of each row from each row.

use std::ops::Range;

use crate::array::DistArray;
use crate::device::Pairwise;
use crate::dtype::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::plan::Options;
use crate::layout::{Distribution, Layout};
use crate::linalg::{Feed, panel_width};
use crate::local::{Fresh, Local};
use crate::shape::Shape;
use crate::spatial::Metric;

/// The distances of each row of `x`, (m, d), from each row of `y`, (n, d): a matrix (m, n), as SciPy's `cdist` gives it.
///
/// | `x` | `y` | moves | distances |
/// |---|---|---|---|
/// | replicated | rows dealt | nothing | columns dealt as `y`'s rows |
/// | rows dealt | replicated | nothing | rows dealt as `x`'s |
/// | rows dealt over mesh axes | rows dealt over other axes of that mesh | nothing | tiles |
/// | rows dealt | dealt otherwise | what ranks lack of `y` | rows dealt as `x`'s |
///
/// An operand that stays must have its features (axis 1) whole: `x`, and `y` where `x` is replicated. Where they are dealt, that operand is redistributed in
/// balanced blocks of rows first.
///
/// **Collective** unless every rank holds what it needs: n d (P - 1) elements move on all P ranks together when the rows of both are dealt, in panels; while one
/// is compared, the next one flies. Rows of `y` in blocks over four ranks or more, of which several panels are made, are dealt in turn first, so that all ranks
/// share in sending every panel; that moves `y` once more. Three operations for each feature of a pair. On a GPU tables, panels and distances stay in its memory;
/// what passes through that of the host are messages.
///
/// **Memory.** The distances, a copy of this rank's share of what is redistributed or dealt in turn, and twice the staging limit; never all of `y`, where that is
/// more. A panel has at least one row.
///
/// **Class**: Reproducible on the CPU. Features are taken in ascending order, each in one chain: a square is added by a fused multiply-add, a magnitude by an
/// addition. With u the unit roundoff and γ(k) = k u / (1 - k u), the relative errors are at most γ(d + 2) for [`SquaredEuclidean`](Metric::SquaredEuclidean),
/// γ(d/2 + 2) for [`Euclidean`](Metric::Euclidean), γ(d) for [`Manhattan`](Metric::Manhattan) and u for [`Chebyshev`](Metric::Chebyshev), as long as no
/// square leaves the range of normal numbers. On a GPU Bounded: the sum may be cut into parts and squares may be rounded, so that the first two are
/// γ(d + 3) and γ(d/2 + 8), with roots that are three units in the last place off; subnormal numbers may count as zeros.
///
/// A NaN in one of the rows makes their distance NaN, whatever the metric; so do infinities of one sign in the same feature. (SciPy's `cdist` leaves NaN out of
/// `chebyshev` alone.) An infinity beside anything else makes it infinite. Rows without features are at distance 0.
///
/// # Errors
/// [`ErrorKind::Shape`] unless both have two axes and as many features; [`ErrorKind::Context`] for arrays of two contexts; [`ErrorKind::Memory`] beyond the
/// context's budget.
///
/// # Examples
/// ```
/// use isotherm::spatial::{Metric, cdist};
/// isotherm::run_on(2, |cx| {
///     let corners = cx.from_slice(&[0.0, 0.0, 3.0, 4.0, -6.0, 8.0], (3, 2), 0)?; // rows dealt over the ranks
///     let origin = cx.zeros::<f64>((1, 2), None)?;
///     assert_eq!(cdist(&corners, &origin, Metric::Euclidean)?.gather()?, [0.0, 5.0, 10.0]);
///     assert_eq!(cdist(&origin, &corners, Metric::Manhattan)?.gather()?, [0.0, 7.0, 14.0]);
///     let all = cdist(&corners, &corners, Metric::Chebyshev)?; // a panel of rows at a time
///     assert_eq!((all.split(), all.gather()?[3..6].to_vec()), (Some(0), vec![4.0, 0.0, 9.0]));
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// * SciPy 1.14 reference, `scipy.spatial.distance.cdist`.
/// * N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.1.
#[track_caller]
pub fn cdist<T: Float>(x: &DistArray<T>, y: &DistArray<T>, metric: Metric) -> Result<DistArray<T>> {
    let (cx, shape) = (x.context(), shape(x, y)?);
    let from_x = with_whole_rows(x.layout())?;
    let from_y = if from_x.is_replicated() { with_whole_rows(y.layout())? } else { y.layout().clone() };
    let layout = laid(shape, &from_x, &from_y);
    cx.charge(&layout, T::DTYPE)?;
    let (feed, panels) = panels(&layout, from_y, T::DTYPE.bytes(), cx.staging_limit());
    let (x, y) = (x.redistribute(&from_x)?, y.redistribute(&feed.from)?);

    let here = layout.local_shape(cx.rank());
    let mut distances = Fresh::new(here.size(), cx.engine());
    let mut compare = |start: usize, y: &Local<T>| {
        let extents = [here[0], y.shape()[0], y.shape()[1]];
        distances.measure(&Pairwise { metric, extents, at: start, pitch: here[1] }, [x.block(), y], cx.engine());
    };
    if feed.stays() {
        compare(0, y.block());
        return Ok(DistArray::from_parts(distances.done(here, cx.engine()), layout, cx.clone()));
    }
    // Two panels at a time, and the messages of two.
    let options = Options::new(T::DTYPE.bytes()).staging_limit(cx.staging_limit() / 2);
    let mut coming = None;
    for (number, panel) in panels.iter().enumerate() {
        let arriving = match coming.take() {
            Some(arriving) => arriving,
            None => feed.start(&y, panel.clone(), options.clone())?,
        };
        let arrived = feed.land(&y, arriving)?;
        if let Some(next) = panels.get(number + 1) {
            coming = Some(feed.start(&y, next.clone(), options.clone())?);
        }
        compare(panel.start, &arrived.local);
        // So that it is computed while this rank waits for the next panel.
        cx.engine().submit();
    }
    Ok(DistArray::from_parts(distances.done(here, cx.engine()), layout, cx.clone()))
}

/// The shape of the distances.
#[track_caller]
fn shape<T: Float>(x: &DistArray<T>, y: &DistArray<T>) -> Result<Shape> {
    if !x.context().is(y.context()) {
        return Err(Error::new(ErrorKind::Context, "cdist of arrays of different contexts"));
    }
    let why = match (&x.shape()[..], &y.shape()[..]) {
        (&[m, d], &[n, other]) if d == other => return Shape::from([m, n]).checked(T::DTYPE.bytes()),
        (&[_, d], &[_, other]) => format!("rows of {d} and of {other} features"),
        _ => "a table has two axes, rows and features".to_owned(),
    };
    Err(Error::new(ErrorKind::Shape, format!("cdist of shapes {} and {}: {why}", x.shape(), y.shape())))
}

/// The layout of a table, or one of its rows in blocks where their features are dealt.
fn with_whole_rows(layout: &Layout) -> Result<Layout> {
    if *layout.distribution(1) == Distribution::Whole {
        return Ok(layout.clone());
    }
    Layout::split(layout.shape().clone(), 0, layout.ranks())
}

/// How the distances lie: rows as those of x, and columns as the rows of y where both can be at once.
fn laid(shape: Shape, x: &Layout, y: &Layout) -> Layout {
    let (rows, columns) = (x.distribution(0), y.distribution(0));
    let apart = rows.over().end <= columns.over().start || columns.over().end <= rows.over().start;
    let both = x.mesh() == y.mesh() && *y.distribution(1) == Distribution::Whole && apart;
    let (mesh, columns) = match () {
        () if x.is_replicated() => (y.mesh(), columns.clone()),
        () if both => (x.mesh(), columns.clone()),
        () => (x.mesh(), Distribution::Whole),
    };
    Layout::new(shape, mesh.clone(), vec![rows.clone(), columns]).expect("two axes over different parts of a mesh")
}

/// How y, which lies as `from`, comes to where its distances lie as `layout`, and its rows in panels.
fn panels(layout: &Layout, from: Layout, item_bytes: usize, staging: usize) -> (Feed, Vec<Range<usize>>) {
    let rows = from.shape()[0];
    let into = vec![layout.distribution(1).clone(), Distribution::Whole];
    let into =
        Layout::new(from.shape().clone(), layout.mesh().clone(), into).expect("an axis as it is dealt elsewhere");
    let mut feed = Feed { from, into, axis: 0 };
    let unit = if feed.stays() { 0 } else { feed.unit() };
    let width = panel_width(rows, unit, item_bytes, staging / 2);
    feed.from = feed.spread(width).unwrap_or(feed.from);
    (feed, (0..rows).step_by(width).map(|start| start..rows.min(start + width)).collect())
}
