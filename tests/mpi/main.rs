//! Ranks as processes: each test starts its own executable under the MPI launcher and looks at what comes back.
//!
//! `MPIEXEC` names another launcher than `mpirun`, for a build with another MPI library.
#![cfg(feature = "mpi")]
#![allow(clippy::unwrap_used)]

mod conformance;
mod faults;
mod launcher;
mod settings;
