//! Devices: who holds a rank's blocks and computes on them. No device knows of ranks.

pub(crate) mod cpu;
mod engine;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
mod product;
mod request;
mod space;

pub use cpu::Cpu;
pub(crate) use engine::{Abilities, Engine, Evaluation, Leaf, Made, Reduced, Source};
pub(crate) use product::Product;
pub use request::Device;
pub(crate) use space::View;
