//! The bridge from an error of one rank to an error of all.

use std::fmt::Display;

use crate::comm::{Call, Comm, Exact, Kind};
use crate::error::{Error, ErrorKind, Result};

impl Comm {
    /// This rank's value when every rank has one; else, on every rank, the message of the first rank that failed.
    ///
    /// **Collective.** One all-reduce of the message, of no bytes when nobody failed.
    ///
    /// # Errors
    /// When any rank failed, or the ranks make different calls.
    ///
    /// # Examples
    /// ```
    /// use isotherm::comm::Comm;
    /// let comm = Comm::solo();
    /// let size = comm.agree("12".parse::<usize>())?;
    /// assert_eq!(size, 12);
    /// let error = comm.agree("twelve".parse::<usize>()).unwrap_err();
    /// assert_eq!(error.message(), "rank 0: invalid digit found in string");
    /// # Ok::<(), isotherm::Error>(())
    /// ```
    #[track_caller]
    pub fn agree<R>(&self, local: std::result::Result<R, impl Display>) -> Result<R> {
        self.agree_on(0, local)
    }

    /// Whether all ranks give the same number. One all-reduce of 16 bytes, whose outcome all ranks share.
    #[track_caller]
    pub(crate) fn is_same(&self, number: u64) -> Result<bool> {
        let least = self.all_reduce_exact(&[number, !number], Exact::Min)?;
        Ok(least[0] == !least[1])
    }

    /// [`Comm::agree`] with a fingerprint of what the ranks are doing: it must agree as well.
    #[track_caller]
    pub(crate) fn agree_on<R>(&self, label: u64, local: std::result::Result<R, impl Display>) -> Result<R> {
        let call = Call { label, ..Call::new(Kind::AllReduce, "agree") };
        let said = local.as_ref().err().map_or(String::new(), |error| format!("rank {}: {error}", self.rank()));
        let mut first = |left: Vec<u8>, right: &[u8]| if left.is_empty() { right.to_vec() } else { left };
        let heard = self.merged(&call, said.into_bytes(), &mut first)?;
        match local {
            Ok(value) if heard.is_empty() => Ok(value),
            _ => Err(Error::at(ErrorKind::Rank, String::from_utf8_lossy(&heard), call.at)),
        }
    }
}
