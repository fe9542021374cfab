//! Layouts and plans, at up to 4,096 ranks in one process.

mod cases;
mod execute;
mod ownership;
mod scale;
