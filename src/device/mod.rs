//! Devices: who holds a rank's blocks and computes on them. No device knows of ranks.

pub(crate) mod cpu;

pub use cpu::Cpu;
