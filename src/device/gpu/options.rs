//! How tests open a device: so that faults show which large arrays and a friendly device hide.

use crate::device::gpu::kernel::Variant;
use crate::error::LocalError;

/// Departures from how a device is used otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Elements of a segment: tiny ones make kernels meet every border.
    pub(crate) segment: Option<usize>,
    /// Invocations of a workgroup.
    pub(crate) workgroup: Option<usize>,
    /// Whether kernels run without checks on copies of their arrays, between words that must not change.
    pub(crate) canaries: bool,
}

/// Invocations of a workgroup, unless tests want others.
const WORKGROUP: usize = 256;

/// What tests set, for example to `segment=64,workgroup=128,canaries`.
const VARIABLE: &str = "ISOTHERM_GPU_TEST";

impl Options {
    /// Those that the environment asks for.
    pub(super) fn from_environment() -> Result<Self, LocalError> {
        std::env::var(VARIABLE).map_or(Ok(Self::default()), |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Result<Self, LocalError> {
        let mut options = Self::default();
        for word in text.split(',').filter(|word| !word.is_empty()) {
            let (name, number) =
                word.split_once('=').map_or((word, None), |(name, number)| (name, number.parse().ok()));
            match (name, number.filter(|number: &usize| number.is_power_of_two())) {
                ("canaries", None) => options.canaries = true,
                ("segment", Some(elements @ 4..)) => options.segment = Some(elements),
                ("workgroup", Some(invocations @ 64..=256)) => options.workgroup = Some(invocations),
                _ => {
                    let known = "canaries, segment=POWER OF TWO FROM 4, workgroup=64, 128 or 256";
                    return Err(LocalError::new(format!("{VARIABLE}={text:?}: {word:?} is none of {known}")));
                }
            }
        }
        Ok(options)
    }

    /// How kernels are made.
    pub(super) fn variant(&self) -> Variant {
        Variant { workgroup: self.workgroup.unwrap_or(WORKGROUP), checked: cfg!(debug_assertions) && !self.canaries }
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn options_are_read() {
        let all = Options { segment: Some(64), workgroup: Some(128), canaries: true };
        assert_eq!(Options::parse("canaries,workgroup=128,segment=64").unwrap(), all);
        assert_eq!(Options::parse("").unwrap(), Options::default());
        for wrong in ["canary", "workgroup", "workgroup=32", "workgroup=96", "segment=2", "segment=x"] {
            assert!(Options::parse(wrong).is_err(), "{wrong}");
        }
    }
}
