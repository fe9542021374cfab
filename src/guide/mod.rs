//! The guide: chapters for who comes from elsewhere, and for who wants to know how it works. Documentation only.
//!
//! * [Coming from NumPy](for_numpy_users): what each thing is called here, and what is different.
//! * [Coming from Heat](for_heat_users): the same for Heat, and what that has and this has not yet.
//! * [Layouts](layouts): who holds what, with pictures, and what moving from one to another costs.
//! * [Collectives and errors](collectives_and_errors): how ranks stay together, and what you see when they do not.
//! * [Launching](launching): threads, `mpirun`, Slurm, containers; how many ranks, and what to do when it goes wrong.

pub mod collectives_and_errors;
pub mod for_heat_users;
pub mod for_numpy_users;
pub mod launching;
pub mod layouts;
