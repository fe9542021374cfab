//! Files that were made, or damaged, to do harm: no panic, and no more memory than they are long.
//!
//! A test binary of its own, because it counts what this thread allocates.
#![allow(unsafe_code, clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::{Path, PathBuf};

use isotherm::io::csv::{Format, HeaderRow, Table};
use isotherm::io::npy::{Header, read_runs};
use isotherm::io::{Source, Staging};
use proptest::prelude::*;

/// The system's memory, with a count of what this thread holds and the most it has held.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: it hands everything to the system's allocator and counts beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Thread locals without a destructor are there until the thread's very end.
        HELD.set(HELD.get().saturating_add(layout.size()));
        MOST.set(MOST.get().max(HELD.get()));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get().saturating_sub(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that `work` held at once beyond what was held before.
fn most_held(work: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST.set(before);
    work();
    MOST.get() - before
}

/// Changes to a file: bytes overwritten, cut out, repeated, and its end taken off.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(usize, u8),
    Remove(usize, usize),
    Repeat(usize, usize),
    Insert(usize, &'static [u8]),
    Truncate(usize),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let words: Vec<&[u8]> = vec![
        b"\"",
        b"\n",
        b",",
        b"(",
        b"9999999999",
        b"-1,",
        b"'|O'",
        b"\r",
        b"[",
        b"\xff\xff\xff\xff",
        b"\xef\xbb\xbf",
        b"1e999",
    ];
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
        (any::<usize>(), 1..20_usize).prop_map(|(at, len)| Damage::Remove(at, len)),
        (any::<usize>(), 1..40_usize).prop_map(|(at, len)| Damage::Repeat(at, len)),
        (any::<usize>(), prop::sample::select(words)).prop_map(|(at, word)| Damage::Insert(at, word)),
        any::<usize>().prop_map(Damage::Truncate),
    ]
}

fn damaged(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages.iter().filter(|_| !bytes.is_empty()).cloned().collect::<Vec<_>>() {
        let len = bytes.len().max(1);
        let upto = |at: usize, count: usize| at % len..(at % len + count).min(bytes.len());
        match damage {
            Damage::Overwrite(at, byte) if !bytes.is_empty() => bytes[at % len] = byte,
            Damage::Overwrite(..) => {}
            Damage::Remove(at, count) => drop(bytes.drain(upto(at, count))),
            Damage::Repeat(at, count) => bytes.extend_from_within(upto(at, count)),
            Damage::Insert(at, word) => drop(bytes.splice(at % len..at % len, word.iter().copied())),
            Damage::Truncate(at) => bytes.truncate(at % len),
        }
    }
    bytes
}

struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("isotherm-hostile-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

/// Read the header, and the values if the header is believed.
fn read_npy(path: &Path) {
    let source = Source::open(path).unwrap();
    let Ok(header) = Header::read(&source) else { return };
    assert_eq!(header.file_len(), source.len());
    if header.dtype == isotherm::DType::F64 {
        let size = header.shape.size();
        read_runs(&source, &header, std::iter::once(0..size as u64), &Staging::default(), &mut vec![0.0_f64; size])
            .unwrap();
    }
}

fn read_csv(path: &Path, format: Format) {
    let Ok(table) = Table::open(path, format) else { return };
    let range = table.range(0, 1);
    table.scan(range.clone()).unwrap();
    let Ok(rows) = table.count(range.clone(), table.start()) else { return };
    let mut values = vec![0.0_f64; rows as usize * table.head().columns];
    // Damaged numbers are errors, or other numbers.
    let _ = table.parse(range, table.start(), &mut values);
}

/// Paths, messages and the like; for values also the reading buffer.
const OVERHEAD: usize = 8 << 10;
const READING_BUFFER: usize = 256 << 10;
/// A field of the first record, at least a delimiter in the file, is a `String` while it may be a name, in a vector that doubles.
const NAME: usize = 96;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_npy_file_costs_no_more_than_itself(damages in prop::collection::vec(any_damage(), 0..6), which in 0..3_usize) {
        let name = ["f64_c.npy", "f64_v2.npy", "i32_8d.npy"][which];
        let golden = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/io").join(name)).unwrap();
        let bytes = damaged(golden, &damages);
        let file = File::new("npy", &bytes);
        let header = most_held(|| drop(Source::open(&file.0).map(|source| Header::read(&source))));
        prop_assert!(header <= bytes.len() + OVERHEAD, "{header} bytes for a file of {}", bytes.len());
        let all = most_held(|| read_npy(&file.0));
        prop_assert!(all <= bytes.len() + READING_BUFFER + OVERHEAD, "{all} bytes for a file of {}", bytes.len());
    }

    #[test]
    fn a_damaged_table_costs_a_multiple_of_itself(damages in prop::collection::vec(any_damage(), 0..8), kind in 0..3_usize) {
        let text = "\u{feff}a,\"b \"\"c\"\"\",d\r\n1,2.5,NA\r\n-3e7,\"4\n\",inf\n7,8,9\n".repeat(1 + kind * 3);
        let bytes = damaged(text.into_bytes(), &damages);
        let format = Format::default().header([HeaderRow::Auto, HeaderRow::None, HeaderRow::Present][kind]);
        let file = File::new("csv", &bytes);
        let held = most_held(|| read_csv(&file.0, format));
        prop_assert!(held <= NAME * bytes.len() + OVERHEAD, "{held} bytes for a file of {}", bytes.len());
    }
}

#[test]
fn long_rows_of_nothing() {
    let file = File::new("commas", &vec![b','; 3 << 20]);
    let held = most_held(|| {
        let error = Table::open(&file.0, Format::default()).unwrap_err().to_string();
        assert!(error.ends_with("line 1: more than 1,048,576 fields"), "{error}");
    });
    assert!(held < 96 << 20, "{held}");
    let file = File::new("quote", &[&b"1\n\""[..], &vec![b'\n'; 3 << 20]].concat());
    assert!(most_held(|| read_csv(&file.0, Format::default())) < 2 * READING_BUFFER);
    let file = File::new("blank", &vec![b'\n'; 3 << 20]);
    assert!(most_held(|| read_csv(&file.0, Format::default())) < 2 * READING_BUFFER);
}
