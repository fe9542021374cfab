//! Calls that go on after they return, each with the memory that it works on.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use mpi::ffi;

use super::raw::{Checked, Communicator, Failure, check, turn};
use crate::comm::Shared;
use crate::memory::Block;

/// Requests in the hands of the library, and the memory that it reads or writes until the last of them is done.
///
/// A message longer than the limit travels in chunks, each one request; all but the last are as long as the limit, and
/// the last one is shorter (perhaps empty), so that the receiver sees the end without being told the length.
///
/// A transfer that is dropped before it is done keeps its memory for good: a leak, and never memory that the library
/// writes to after somebody else has got it.
pub(super) struct Transfer<M> {
    /// Requests with the bytes that each must bring, if it is a receive.
    requests: Vec<(ffi::MPI_Request, Option<c_int>)>,
    done: usize,
    memory: Option<M>,
}

/// A collective of the library: what this rank gives, and the room for the result.
pub(super) type Folding = Transfer<(Shared, Block<u8>)>;

/// A message that has arrived and waits to be received.
pub(super) struct Arrived {
    handle: ffi::MPI_Message,
    pub(super) from: usize,
    pub(super) tag: u32,
    pub(super) len: usize,
}

/// The chunks of `len` items, as (start, length).
fn chunks(len: usize, limit: usize) -> impl Iterator<Item = (usize, c_int)> {
    (0..=len / limit).map(move |chunk| (chunk * limit, (len - chunk * limit).min(limit) as c_int))
}

impl Communicator {
    /// Begin to send a message.
    pub(super) fn send(self, to: usize, tag: u32, message: Shared, limit: usize) -> Checked<Transfer<Shared>> {
        let mut transfer = Transfer::new(message);
        let bytes = transfer.memory().as_bytes().as_ptr_range();
        let len = transfer.memory().len();
        for (start, count) in chunks(len, limit) {
            let start = bytes.start.wrapping_add(start).cast::<c_void>();
            // SAFETY: the chunk lies in the message, which the transfer keeps, and nobody writes to while it is shared.
            transfer.add("MPI_Isend", None, |request| unsafe {
                let (to, tag) = (to as c_int, tag as c_int);
                ffi::MPI_Isend(start, count, ffi::RSMPI_UINT8_T, to, tag, self.handle, request)
            })?;
        }
        Ok(transfer)
    }

    /// Begin to receive a message of a known length: that of the block.
    pub(super) fn receive(self, from: usize, tag: u32, block: Block<u8>, limit: usize) -> Checked<Transfer<Block<u8>>> {
        let mut transfer = Transfer::new(block);
        let bytes = transfer.memory_mut().as_mut_ptr();
        let len = transfer.memory().len();
        for (start, count) in chunks(len, limit) {
            let start = bytes.wrapping_add(start).cast::<c_void>();
            // SAFETY: the chunk lies in the block, which the transfer keeps untouched until the request is done. Its memory does
            // not move with it, and no two chunks overlap.
            transfer.add("MPI_Irecv", Some(count), |request| unsafe {
                let (from, tag) = (from as c_int, tag as c_int);
                ffi::MPI_Irecv(start, count, ffi::RSMPI_UINT8_T, from, tag, self.handle, request)
            })?;
        }
        Ok(transfer)
    }

    /// Claim the next message of a sender (of anyone) under a tag (under any), if one is here.
    pub(super) fn probe(self, from: Option<usize>, tag: Option<u32>) -> Checked<Option<Arrived>> {
        let mut here = 0;
        let mut status = MaybeUninit::<ffi::MPI_Status>::zeroed();
        let _turn = turn();
        // SAFETY: constants of the library; the call writes a flag, a handle and a status. A status is plain numbers, so
        // that zeros are one too.
        unsafe {
            let mut handle = ffi::RSMPI_MESSAGE_NULL;
            let from = from.map_or(ffi::RSMPI_ANY_SOURCE, |from| from as c_int);
            let tag = tag.map_or(ffi::RSMPI_ANY_TAG, |tag| tag as c_int);
            let probed = ffi::MPI_Improbe(from, tag, self.handle, &raw mut here, &raw mut handle, status.as_mut_ptr());
            check("MPI_Improbe", probed)?;
            if here == 0 {
                return Ok(None);
            }
            let (status, len) = (status.assume_init(), count_of(status.as_ptr())?);
            Ok(Some(Arrived { handle, from: status.MPI_SOURCE as usize, tag: status.MPI_TAG as u32, len }))
        }
    }

    /// Begin to find the least of all processes' numbers, place by place. Whether those from 2^63 count as negative is the
    /// library's choice; whether all are equal shows either way.
    ///
    /// This is the only arithmetic that the library is asked for. MPICH 4.0.2 gave wrong least numbers of 64-bit integers with both
    /// signs, Open MPI 4.1.4 saturates sums of bytes (measured: 200 + 100 is 255 in messages of 32 bytes and more).
    pub(super) fn least(self, own: Shared, least: Block<u8>, limit: usize) -> Checked<Folding> {
        assert_eq!(own.len(), least.len(), "a number for each");
        let mut transfer = Transfer::new((own, least));
        let (own, least) = transfer.memory_mut();
        let (from, to, len) = (own.as_bytes().as_ptr(), least.as_mut_ptr(), own.len());
        for (start, count) in chunks(len / size_of::<u64>(), (limit / size_of::<u64>()).max(1)) {
            let offset = start * size_of::<u64>();
            let (from, to) = (from.wrapping_add(offset).cast::<c_void>(), to.wrapping_add(offset).cast::<c_void>());
            // SAFETY: as in `send` and `receive`; both blocks begin on 64-byte boundaries and a chunk is whole numbers.
            transfer.add("MPI_Iallreduce", None, |request| unsafe {
                let (number, min) = (ffi::RSMPI_UINT64_T, ffi::RSMPI_MIN);
                ffi::MPI_Iallreduce(from, to, count, number, min, self.handle, request)
            })?;
        }
        Ok(transfer)
    }

    /// Begin to collect the bytes of all processes, equally many from each.
    pub(super) fn all_gather(self, own: Shared, all: Block<u8>) -> Checked<Folding> {
        assert_eq!(all.len(), own.len() * self.size()?, "room for every process");
        let mut transfer = Transfer::new((own, all));
        let (own, all) = transfer.memory_mut();
        let (from, to, count) = (own.as_bytes().as_ptr(), all.as_mut_ptr(), own.len() as c_int);
        // SAFETY: as in `send` and `receive`; there is room for `count` bytes of each process.
        transfer.add("MPI_Iallgather", None, |request| unsafe {
            let (from, to, byte) = (from.cast::<c_void>(), to.cast::<c_void>(), ffi::RSMPI_UINT8_T);
            ffi::MPI_Iallgather(from, count, byte, to, count, byte, self.handle, request)
        })?;
        Ok(transfer)
    }
}

impl Arrived {
    /// Begin to receive it into a block of its length.
    pub(super) fn receive(mut self, block: Block<u8>) -> Checked<Transfer<Block<u8>>> {
        assert_eq!(block.len(), self.len, "a block of the message's length");
        let mut transfer = Transfer::new(block);
        let (bytes, count) = (transfer.memory_mut().as_mut_ptr().cast::<c_void>(), self.len as c_int);
        // SAFETY: as in `Communicator::receive`; the message is received once, because this takes `self`.
        transfer.add("MPI_Imrecv", Some(count), |request| unsafe {
            ffi::MPI_Imrecv(bytes, count, ffi::RSMPI_UINT8_T, &raw mut self.handle, request)
        })?;
        Ok(transfer)
    }
}

impl<M> Transfer<M> {
    fn new(memory: M) -> Self {
        Self { requests: Vec::new(), done: 0, memory: Some(memory) }
    }

    fn memory(&self) -> &M {
        self.memory.as_ref().expect("the memory is taken at the end")
    }

    fn memory_mut(&mut self) -> &mut M {
        self.memory.as_mut().expect("the memory is taken at the end")
    }

    fn add(
        &mut self,
        call: &'static str,
        brings: Option<c_int>,
        start: impl FnOnce(*mut ffi::MPI_Request) -> c_int,
    ) -> Checked<()> {
        // SAFETY: a constant of the library.
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        let _turn = turn();
        check(call, start(&raw mut request))?;
        self.requests.push((request, brings));
        Ok(())
    }

    /// Whether all is done. Lets the library work on whatever it has in hand.
    pub(super) fn test(&mut self) -> Checked<bool> {
        while let Some((request, brings)) = self.requests.get_mut(self.done) {
            let mut flag = 0;
            let mut status = MaybeUninit::<ffi::MPI_Status>::zeroed();
            let _turn = turn();
            // SAFETY: a request that was started here and is not done; the call writes a flag and a status.
            let code = unsafe { ffi::MPI_Test(request, &raw mut flag, status.as_mut_ptr()) };
            check("MPI_Test", code)?;
            if flag == 0 {
                return Ok(false);
            }
            self.done += 1;
            if let Some(brings) = *brings
                // SAFETY: the call has written the status of a receive.
                && unsafe { count_of(status.as_ptr()) }? != brings as usize
            {
                return Err(Failure { call: "a message shorter than foreseen", code: ffi::MPI_ERR_TRUNCATE as c_int });
            }
        }
        Ok(true)
    }

    /// How many chunks are done.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    /// The memory, once all is done.
    pub(super) fn finish(mut self) -> M {
        assert_eq!(self.done, self.requests.len(), "the library still works on it");
        self.memory.take().expect("it is taken once")
    }
}

impl<M> Drop for Transfer<M> {
    fn drop(&mut self) {
        if self.done < self.requests.len() {
            std::mem::forget(self.memory.take());
        }
    }
}

/// The bytes of a receive.
///
/// # Safety
/// The status is that of a receive or of a probe that has found a message; the caller has the turn.
unsafe fn count_of(status: *const ffi::MPI_Status) -> Checked<usize> {
    let mut count = 0;
    // SAFETY: as above; a constant of the library, and one int to write to.
    check("MPI_Get_count", unsafe { ffi::MPI_Get_count(status, ffi::RSMPI_UINT8_T, &raw mut count) })?;
    Ok(count as usize)
}
