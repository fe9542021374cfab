//! The calls into the MPI library that return at once or belong to start and end, each with its code checked.
//!
//! This file and `transfer` are the only ones that touch the library. What they offer is safe: handles are made here
//! and stay valid (communicators are freed by one function, at the end), memory that the library reads or writes
//! belongs to a `Transfer` until it is done.
//!
//! MPI is asked for `SERIALIZED` threads: one thread at a time, whichever. The calls are made by the rank's own thread,
//! and the lock `TURN` makes it true also for the one exception, a panic on another thread that ends the job. The lock
//! is free in practice and costs some 20 ns a call.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_void};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::{null_mut, with_exposed_provenance};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use mpi::ffi;

use crate::error::{Error, ErrorKind};

/// Who may call the library.
static TURN: Mutex<()> = Mutex::new(());

pub(super) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A call of the library that failed, in its own words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    pub(super) call: &'static str,
    pub(super) code: c_int,
}

pub(super) type Checked<T> = Result<T, Failure>;

pub(super) fn check(call: &'static str, code: c_int) -> Checked<()> {
    if code == ffi::MPI_SUCCESS as c_int { Ok(()) } else { Err(Failure { call, code }) }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0_u8; ffi::MPI_MAX_ERROR_STRING as usize + 1];
        let mut len = 0;
        let _turn = turn();
        // SAFETY: the text is one byte longer than the library writes at most.
        let known = unsafe { ffi::MPI_Error_string(self.code, text.as_mut_ptr().cast::<c_char>(), &raw mut len) };
        match usize::try_from(len) {
            Ok(len) if known == ffi::MPI_SUCCESS as c_int && len <= text.len() => {
                write!(f, "{}: {}", self.call, String::from_utf8_lossy(&text[..len]))
            }
            _ => write!(f, "{}: error {}", self.call, self.code),
        }
    }
}

impl Failure {
    /// The error of a program that cannot go on without MPI. No `From`: a second conversion into `Error` would leave users'
    /// closures without a type that the compiler can infer.
    #[track_caller]
    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Collective, self.to_string())
    }
}

/// Whether MPI has been initialised and not finalised, by whomever.
pub(super) fn is_up() -> bool {
    let (mut up, mut down) = (0, 0);
    let _turn = turn();
    // SAFETY: both calls are allowed at any time and write one int each.
    unsafe {
        ffi::MPI_Initialized(&raw mut up);
        ffi::MPI_Finalized(&raw mut down);
    }
    up != 0 && down == 0
}

/// Initialise MPI, for calls from one thread at a time.
pub(super) fn initialize() -> Checked<bool> {
    let mut provided = 0;
    let _turn = turn();
    // SAFETY: MPI was not initialised before (the caller has asked); null pointers stand for no arguments.
    let code = unsafe { ffi::MPI_Init_thread(null_mut(), null_mut(), ffi::RSMPI_THREAD_SERIALIZED, &raw mut provided) };
    check("MPI_Init_thread", code)?;
    // SAFETY: a constant of the library.
    Ok(provided >= unsafe { ffi::RSMPI_THREAD_SERIALIZED })
}

/// Finalise MPI. Waits for the other processes.
pub(super) fn finalize() {
    let _turn = turn();
    // SAFETY: the caller made MPI's initialisation and has ended all communication; nothing calls MPI after this.
    unsafe { ffi::MPI_Finalize() };
}

/// Have `f` called when the process exits in the normal way.
pub(super) fn at_exit(f: extern "C" fn()) {
    unsafe extern "C" {
        fn atexit(f: extern "C" fn()) -> c_int;
    }
    // SAFETY: the C library's own declaration; `f` is a function that lives as long as the process and does not unwind.
    unsafe { atexit(f) };
}

/// Whether this process is ending the job. The library may do that by an ordinary exit, which then must not wait for others.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Whether [`abort`] has been called.
pub(super) fn is_ending() -> bool {
    ENDING.load(Ordering::SeqCst)
}

/// End all processes of the job.
pub(super) fn abort(code: c_int) -> ! {
    ENDING.store(true, Ordering::SeqCst);
    // Another thread of this process may be in a call. It is waited for as long as calls take that return at once.
    let until = Instant::now() + Duration::from_secs(1);
    let turn = loop {
        match TURN.try_lock() {
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(Duration::from_millis(1)),
            Err(TryLockError::Poisoned(turn)) => break Some(turn.into_inner()),
            turn => break turn.ok(),
        }
    };
    // SAFETY: MPI is up (only what has started it aborts). If the lock was not to be had, two threads are in the library at
    // once, which it was not asked for; the process ends in this call or, at worst, in a crash: both end the job.
    unsafe { ffi::MPI_Abort(ffi::RSMPI_COMM_WORLD, code) };
    drop(turn);
    std::process::abort()
}

/// A handle to a communicator. It is not sent to other threads, whatever the library's own handle is (a pointer in Open
/// MPI, an int in MPICH).
#[derive(Clone, Copy)]
pub(super) struct Communicator {
    pub(super) handle: ffi::MPI_Comm,
    stays: PhantomData<*const ()>,
}

impl Communicator {
    pub(super) fn new(handle: ffi::MPI_Comm) -> Self {
        Self { handle, stays: PhantomData }
    }

    /// All processes of the job.
    pub(super) fn world() -> Self {
        // SAFETY: a constant of the library.
        Self::new(unsafe { ffi::RSMPI_COMM_WORLD })
    }

    /// This process alone.
    pub(super) fn itself() -> Self {
        // SAFETY: a constant of the library.
        Self::new(unsafe { ffi::RSMPI_COMM_SELF })
    }

    pub(super) fn rank(self) -> Checked<usize> {
        let mut rank = 0;
        let _turn = turn();
        // SAFETY: a live communicator; the call writes one int.
        check("MPI_Comm_rank", unsafe { ffi::MPI_Comm_rank(self.handle, &raw mut rank) })?;
        Ok(rank as usize)
    }

    pub(super) fn size(self) -> Checked<usize> {
        let mut size = 0;
        let _turn = turn();
        // SAFETY: a live communicator; the call writes one int.
        check("MPI_Comm_size", unsafe { ffi::MPI_Comm_size(self.handle, &raw mut size) })?;
        Ok(size as usize)
    }

    /// The same processes, with messages of their own. Collective and blocking.
    pub(super) fn duplicate(self) -> Checked<Self> {
        let turn = turn();
        // SAFETY: a live communicator; the call writes one handle.
        let made = made("MPI_Comm_dup", |new| unsafe { ffi::MPI_Comm_dup(self.handle, new) })?;
        drop(turn);
        made.returning_errors()
    }

    /// The processes that give the same color, in the order of their keys. Collective and blocking.
    pub(super) fn split(self, color: c_int, key: c_int) -> Checked<Self> {
        let turn = turn();
        // SAFETY: as in `duplicate`.
        let made = made("MPI_Comm_split", |new| unsafe { ffi::MPI_Comm_split(self.handle, color, key, new) })?;
        drop(turn);
        made.returning_errors()
    }

    /// The processes that share a machine's memory. Collective and blocking.
    pub(super) fn on_this_node(self) -> Checked<Self> {
        let turn = turn();
        // SAFETY: as in `duplicate`; the other arguments are constants of the library.
        let made = made("MPI_Comm_split_type", |new| unsafe {
            ffi::MPI_Comm_split_type(self.handle, ffi::RSMPI_COMM_TYPE_SHARED, 0, ffi::RSMPI_INFO_NULL, new)
        })?;
        drop(turn);
        made.returning_errors()
    }

    /// Codes instead of the end of the job.
    pub(super) fn returning_errors(self) -> Checked<Self> {
        let _turn = turn();
        // SAFETY: a live communicator and a constant of the library.
        let code = unsafe { ffi::MPI_Comm_set_errhandler(self.handle, ffi::RSMPI_ERRORS_RETURN) };
        check("MPI_Comm_set_errhandler", code).map(|()| self)
    }

    /// Free it. Collective.
    ///
    /// All copies of the handle are dead after this; the caller makes it the last thing.
    pub(super) fn free(mut self) -> Checked<()> {
        let _turn = turn();
        // SAFETY: a live communicator that was made here.
        check("MPI_Comm_free", unsafe { ffi::MPI_Comm_free(&raw mut self.handle) })
    }
}

/// The largest tag of messages.
pub(super) fn largest_tag() -> Checked<u32> {
    let (mut value, mut found) = (with_exposed_provenance::<c_int>(0), 0);
    let _turn = turn();
    // SAFETY: the attribute is defined on the world; the call writes a pointer to an int that lives as long as MPI.
    let code = unsafe {
        let value = (&raw mut value).cast::<c_void>();
        ffi::MPI_Comm_get_attr(ffi::RSMPI_COMM_WORLD, ffi::MPI_TAG_UB as c_int, value, &raw mut found)
    };
    check("MPI_Comm_get_attr", code)?;
    // SAFETY: as above; what every library guarantees when it does not say more.
    Ok(if found != 0 && !value.is_null() { unsafe { *value as u32 } } else { 32_767 })
}

/// The name of this machine.
pub(super) fn host() -> Checked<String> {
    // SAFETY: a constant of the library.
    let longest = unsafe { ffi::RSMPI_MAX_PROCESSOR_NAME } as usize;
    let (mut name, mut len) = (vec![0_u8; longest + 1], 0);
    let _turn = turn();
    // SAFETY: the name is one byte longer than the library writes at most.
    check("MPI_Get_processor_name", unsafe {
        ffi::MPI_Get_processor_name(name.as_mut_ptr().cast::<c_char>(), &raw mut len)
    })?;
    name.truncate(len as usize);
    Ok(String::from_utf8_lossy(&name).into_owned())
}

/// The library's name and version: the first words of what it says of itself.
pub(super) fn library() -> Checked<String> {
    // SAFETY: a constant of the library.
    let longest = unsafe { ffi::RSMPI_MAX_LIBRARY_VERSION_STRING } as usize;
    let (mut text, mut len) = (vec![0_u8; longest + 1], 0);
    let _turn = turn();
    // SAFETY: the text is one byte longer than the library writes at most.
    check("MPI_Get_library_version", unsafe {
        ffi::MPI_Get_library_version(text.as_mut_ptr().cast::<c_char>(), &raw mut len)
    })?;
    text.truncate(len as usize);
    let text = String::from_utf8_lossy(&text);
    let first = text.split(['\n', ',', '\0']).next().unwrap_or_default();
    Ok(first.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn made(call: &'static str, make: impl FnOnce(*mut ffi::MPI_Comm) -> c_int) -> Checked<Communicator> {
    // SAFETY: a constant of the library.
    let mut handle = unsafe { ffi::RSMPI_COMM_NULL };
    check(call, make(&raw mut handle))?;
    Ok(Communicator::new(handle))
}
