//! What the environment says about the transport, read once.

use std::sync::OnceLock;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// The environment's wishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// The longest chunk of a message, in bytes.
    pub(super) chunk: usize,
    /// Whether the ranks compare each collective before they enter it.
    pub(super) check: bool,
    /// When a rank that waits is reported.
    pub(super) watchdog: Option<Duration>,
    /// When a rank that waits ends the job.
    pub(super) timeout: Option<Duration>,
}

/// MPI counts in an int. A power of two well below its end costs nothing: chunks of 256 MiB were measured to be faster
/// than one derived type over all.
const CHUNK: usize = 1 << 28;
const WATCHDOG: f64 = 60.0;

impl Settings {
    /// What the environment says, or which variable says nothing that can be understood.
    pub(super) fn read() -> Result<Self> {
        static READ: OnceLock<Result<Settings>> = OnceLock::new();
        READ.get_or_init(|| Self::from(|name| std::env::var(name).ok())).clone()
    }

    fn from(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let number = |name: &str| {
            let Some(text) = variable(name) else { return Ok(None) };
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
            let refused = || Error::new(ErrorKind::Argument, format!("{name}={text:?} is no number"));
            number.map(Some).ok_or_else(refused)
        };
        let seconds = |number: Option<f64>| number.filter(|&seconds| seconds > 0.0).map(Duration::from_secs_f64);
        let chunk = number("ISOTHERM_MPI_CHUNK")?.map_or(CHUNK, |bytes| (bytes as usize).clamp(1, CHUNK));
        let check = number("ISOTHERM_CHECK")?.map_or(cfg!(debug_assertions), |check| check != 0.0);
        let watchdog = seconds(Some(number("ISOTHERM_WATCHDOG")?.unwrap_or(WATCHDOG)));
        Ok(Self { chunk, check, watchdog, timeout: seconds(number("ISOTHERM_TIMEOUT")?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(set: &'static str, value: &'static str) -> Result<Settings> {
        Settings::from(|name| (name == set).then(|| value.to_owned()))
    }

    #[test]
    fn variables_are_understood_or_named() {
        let unset = settings("", "").unwrap();
        assert_eq!((unset.chunk, unset.check, unset.timeout), (CHUNK, cfg!(debug_assertions), None));
        assert_eq!(unset.watchdog, Some(Duration::from_mins(1)));
        assert_eq!(settings("ISOTHERM_MPI_CHUNK", "7").unwrap().chunk, 7);
        assert_eq!(settings("ISOTHERM_MPI_CHUNK", "1e12").unwrap().chunk, CHUNK);
        assert!(!settings("ISOTHERM_CHECK", "0").unwrap().check && settings("ISOTHERM_CHECK", "1").unwrap().check);
        assert_eq!(settings("ISOTHERM_WATCHDOG", "0").unwrap().watchdog, None);
        assert_eq!(settings("ISOTHERM_TIMEOUT", "2.5").unwrap().timeout, Some(Duration::from_millis(2500)));
        assert_eq!(settings("ISOTHERM_CHECK", "yes").unwrap_err().message(), "ISOTHERM_CHECK=\"yes\" is no number");
    }
}
