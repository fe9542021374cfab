//! Estimators that stand on a factorisation.

mod pca;

pub use pca::{Components, Feature, PCA, PCAFit};
