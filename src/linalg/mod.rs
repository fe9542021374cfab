//! Products, factorisations and norms of matrices that are dealt out.
