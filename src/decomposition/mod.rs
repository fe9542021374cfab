//! Estimators that stand on a factorisation.
