//! The plane of a picture.

use crate::plane::Plane;

/// Distances between points in the plane of `points`, all of which lie in it, are those in space.
#[track_caller]
fn keeps_distances(points: &[[f64; 4]]) {
    let plane = Plane::through(points.as_flattened(), 4, &vec![1; points.len()]);
    let plane = Plane::from_numbers(&plane.to_numbers());
    let placed: Vec<(f64, f64)> = points.iter().map(|point| plane.project(point)).collect();
    for (a, p) in points.iter().zip(&placed) {
        for (b, q) in points.iter().zip(&placed) {
            let space = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
            assert!((space - (p.0 - q.0).hypot(p.1 - q.1)).abs() < 1e-9, "{points:?}");
        }
    }
}

#[test]
fn points_of_a_plane_keep_their_distances() {
    let at = |u: f64, v: f64| [1.0 + u, 2.0 + v - u, 3.0 + 2.0 * v, 4.0];
    keeps_distances(&[at(0.0, 0.0), at(9.0, 1.0), at(-3.0, 2.0), at(5.0, -7.0)]);
    keeps_distances(&[at(0.0, 0.0), at(1.0, 2.0), at(2.0, 4.0)]);
    keeps_distances(&[at(3.0, 3.0), at(3.0, 3.0)]);
    keeps_distances(&[at(3.0, 3.0)]);
}

#[test]
fn the_longest_extent_lies_across() {
    let points =
        [[0.0, 10.0, 0.0], [0.0, -10.0, 0.0], [3.0, 0.0, 0.0], [-3.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0]];
    let plane = Plane::through(points.as_flattened(), 3, &[1; 6]);
    let close = |(a, b): (f64, f64), (c, d): (f64, f64)| assert!((a - c).abs() < 1e-9 && (b - d).abs() < 1e-9);
    close(plane.project(&points[0]), (10.0, 0.0));
    close(plane.project(&points[3]), (0.0, -3.0));
    close(plane.project(&points[4]), (0.0, 0.0));
    // A heavy pair of clusters counts more than a light one that is farther apart.
    let heavy = Plane::through(points.as_flattened(), 3, &[1, 1, 90, 90, 1, 1]);
    close(heavy.project(&points[2]), (3.0, 0.0));
}
