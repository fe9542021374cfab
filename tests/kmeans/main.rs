//! k-means: scikit-learn's answers, the same bits on any ranks and layout, its messages, its errors.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/golden.rs"]
mod golden;
#[path = "../common/world.rs"]
mod world;

mod answers;
mod common;
mod failures;
mod law;
mod oracle;
