//! Files: NPY and CSV as a rank reads and writes them, and what must not happen to a target's name.
#![allow(clippy::unwrap_used)]

mod csv;
mod failures;
mod folder;
mod npy;
mod staged;
