//! Devices: who holds a rank's blocks and computes on them. No device knows of ranks.

pub(crate) mod cpu;
pub(crate) mod digits;
mod distances;
mod engine;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
#[cfg(feature = "gpu")]
mod part;
mod product;
mod request;
mod space;
mod steps;
mod tally;

pub use cpu::Cpu;
pub(crate) use cpu::Part;
pub(crate) use cpu::clusters::nearest_center;
pub use distances::Metric;
pub(crate) use distances::Pairwise;
pub(crate) use engine::{Abilities, Engine, Evaluation, Leaf, Made, Reduced, Source, Target};
pub(crate) use product::Product;
pub use request::Device;
pub(crate) use space::View;
pub(crate) use steps::Steps;
pub use tally::Coordinate;
pub(crate) use tally::{Race, Tally, Wanted};
