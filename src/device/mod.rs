//! Devices: who holds a rank's blocks and computes on them. No device knows of ranks.

pub(crate) mod cpu;
pub(crate) mod digits;
mod engine;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod request;
mod space;

pub use cpu::Cpu;
pub(crate) use engine::{Abilities, Engine, Evaluation, Leaf, Made, Reduced, Source};
pub use request::Device;
pub(crate) use space::View;
