//! Who a rank talks to, and where it computes.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use std::time::Duration;

use crate::comm::{Comm, Exact};
use crate::device::{Abilities, Cpu, Device, Engine};
use crate::dtype::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Mesh};
use crate::memory::Pool;

/// A communicator and a device: everything that a rank's program is given.
///
/// Clones are handles to the same context. It stays on its rank's thread; what runs elsewhere cannot communicate:
///
/// ```compile_fail,E0277
/// isotherm::run_on(2, |cx| {
///     rayon::join(|| cx.comm().barrier(), || ()); // another thread
///     Ok(())
/// });
/// ```
#[derive(Clone)]
pub struct Context(Rc<Inner>);

struct Inner {
    comm: Comm,
    engine: Engine,
    options: Options,
    /// The communicators along some axes of a mesh, made once and kept: dropping anything must not communicate.
    groups: RefCell<HashMap<(Mesh, Vec<usize>), Comm>>,
    timers: RefCell<Timers>,
    /// How many identities were given out.
    identities: Cell<u64>,
}

#[derive(Clone)]
struct Options {
    staging: usize,
    budget: Option<usize>,
}

/// The timers of one rank: calls and time by name.
pub(crate) type Timers = BTreeMap<String, (u64, Duration)>;

/// Bytes that a movement may stage for sending, and as many for receiving, unless set otherwise.
const STAGING: usize = 32 << 20;

impl Context {
    /// A context of these parts.
    ///
    /// **Local.** Every rank of the communicator must make one.
    pub fn new(comm: Comm, cpu: Cpu) -> Self {
        Self::with(comm, Engine::new(cpu), Options { staging: STAGING, budget: None })
    }

    /// A context over the processes of an MPI communicator, for programs that have started MPI themselves.
    ///
    /// **Collective** over these processes: two duplicates of the communicator. Their messages do not mix with those of `communicator`. MPI is neither
    /// started nor ended here, and the process's panic hook stays as it is: see to it that a panic ends the job. The context and all arrays must be dropped before
    /// MPI is finalised. All calls into MPI while it is used must come from one thread at a time.
    ///
    /// # Errors
    /// When MPI fails, or a variable of the environment cannot be understood.
    ///
    /// # Examples
    /// ```no_run
    /// let universe = mpi::initialize().unwrap();
    /// let world = mpi::topology::SimpleCommunicator::world();
    /// let cx = isotherm::Context::from_mpi(&world)?;
    /// let x = cx.ones::<f64>((1000, 10), 0)?;
    /// # drop(x);
    /// # Ok::<(), isotherm::Error>(())
    /// ```
    #[cfg(feature = "mpi")]
    pub fn from_mpi(communicator: &impl mpi::traits::Communicator) -> Result<Self> {
        let (comm, cores) = crate::comm::mpi::adopt(communicator)?;
        Ok(Self::new(comm, Cpu::new(cores)))
    }

    fn with(comm: Comm, engine: Engine, options: Options) -> Self {
        let (groups, timers) = (RefCell::default(), RefCell::default());
        Self(Rc::new(Inner { comm, engine, options, groups, timers, identities: Cell::new(0) }))
    }

    /// This rank's number, from 0.
    ///
    /// **Local.**
    pub fn rank(&self) -> usize {
        self.0.comm.rank()
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn size(&self) -> usize {
        self.0.comm.size()
    }

    /// The communicator, for messages of one's own.
    ///
    /// **Local.**
    pub fn comm(&self) -> &Comm {
        &self.0.comm
    }

    /// What this rank computes on.
    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// This rank's share of a GPU, if its arrays live there: what it can do, and the bytes that went there and back.
    ///
    /// **Local.**
    #[cfg(feature = "gpu")]
    pub fn gpu(&self) -> Option<&crate::device::gpu::Gpu> {
        self.0.engine.gpu()
    }

    /// This rank's share of the CPU.
    ///
    /// **Local.**
    pub fn cpu(&self) -> &Cpu {
        self.0.engine.cpu()
    }

    /// This rank's memory on the host, with its counter of bytes in use.
    ///
    /// **Local.**
    pub fn pool(&self) -> &Pool {
        self.cpu().pool()
    }

    /// Bytes that a movement may stage for sending, and as many for receiving.
    ///
    /// **Local.**
    pub fn staging_limit(&self) -> usize {
        self.0.options.staging
    }

    /// The same context with another staging limit: smaller needs less memory and more rounds of messages.
    ///
    /// **Local.** The limit must be the same on every rank. Arrays of the two contexts do not combine.
    #[must_use]
    pub fn with_staging_limit(&self, bytes: usize) -> Self {
        let options = Options { staging: bytes.max(1), ..self.0.options.clone() };
        Self::with(self.0.comm.clone(), self.0.engine.clone(), options)
    }

    /// The same context, in which an array whose largest block needs more than `bytes` is refused before anything is allocated.
    ///
    /// **Local.** The budget must be the same on every rank. Arrays of the two contexts do not combine.
    #[must_use]
    pub fn with_memory_budget(&self, bytes: usize) -> Self {
        let options = Options { budget: Some(bytes), ..self.0.options.clone() };
        Self::with(self.0.comm.clone(), self.0.engine.clone(), options)
    }

    /// The same context, in which sums and means of floats on a GPU are `exact` or not; those on the CPU always are.
    ///
    /// **Local.** It must be the same on every rank. Arrays of the two contexts do not combine; see [`to_device`](crate::DistArray::to_device).
    ///
    /// Exact ones are added without rounding and rounded once: for the same terms they have the bits of the CPU, for any ranks, layout and device. Class: Reproducible
    /// in place of Bounded for sums and means, and for variances and norms up to the last division and root; terms that a program computes keep the class that
    /// element-wise floats have on the device.
    ///
    /// | of | computed | cost |
    /// |---|---|---|
    /// | `f32` | on the device, by integers of 24 bits | some 25 operations for each element; 64 bytes for each result, and for each part of a long one; a pass of its own |
    /// | `f64` and complex numbers, and where a device has no integers of 64 bits | on the host | the operands come to the host once, all their bytes; the result goes back |
    ///
    /// What is evaluated together with a sum of the second kind is computed on the host as well. Products stay Bounded.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let cx = cx.with_exact_sums(true); // before or after cx.on(device)
    ///     let x = cx.from_slice(&[1e30_f32, 1.0, -1e30], 3, 0)?;
    ///     assert_eq!(x.sum(0).eval()?.item()?, 1.0);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[must_use]
    pub fn with_exact_sums(&self, exact: bool) -> Self {
        Self::with(self.0.comm.clone(), self.0.engine.with_exact_sums(exact), self.0.options.clone())
    }

    /// The same ranks on another device, where the arrays of the new context live and are computed on.
    ///
    /// **Collective.** Three all-reduces. Every rank opens its device and tries it out. `device` must be the same on every rank. Arrays of the two contexts do not combine; see
    /// [`to_device`](crate::DistArray::to_device). Unless a memory budget was set, a block may be as large as the smallest rank's share of its GPU's memory.
    ///
    /// Where the ranks' GPUs are of different makes, the last bits of replicated floats may differ from rank to rank: take what decides about the next
    /// step from one of them (`cx.comm().broadcast(0, &value)`), as the library does.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] when some rank's machine has no GPU that it can see, or this build has no feature `gpu`; [`ErrorKind::Rank`] when a rank's GPU cannot be opened, is
    /// not there, or fails its trial.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// use isotherm::Device;
    /// isotherm::run_on(2, |cx| {
    ///     let cx = cx.on(Device::Cpu)?; // Device::AnyGpu where there are some
    ///     assert_eq!(cx.ones::<f32>(10, 0)?.sum(0).eval()?.item()?, 10.0);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn on(&self, device: Device) -> Result<Self> {
        let (comm, placement) = (&self.0.comm, self.0.comm.placement());
        let gpus = if device == Device::Cpu { 1 } else { Engine::gpus() as u64 };
        if comm.all_reduce_exact(&[gpus], Exact::Min)?[0] == 0 {
            let why = if cfg!(feature = "gpu") {
                "a rank's machine has no Vulkan device"
            } else {
                "this build has no feature gpu"
            };
            return Err(Error::new(ErrorKind::Device, format!("{device}: {why}")));
        }
        let mut label = DefaultHasher::new();
        device.hash(&mut label);
        let opened = self.0.engine.opened(device, placement.rank_on_node);
        let engine = comm.agree_on(label.finish(), opened)?;
        let Abilities { f64, i64, memory, .. } = engine.abilities();
        let sharing = placement.ranks_on_node.div_ceil(gpus.max(1) as usize) as u64;
        let share = memory.map_or(u64::MAX, |bytes| bytes / sharing);
        // The least of a number and of what is left from it: that they are one number.
        let number = engine.identity() as u64;
        let own = [u64::from(f64), u64::from(i64), share, number, u64::MAX - number];
        let common = comm.all_reduce_exact(&own, Exact::Min)?;
        let memory = (common[2] < u64::MAX).then_some(common[2]);
        let shared = common[3] == u64::MAX - common[4];
        let engine = engine.limited(Abilities { f64: common[0] == 1, i64: common[1] == 1, memory, shared });
        engine.report_profile(|| format!("rank {}", comm.rank()));
        let mut options = self.0.options.clone();
        options.budget = options.budget.or(memory.map(|bytes| bytes as usize));
        Ok(Self::with(comm.clone(), engine, options))
    }

    /// Whether these are the same context: arrays of different contexts do not combine.
    ///
    /// **Local.**
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Turn a result that may differ between ranks into one that does not: every rank gets the first failing rank's message.
    ///
    /// **Collective.** One all-reduce; with an error, one broadcast more.
    ///
    /// # Errors
    /// [`ErrorKind::Rank`] when any rank brings an error.
    #[track_caller]
    pub fn agree<R, E: Display>(&self, result: std::result::Result<R, E>) -> Result<R> {
        self.0.comm.agree(result)
    }

    /// Run `f` on rank 0 only.
    ///
    /// **Local.** `Send` keeps everything that can communicate out of `f`:
    ///
    /// ```compile_fail,E0277
    /// # use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.zeros::<f64>(4, 0)?;
    ///     cx.on_root(|| x.sum(0).eval()); // the other ranks would not come
    ///     Ok(())
    /// });
    /// ```
    pub fn on_root<R>(&self, f: impl FnOnce() -> R + Send) -> Option<R> {
        (self.rank() == 0).then(f)
    }

    /// The communicator of the ranks that differ from this one only along `axes` (ascending) of `mesh`.
    ///
    /// **Collective** on the first call for these axes: one split of the communicator; local afterwards.
    #[track_caller]
    pub(crate) fn along(&self, mesh: &Mesh, axes: &[usize]) -> Result<Comm> {
        let all = axes.iter().map(|&axis| mesh.extents()[axis]).product::<usize>() == mesh.ranks();
        if all {
            return Ok(self.0.comm.clone());
        }
        let key = (mesh.clone(), axes.to_vec());
        if let Some(known) = self.0.groups.borrow().get(&key) {
            return Ok(known.clone());
        }
        let mut coordinates = mesh.coordinates(self.rank());
        for &axis in axes {
            coordinates[axis] = 0;
        }
        let color = mesh.rank_at(&coordinates);
        let group = self.0.comm.split(color as u64, self.rank() as u64)?;
        self.0.groups.borrow_mut().insert(key, group.clone());
        Ok(group)
    }

    /// Refuse an array whose dtype the device lacks, or whose largest block does not fit the memory budget.
    #[track_caller]
    pub(crate) fn charge(&self, layout: &Layout, dtype: DType) -> Result<()> {
        if let Err(why) = self.0.engine.takes(dtype) {
            return Err(Error::new(ErrorKind::DType, why));
        }
        let Some(budget) = self.0.options.budget else { return Ok(()) };
        let bytes = layout.max_local_len().saturating_mul(dtype.bytes());
        if bytes <= budget {
            return Ok(());
        }
        let message = format!("{layout} of {dtype} needs {bytes} bytes on a rank, more than its budget of {budget}");
        Err(Error::new(ErrorKind::Memory, message))
    }

    /// A number that this context has never given before.
    pub(crate) fn identity(&self) -> u64 {
        self.0.identities.replace(self.0.identities.get() + 1)
    }

    pub(crate) fn timers(&self) -> &RefCell<Timers> {
        &self.0.timers
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rank {} of {} on {}", self.rank(), self.size(), self.0.comm.transport())
    }
}
