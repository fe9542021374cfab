//! What an analysis has found.

use super::Feature;
use crate::array::DistArray;

/// Principal components, from the one with the largest variance on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PCAFit<T: Feature> {
    /// The mean of each column, on every rank.
    pub mean: DistArray<T>,
    /// The directions, one a row: orthonormal, the largest component of each positive; on every rank.
    pub components: DistArray<T>,
    /// The variance of the rows along each component, with the divisor n - 1.
    pub explained_variance: Vec<f64>,
    /// The same as a share of the variance in all directions; 0 when all rows are the same.
    pub explained_variance_ratio: Vec<f64>,
    /// The singular values of the centred table that belong to the components.
    pub singular_values: Vec<f64>,
    /// The mean variance along the components that were left out, 0 if none were: the noise of probabilistic PCA.
    pub noise_variance: f64,
    /// The rows that were analysed.
    pub samples: usize,
    /// Whether scores are scaled to variance 1.
    pub whiten: bool,
}
