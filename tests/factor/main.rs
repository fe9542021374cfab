//! Factorisations: LAPACK's ratios on LAPACK's matrices, the acceptance checks, communication, memory, PCA.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/golden.rs"]
mod golden;
#[path = "../common/layouts.rs"]
mod layouts;
#[path = "../common/matrices.rs"]
mod matrices;
#[path = "../common/world.rs"]
mod world;

mod acceptance;
mod cost;
mod failures;
mod gram;
mod pca;
mod qr;
mod ratios;
mod svd;

/// A context of one rank that needs no launcher.
fn alone() -> isotherm::Context {
    isotherm::Context::new(isotherm::comm::Comm::solo(), isotherm::Cpu::new(1))
}
