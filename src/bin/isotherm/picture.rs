//! A fit as a picture, without gathering the data: evenly spaced rows, projected where they lie.

use isotherm::cluster::{Coordinate, KMeansFit};
use isotherm::math::cast;
use isotherm::prelude::*;

use crate::plane::Plane;
use crate::plot::Scatter;

/// Rows that are drawn; of more, every second, third, ...
const MOST_ROWS: usize = 5000;

/// The picture as SVG, on rank 0.
///
/// Two columns are drawn as they are, one against the row's number; of more, the first two principal axes of the centres, weighted
/// by their clusters' sizes: the plane in which clusters are farthest apart. Rank 0 finds it and the others hear of it.
pub(crate) fn draw<T: Coordinate>(x: &DistArray<T>, fit: &KMeansFit<T>, title: &str) -> Result<Option<String>> {
    let cx = x.context();
    let (n, columns) = (x.shape()[0], x.shape()[1]);
    let centers: Vec<f64> = fit.centers.to_vec()?.into_iter().map(cast).collect();
    let view = View::new(cx, &centers, columns, &fit.sizes)?;
    let gathered = cx.comm().gather_v(0, &sample(x, &fit.labels, &view)?)?;
    let svg = gathered.map(|parts| {
        let mut rows: Vec<[f64; 4]> = parts.concat().as_chunks().0.to_vec();
        rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
        rows.dedup_by(|a, b| a[0] == b[0]); // what several ranks hold
        let (x_name, y_name) = view.names();
        let scatter = Scatter {
            title: &format!("{title}: {} rows in {} clusters", crate::table::count(n as u64), fit.sizes.len()),
            x_name,
            y_name,
            points: &rows.iter().map(|row| (row[1], row[2])).collect::<Vec<_>>(),
            clusters: &rows.iter().map(|row| row[3] as usize).collect::<Vec<_>>(),
            // Against the row's number, centres stand in the middle.
            centres: &centers.chunks(columns).map(|center| view.place(n / 2, center)).collect::<Vec<_>>(),
            sizes: &fit.sizes,
        };
        scatter.to_svg()
    });
    cx.agree(svg.transpose())
}

/// How a row becomes a point.
enum View {
    /// One column, against the number of the row.
    Line,
    Columns,
    Projection(Plane),
}

impl View {
    fn new(cx: &Context, centers: &[f64], columns: usize, sizes: &[u64]) -> Result<Self> {
        match columns {
            1 => Ok(Self::Line),
            2 => Ok(Self::Columns),
            _ => {
                let plane = cx.on_root(|| Plane::through(centers, columns, sizes).to_numbers());
                let known = cx.comm().broadcast(0, &plane.unwrap_or_default())?;
                Ok(Self::Projection(Plane::from_numbers(&known)))
            }
        }
    }

    fn place(&self, number: usize, row: &[f64]) -> (f64, f64) {
        match self {
            Self::Line => (row[0], number as f64),
            Self::Columns => (row[0], row[1]),
            Self::Projection(plane) => plane.project(row),
        }
    }

    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Line => ("column 0", "row"),
            Self::Columns => ("column 0", "column 1"),
            Self::Projection(_) => ("first principal axis of the centres", "second principal axis of the centres"),
        }
    }
}

/// Number, place in the picture and cluster of the drawn rows that lie here.
fn sample<T: Coordinate>(x: &DistArray<T>, labels: &DistArray<i64>, view: &View) -> Result<Vec<f64>> {
    let (n, columns) = (x.shape()[0], x.shape()[1]);
    // Rows with their labels; nothing moves unless the columns are dealt.
    let x = x.redistribute(&labels.layout().inserted_axis(1, columns))?;
    let stride = n.div_ceil(MOST_ROWS).max(1);
    let numbers = labels.layout().progression(0, x.context().rank());
    let here = x.local().chunks_exact(columns).zip(labels.local()).enumerate();
    let numbered = here.map(|(position, (row, label))| (numbers.nth(position), row, *label));
    let drawn = numbered.filter(|(number, ..)| number % stride == 0).flat_map(|(number, row, label)| {
        let row: Vec<f64> = row.iter().map(|&value| cast(value)).collect();
        let (across, up) = view.place(number, &row);
        [number as f64, across, up, label as f64]
    });
    Ok(drawn.collect())
}
