//! Arrays on a GPU against the same on the CPU: every operation on every dtype, fused programs, reductions and movements.
//!
//! The CPU is the oracle: the other test crates hold it against exact values. Any Vulkan device will do, also one in software, for which
//! the arrays are small and operations share kernels: a kernel costs it a tenth of a second, an element nearly nothing.
#![cfg(feature = "gpu")]
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]
#![allow(clippy::useless_vec, reason = "a table of operations is a list, however short")]

#[path = "../../src/bin/isotherm/gpu_bench/checks/agreement.rs"]
mod agreement;
#[path = "../common/layouts.rs"]
mod layouts;
#[path = "../common/matrices.rs"]
mod matrices;
#[path = "../matmul/oracle.rs"]
mod oracle;
#[path = "../factor/ratios.rs"]
#[allow(dead_code, reason = "other crates need more of it")]
mod ratios;
#[path = "../../src/bin/isotherm/gpu_bench/checks/values.rs"]
mod values;
#[path = "../common/world.rs"]
mod world;

mod binary;
mod casts;
mod clusters;
mod complex;
mod devices;
mod distances;
mod elsewhere;
mod extremes;
mod factor;
mod fused;
mod movement;
mod order;
mod products;
mod random;
mod statistics;
mod sums;
mod transfers;
mod unary;
