//! What a driver made of kernels, kept on disk for the next process.
//!
//! One file for each device and version of its driver. Processes replace it as a whole, the last one wins; whatever cannot be read or written is no error, and
//! kernels are compiled.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use wgpu::{AdapterInfo, Device, Features, PipelineCache, PipelineCacheDescriptor};

/// Names the folder; empty, nothing is kept.
const FOLDER: &str = "ISOTHERM_CACHE";

/// A file above so many bytes is begun anew: drivers never take anything out of it.
const MOST: usize = 64 << 20;

/// The compiled kernels of a device.
pub(super) struct Compiled(Option<Kept>);

struct Kept {
    file: PathBuf,
    cache: PipelineCache,
    /// Kernels that were made since the file was written.
    fresh: AtomicUsize,
}

/// Where this user's compiled kernels are kept, if anywhere.
pub(super) fn folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    match std::env::var_os(FOLDER) {
        Some(folder) => Some(PathBuf::from(folder)).filter(|folder| !folder.as_os_str().is_empty()),
        None => named("XDG_CACHE_HOME")
            .or_else(|| named("HOME").map(|home| home.join(".cache")))
            .map(|caches| caches.join("isotherm")),
    }
}

impl Compiled {
    /// What is in this folder for a device.
    #[allow(unsafe_code)]
    pub(super) fn load(folder: Option<&Path>, device: &Device, info: &AdapterInfo) -> Self {
        let kept = || {
            let folder = folder.filter(|_| device.features().contains(Features::PIPELINE_CACHE))?;
            std::fs::create_dir_all(folder).ok()?;
            let file = folder.join(name(info)?);
            let bytes = std::fs::read(&file).unwrap_or_default();
            let data = whole(&bytes).filter(|data| data.len() < MOST);
            let descriptor = PipelineCacheDescriptor { label: None, data, fallback: true };
            // SAFETY: the bytes are those that such a cache gave for this device and driver: its name says so, and their sum was right. wgpu checks their header
            // besides, and begins with an empty cache where that is another's.
            let cache = unsafe { device.create_pipeline_cache(&descriptor) };
            Some(Kept { file, cache, fresh: AtomicUsize::new(0) })
        };
        Self(kept())
    }

    /// Where the driver looks for kernels, and puts new ones.
    pub(super) fn cache(&self) -> Option<&PipelineCache> {
        self.0.as_ref().map(|kept| &kept.cache)
    }

    /// That a kernel is being made.
    pub(super) fn note(&self) {
        if let Some(kept) = &self.0 {
            kept.fresh.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Write the file, if there are new kernels.
    pub(super) fn save(&self) {
        if let Some(kept) = &self.0
            && kept.fresh.swap(0, Ordering::Relaxed) > 0
            && let Some(data) = kept.cache.get_data()
        {
            // The next process compiles what could not be kept.
            let _ = replace(&kept.file, &[&sum(&data).to_le_bytes()[..], &data].concat());
        }
    }
}

/// The file of a device: what its compiled kernels depend on.
fn name(info: &AdapterInfo) -> Option<String> {
    let mut driver = DefaultHasher::new();
    (&info.name, &info.driver, &info.driver_info, env!("CARGO_PKG_VERSION")).hash(&mut driver);
    Some(format!("{}_{:016x}", wgpu::util::pipeline_cache_key(info)?, driver.finish()))
}

/// The data of a file that begins with their sum, if that is right.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (own, data) = bytes.split_first_chunk()?;
    (u64::from_le_bytes(*own) == sum(data)).then_some(data)
}

fn sum(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

/// Put these bytes into the place of a file: whoever reads it sees the old ones or the new ones.
fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let fresh = file.with_extension(format!("{}-{number}", std::process::id()));
    let written = std::fs::write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&fresh);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::gpu::card::Card;
    use crate::device::gpu::kernel::{Access, Source};

    const TEXT: &str = "@group(0) @binding(1) var<storage, read_write> b0: array<u32>;
@compute @workgroup_size(1) fn main() { b0[0] = 1u; }";

    fn make(card: &Card) {
        let source = Source { name: "one".to_owned(), text: TEXT.to_owned(), bindings: vec![Access::Write] };
        card.compile("tests/one", true, source);
        card.compiled.save();
    }

    #[test]
    fn compiled_kernels_are_kept_and_whatever_is_wrong_with_them_is_no_error() {
        let folder = std::env::temp_dir().join(format!("isotherm-compiled-{}", std::process::id()));
        let card = Card::new(0, Some(&folder)).unwrap();
        if card.compiled.cache().is_none() {
            return; // the driver keeps nothing
        }
        let files = || std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        assert!(files().is_empty(), "nothing was made");
        make(&card);
        let [file] = &files()[..] else { panic!("one file, and none that was not finished") };
        let bytes = std::fs::read(file).unwrap();
        assert!(whole(&bytes).is_some_and(|data| !data.is_empty()));
        card.compiled.save();
        assert_eq!(std::fs::read(file).unwrap(), bytes, "there was nothing new");
        for wrong in [&bytes[..bytes.len() - 1], &[][..], &[7; 100]] {
            std::fs::write(file, wrong).unwrap();
            assert_eq!(whole(wrong), None);
            make(&Card::new(0, Some(&folder)).unwrap());
            assert!(whole(&std::fs::read(file).unwrap()).is_some(), "it is replaced");
        }
        // What another device, or a driver of another version, has left under this name: the sum is right, the header is not.
        std::fs::write(file, [&sum(&[7; 100]).to_le_bytes()[..], &[7; 100]].concat()).unwrap();
        make(&Card::new(0, Some(&folder)).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
        // A folder that cannot be made, since a file is in its way.
        std::fs::write(&folder, "in the way").unwrap();
        let card = Card::new(0, Some(&folder.join("below"))).unwrap();
        assert!(card.compiled.cache().is_none());
        make(&card);
        std::fs::remove_file(&folder).unwrap();
    }
}
