//! What all ranks do with one file: find the same in it, fail together, write it together.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::context::Context;
use crate::error::{Error, ErrorKind, LocalError, Result};
use crate::io::{Part, Staged};

/// This rank's value when every rank has one; else the first failing rank's error on all of them, with its number
/// unless it is rank 0: which speaks for a single rank, and mostly for all.
#[track_caller]
pub(super) fn agreed<R>(cx: &Context, result: std::result::Result<R, LocalError>) -> Result<R> {
    blamed(cx, result, |rank| rank != 0)
}

/// As [`agreed`], for what is wrong with the file itself: which rank came across it does not matter, and the error is the
/// same at any number of ranks.
#[track_caller]
pub(super) fn agreed_content<R>(cx: &Context, result: std::result::Result<R, LocalError>) -> Result<R> {
    blamed(cx, result, |_| false)
}

#[track_caller]
fn blamed<R>(cx: &Context, result: std::result::Result<R, LocalError>, named: impl Fn(usize) -> bool) -> Result<R> {
    cx.agree(result).map_err(|error| {
        let parts = error.message().strip_prefix("rank ").and_then(|rest| rest.split_once(": "));
        let rank = parts.and_then(|(rank, _)| rank.parse().ok());
        match (error.kind(), rank, parts) {
            (ErrorKind::Rank, Some(rank), Some((_, reason))) if !named(rank) => {
                Error::at(ErrorKind::File, reason, error.location().clone())
            }
            (ErrorKind::Rank, ..) => Error::at(ErrorKind::File, error.message(), error.location().clone()),
            _ => error,
        }
    })
}

/// What every rank has found out about the file at `path`, when all have found what rank 0 has.
///
/// One broadcast of 8 bytes and one all-reduce. `key` is all that must be equal.
#[track_caller]
pub(super) fn same<R, K: Hash>(
    cx: &Context,
    path: &Path,
    found: std::result::Result<R, LocalError>,
    key: impl Fn(&R) -> K,
) -> Result<R> {
    let print = |found: &R| {
        let mut hasher = DefaultHasher::new();
        key(found).hash(&mut hasher);
        hasher.finish()
    };
    let own: Vec<u64> = found.as_ref().ok().map(print).into_iter().collect();
    let first = cx.comm().broadcast(0, &own)?;
    // Rank 0 without a file has an error of its own, the first that is heard.
    let differs = !own.is_empty() && !first.is_empty() && own != first;
    let other = || LocalError::new(format!("{}: another file than rank 0 finds under this name", path.display()));
    agreed(cx, found.and_then(|found| if differs { Err(other()) } else { Ok(found) }))
}

/// Write a file of `len` bytes, each rank its own: for formats that this module does not have.
///
/// **Collective.** One broadcast of a name and three agreements. Rank 0 makes a temporary file beside `path`; every rank
/// calls `write` with a handle on it; when all have succeeded and their bytes are durable, rank 0 gives it its name in one step. Until
/// then, and after any rank's failure, what stood at `path` stands there unchanged, and no temporary file is left.
/// `path` and `len` are those of rank 0.
///
/// # Errors
/// [`ErrorKind::File`] with the first failing rank's reason, on every rank.
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-together-{}", std::process::id()));
/// isotherm::run_on(3, |cx| {
///     let at = 2 * cx.rank() as u64;
///     isotherm::io::write_together(cx, &path, 6, |part| part.write_all_at(&[b'a' + cx.rank() as u8, b' '], at))
/// }).unwrap();
/// assert_eq!(std::fs::read(&path).unwrap(), b"a b c ");
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn write_together(
    cx: &Context,
    path: impl AsRef<Path>,
    len: u64,
    write: impl FnOnce(&Part) -> std::result::Result<(), LocalError>,
) -> Result<()> {
    let path = path.as_ref();
    let created = (cx.rank() == 0).then(|| {
        let staged = Staged::create(path)?;
        staged.set_len(len)?;
        Ok(staged)
    });
    let temporary = match &created {
        Some(Ok(staged)) => staged.temporary().as_os_str().as_bytes(),
        _ => &[],
    };
    let temporary = cx.comm().broadcast(0, temporary)?;
    let opened = match created.transpose() {
        Err(error) => Err(error),
        // Nobody hears this: rank 0 is heard first, and says why.
        Ok(_) if temporary.is_empty() => Err(LocalError::new("rank 0 has made no temporary file")),
        Ok(staged) => Part::open(Path::new(OsStr::from_bytes(&temporary)), path).map(|part| (staged, part)),
    };
    let (staged, part) = agreed(cx, opened)?;
    agreed(cx, write(&part).and_then(|()| part.finish()))?;
    agreed(cx, staged.map_or(Ok(()), Staged::commit))
}
