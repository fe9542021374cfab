//! The plane in which some points lie farthest apart: their first two principal axes.

/// A plane through `middle`, spanned by two orthogonal axes of length one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plane {
    middle: Vec<f64>,
    axes: [Vec<f64>; 2],
}

/// More do not change the picture: axes this close to being equally good may be mixed.
const STEPS: usize = 100;

impl Plane {
    /// The plane of `points` (rows of `columns` values) with these weights, by power iteration: multiply a vector with the
    /// points' scatter matrix `BᵀB`, never formed, until it points along the longest axis.
    ///
    /// Where the points have no extent (a single one, or the second axis of points on a line), an axis of the
    /// coordinates takes the place.
    pub(crate) fn through(points: &[f64], columns: usize, weights: &[u64]) -> Self {
        let total: u64 = weights.iter().sum();
        let mut middle = vec![0.0; columns];
        for (point, &weight) in points.chunks(columns).zip(weights) {
            let share = weight as f64 / total as f64;
            middle.iter_mut().zip(point).for_each(|(m, x)| *m += share * x);
        }
        let rows: Vec<Vec<f64>> = points
            .chunks(columns)
            .zip(weights)
            .map(|(point, &weight)| {
                let factor = (weight as f64 / total as f64).sqrt();
                point.iter().zip(&middle).map(|(x, m)| (x - m) * factor).collect()
            })
            .collect();
        let first = longest_axis(&rows, columns, None);
        let second = longest_axis(&rows, columns, Some(&first));
        Self { middle, axes: [first, second] }
    }

    /// The plane as numbers, for a message; [`Plane::from_numbers`] is the way back.
    pub(crate) fn to_numbers(&self) -> Vec<f64> {
        [self.middle.as_slice(), &self.axes[0], &self.axes[1]].concat()
    }

    pub(crate) fn from_numbers(numbers: &[f64]) -> Self {
        let columns = numbers.len() / 3;
        let part = |k: usize| numbers[k * columns..][..columns].to_vec();
        Self { middle: part(0), axes: [part(1), part(2)] }
    }

    /// Where `point` lies in the plane.
    pub(crate) fn project(&self, point: &[f64]) -> (f64, f64) {
        let along = |axis: &[f64]| point.iter().zip(&self.middle).zip(axis).map(|((x, m), a)| (x - m) * a).sum();
        (along(&self.axes[0]), along(&self.axes[1]))
    }
}

/// The direction of length one along which the rows are longest, among those orthogonal to `other`. Its largest part is positive, so
/// that the picture does not flip.
fn longest_axis(rows: &[Vec<f64>], columns: usize, other: Option<&[f64]>) -> Vec<f64> {
    let orthogonal = |mut vector: Vec<f64>| {
        if let Some(other) = other {
            let along = dot(&vector, other);
            vector.iter_mut().zip(other).for_each(|(v, o)| *v -= along * o);
        }
        vector
    };
    let scale = rows.iter().map(|row| dot(row, row)).fold(0.0, f64::max);
    let longest = rows.iter().cloned().map(orthogonal).max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)));
    // What remains of a row beside `other` is noise when it is this small.
    let start = longest.filter(|row| dot(row, row) > 1e-20 * scale);
    let mut axis = match start {
        Some(row) => normalized(row),
        None => return coordinate_axis(columns, other),
    };
    for _ in 0..STEPS {
        let mut image = vec![0.0; columns];
        for row in rows {
            let along = dot(row, &axis);
            image.iter_mut().zip(row).for_each(|(i, r)| *i += along * r);
        }
        axis = normalized(orthogonal(image));
    }
    let largest = axis.iter().copied().fold(0.0, |most: f64, a| if a.abs() > most.abs() { a } else { most });
    axis.iter().map(|a| a * largest.signum()).collect()
}

/// The axis of the coordinates that sticks out most from `other`, made orthogonal to it; with one column there is none.
fn coordinate_axis(columns: usize, other: Option<&[f64]>) -> Vec<f64> {
    let other = other.map_or_else(|| vec![0.0; columns], <[f64]>::to_vec);
    let column = (0..columns).min_by(|&a, &b| other[a].abs().total_cmp(&other[b].abs())).unwrap_or(0);
    let unit = |axis: usize| if axis == column { 1.0 } else { 0.0 };
    normalized((0..columns).map(|axis| unit(axis) - other[column] * other[axis]).collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The vector with length one; zeros stay.
fn normalized(vector: Vec<f64>) -> Vec<f64> {
    let length = dot(&vector, &vector).sqrt();
    if length == 0.0 { vector } else { vector.into_iter().map(|v| v / length).collect() }
}
