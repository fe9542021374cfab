//! What can go wrong, in two types that cannot be confused.
//!
//! An [`Error`] is a function of layouts, dtypes and values that every rank holds, so every rank gets the same one and `?`
//! keeps the ranks together. A [`LocalError`] happened on this rank only (a file, a failed local step): it has no
//! conversion into [`Error`], because a rank that returned early would leave the others waiting. The one bridge is
//! the collective `Context::agree`.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

/// A result whose error is the same on every rank.
pub type Result<T> = std::result::Result<T, Error>;

/// An error that every rank of the communicator shares.
///
/// It knows its [`kind`](Error::kind), a message with the offending values, and the [`line`](Error::location) of the user's
/// program that caused it.
///
/// ```
/// use isotherm::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::Shape, "shapes (3, 4) and (5,) do not broadcast");
/// assert_eq!(error.kind(), ErrorKind::Shape);
/// assert!(error.to_string().contains("(3, 4)"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    at: Place,
}

/// A line of a program: of this one, or of the same program in another process.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Place {
    file: Cow<'static, str>,
    line: u32,
    column: u32,
}

impl Place {
    /// The line of a file.
    ///
    /// **Local.**
    pub fn new(file: impl Into<Cow<'static, str>>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column }
    }

    /// The file, as the compiler was given it.
    ///
    /// **Local.**
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    ///
    /// **Local.**
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1.
    ///
    /// **Local.**
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl From<&'static Location<'static>> for Place {
    fn from(at: &'static Location<'static>) -> Self {
        Self::new(at.file(), at.line(), at.column())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The classes of [`Error`] that a caller may want to tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Shapes that do not fit each other, or an extent too large to count.
    Shape,
    /// An axis that the array does not have, or named twice.
    Axis,
    /// An index or range outside the array.
    Index,
    /// A distribution, mesh or rank that does not fit.
    Layout,
    /// A dtype that cannot be used here, or that differs.
    DType,
    /// An argument out of its domain.
    Argument,
    /// Arrays of different communicators or devices.
    Context,
    /// A block larger than the context's memory budget.
    Memory,
    /// Ranks that called different operations, left early, failed or panicked.
    Collective,
    /// A file that is missing, malformed or cannot be written.
    File,
    /// Something that failed on one rank and was agreed on by all.
    Rank,
    /// A feature that this build or this version does not have.
    NotImplemented,
    /// A device that is not there.
    Device,
}

impl ErrorKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Shape,
        Self::Axis,
        Self::Index,
        Self::Layout,
        Self::DType,
        Self::Argument,
        Self::Context,
        Self::Memory,
        Self::Collective,
        Self::File,
        Self::Rank,
        Self::NotImplemented,
        Self::Device,
    ];
}

impl Error {
    /// An error of `kind`, blaming the caller's line.
    ///
    /// **Local.** Meant for code that extends the library: every rank must make the same error.
    #[track_caller]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::at(kind, message, Location::caller())
    }

    /// An error of `kind`, blaming the line `at`.
    ///
    /// **Local.** As [`Error::new`].
    pub fn at(kind: ErrorKind, message: impl Into<String>, at: impl Into<Place>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), at: at.into() }))
    }

    /// The class of this error.
    ///
    /// **Local.**
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without the source line.
    ///
    /// **Local.**
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The line of the program that caused it.
    ///
    /// **Local.**
    pub fn location(&self) -> &Place {
        &self.0.at
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at {}:{})", self.0.message, self.0.at.file, self.0.at.line)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}

/// An error of this rank alone. It does not convert into [`Error`]: agree on it first.
///
/// ```compile_fail,E0277
/// fn read(cx: &isotherm::Context) -> isotherm::Result<String> {
///     let text = std::fs::read_to_string("part.txt").map_err(isotherm::LocalError::from);
///     Ok(text?) // one rank would return here while the others wait
/// }
/// ```
/// `cx.agree(text)?` is the bridge.
#[derive(Debug)]
pub struct LocalError(Box<dyn std::error::Error + Send + Sync>);

impl LocalError {
    /// A local error with this message.
    ///
    /// **Local.**
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into().into())
    }
}

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<std::io::Error> for LocalError {
    fn from(error: std::io::Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<String> for LocalError {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}
