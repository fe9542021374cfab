//! Which device a context is to be on.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// A device to ask for: `cpu`, `gpu` or `gpu:1` on the command line and in `ISOTHERM_DEVICE`.
///
/// ```
/// use isotherm::Device;
/// assert_eq!("gpu:1".parse::<Device>()?, Device::Gpu(1));
/// assert_eq!(Device::AnyGpu.to_string(), "gpu");
/// assert!("tpu".parse::<Device>().unwrap_err().message().contains("tpu"));
/// # Ok::<(), isotherm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// A GPU for each rank: the ranks of a machine share its GPUs, dealt out by their number there.
    AnyGpu,
    /// The GPU of this number on the rank's machine: see `isotherm info`.
    Gpu(usize),
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::AnyGpu => f.write_str("gpu"),
            Self::Gpu(number) => write!(f, "gpu:{number}"),
        }
    }
}

impl FromStr for Device {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let numbered = || name.strip_prefix("gpu:")?.parse().ok().map(Self::Gpu);
        match name {
            "cpu" => Ok(Self::Cpu),
            "gpu" => Ok(Self::AnyGpu),
            _ => numbered().ok_or_else(|| {
                Error::new(
                    ErrorKind::Argument,
                    format!("no device is called {name:?}; there are cpu, gpu, gpu:0, gpu:1 and so on"),
                )
            }),
        }
    }
}
