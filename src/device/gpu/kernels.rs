//! The kernels of a device, each made when it is first asked for.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::device::gpu::card::Card;
use crate::device::gpu::kernel::{Access, Bindings, Kernel, Source};
use crate::device::gpu::key::Key;
use crate::device::gpu::memo::Mixed;

/// Names a file to which a process adds the name of each shader that it makes a kernel of, and of each function in it: tests tell from it which ones have run.
const REGISTER: &str = "ISOTHERM_GPU_KERNELS";

/// What was made so far.
#[derive(Default)]
pub(super) struct Kernels {
    by_key: Mutex<HashMap<Key, Arc<Kernel>, Mixed>>,
    bindings: Mutex<HashMap<Vec<Access>, Arc<Bindings>>>,
    registered: Mutex<HashSet<String>>,
}

impl Kernels {
    fn by_key(&self) -> MutexGuard<'_, HashMap<Key, Arc<Kernel>, Mixed>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Card {
    /// The kernel of this key, taken from `make` the first time.
    pub(super) fn kernel(&self, key: Key, make: impl FnOnce() -> Arc<Kernel>) -> Arc<Kernel> {
        if let Some(known) = self.kernels.by_key().get(&key) {
            return known.clone();
        }
        // Not under the lock: another rank may need another kernel. If two make the same, one of them is kept.
        let made = make();
        self.kernels.by_key().entry(key).or_insert(made).clone()
    }

    /// Compile a kernel of the shader of this name.
    pub(super) fn compile(&self, shader: &str, checked: bool, source: Source) -> Arc<Kernel> {
        self.register(shader, &source.text);
        self.compiled.note();
        Arc::new(Kernel::new(self, source, checked))
    }

    /// The bindings of kernels that do this with arrays.
    pub(super) fn bindings(&self, arrays: &[Access]) -> Arc<Bindings> {
        let mut known = self.kernels.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        let number = known.len();
        known.entry(arrays.to_vec()).or_insert_with(|| Arc::new(Bindings::new(self, number, arrays))).clone()
    }

    fn register(&self, shader: &str, text: &str) {
        let Some(file) = std::env::var_os(REGISTER) else { return };
        let mut registered = self.kernels.registered.lock().unwrap_or_else(PoisonError::into_inner);
        let functions = text.lines().filter_map(|line| line.strip_prefix("fn ")?.split('(').next());
        let fresh = functions.chain([shader]).filter(|name| registered.insert((*name).to_owned()));
        let lines: Vec<String> = fresh.map(|name| format!("ran {name}\n")).collect();
        let file = std::fs::File::options().create(true).append(true).open(file);
        // A file that cannot be written lacks the names, which are then reported as not run.
        let _ = file.and_then(|mut file| file.write_all(lines.concat().as_bytes()));
    }
}
