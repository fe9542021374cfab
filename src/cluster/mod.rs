//! Clustering: which rows of an array belong together.

mod kmeans;

pub use kmeans::{Coordinate, Init, Iteration, KMeans, KMeansFit};
