//! The numbers by which messages find the call that they belong to.

use super::raw::{Checked, largest_tag};
use crate::comm::Call;
use crate::dtype::DType;

/// How tags are made of calls.
///
/// | tags | messages |
/// |---|---|
/// | below 2^20 | from one rank to another: the user's tag and the dtype |
/// | from 2^20 | of collectives: the number of the call in its communicator, and its fingerprint |
///
/// Both parts of a collective's tag are cut to half of the bits that there are (30 with Open MPI, 27 with MPICH). The number keeps calls
/// apart that are on their way at the same time. The fingerprint keeps different calls apart: where the ranks do not compare
/// their calls beforehand, a wrong one waits for a message that nobody sends, which the roll call finds, and takes no
/// other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags {
    bits: u32,
}

const COLLECTIVE: u32 = 1 << 20;

impl Tags {
    /// For the tags that this library has; `None` when they are too few.
    pub(super) fn of_library() -> Checked<Option<Self>> {
        Ok(Self::up_to(largest_tag()?))
    }

    fn up_to(largest: u32) -> Option<Self> {
        let collectives = (largest + 1).checked_sub(COLLECTIVE)?;
        (collectives >= COLLECTIVE).then(|| Self { bits: collectives.ilog2() })
    }

    pub(super) fn of_collective(self, number: u64, print: u64) -> u32 {
        let prints = self.bits / 2;
        let low = |value: u64, bits: u32| value as u32 & ((1 << bits) - 1);
        COLLECTIVE + (low(number, self.bits - prints) << prints) + low(print, prints)
    }

    /// Whether a message belongs to a collective.
    pub(super) fn is_of_collective(tag: u32) -> bool {
        tag >= COLLECTIVE
    }

    /// The tag of messages of one dtype under a tag of 17 bits.
    pub(super) fn of_mail(tag: u32, call: &Call) -> u32 {
        let dtypes = DType::ALL.len() as u32 + 1;
        tag * dtypes + call.dtype.map_or(0, |dtype| dtype as u32 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Kind;

    #[test]
    fn tags_stay_in_their_ranges() {
        for largest in [(1 << 21) - 1, (1 << 28) - 1, i32::MAX as u32] {
            let tags = Tags::up_to(largest).unwrap();
            let all = [(0, 0), (1, u64::MAX), (u64::MAX, 0), (u64::MAX, u64::MAX)];
            let all = all.map(|(number, print)| tags.of_collective(number, print));
            assert!(all.iter().all(|&tag| (COLLECTIVE..=largest).contains(&tag)), "{all:?}");
            assert_ne!(tags.of_collective(1, 5), tags.of_collective(2, 5));
            assert_ne!(tags.of_collective(1, 5), tags.of_collective(1, 6));
            let mail = |tag, call: Call| Tags::of_mail(tag, &call);
            let call = Call::new(Kind::PointToPoint, "send");
            assert!(mail(1 << 16, call.of::<num_complex::Complex<f64>>(1)) < COLLECTIVE);
            assert_ne!(mail(1, call.of::<f64>(1)), mail(1, call.of::<i64>(1)));
        }
        assert!(Tags::up_to(32_767).is_none());
    }
}
