//! How far apart rows are.
//!
//! | function | what | moves |
//! |---|---|---|
//! | [`cdist`] | the distance of each row of one table from each row of another | panels of the second one's rows, or nothing |

mod cdist;

pub use crate::device::Metric;
pub use cdist::cdist;
