//! Words that stay out of the library, each with the files that may have them and why.

use crate::none;
use crate::source::{Source, sources, words};

/// Files with `unsafe`, and what it buys.
const UNSAFE: &[(&str, &str)] = &[
    ("src/memory/block.rs", "bytes seen as elements, and elements written into recycled bytes"),
    ("src/device/cpu/stream.rs", "stores past the caches, and prefetching: what no safe function does"),
    ("src/memory/cache.rs", "stores past the caches: a transpose takes half as long again without"),
    ("src/device/gpu/adapters.rs", "the size of a device's memory, which Vulkan tells and wgpu does not"),
    ("src/device/gpu/compiled.rs", "compiled kernels of another process handed to the driver"),
    ("src/device/gpu/kernel.rs", "kernels without bounds checks, which cost 1.4 times their time"),
    ("src/comm/mpi/raw.rs", "calls of the MPI library that return at once, or belong to its start and end"),
    ("src/comm/mpi/transfer.rs", "calls of the MPI library that go on with memory of ours after they return"),
];

/// Folders whose results are promised to have the same bits on every machine.
const NUMERIC: [&str; 5] = ["src/math/", "src/device/", "src/exact/", "src/random/", "src/cluster/"];

/// Methods of `f32` and `f64` that call the platform's libm, whose bits differ between platforms and versions.
/// `sqrt`, `mul_add`, `floor` and the like are not here: IEEE 754 defines every bit of their results.
const LIBM: &[&str] = &[
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "sin", "cos", "tan", "sin_cos", "asin", "acos",
    "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "powf", "powi", "cbrt", "hypot", "gamma",
    "ln_gamma",
];

/// Files of the numeric folders that may name such a method all the same, and why.
const OWN_METHODS: &[(&str, &str)] = &[];

#[test]
fn nothing_unwraps_or_is_left_to_do() {
    let forbidden = |source: &Source| {
        let code = source.without_tests();
        let macros = ["todo!", "unimplemented!", "dbg!"];
        let found = macros.iter().flat_map(|&name| code.match_indices(name)).chain(code.match_indices(".unwrap()"));
        found.map(|(at, word)| format!("{}: {word}", source.place(at))).collect::<Vec<_>>()
    };
    let offences: Vec<String> = sources(&["src"]).iter().flat_map(forbidden).collect();
    none("`expect` states the invariant, an error is returned, and unfinished code stays out of src:", &offences);
}

#[test]
fn unsafe_code_is_where_its_reason_is() {
    let sources = sources(&["src"]);
    let uses = |source: &Source| words(&source.code, "unsafe").map(|at| source.place(at)).collect::<Vec<_>>();
    let allowed = |source: &Source| UNSAFE.iter().any(|&(path, _)| path == source.path);
    let offences: Vec<String> = sources.iter().filter(|source| !allowed(source)).flat_map(uses).collect();
    none("`unsafe` only in files that UNSAFE in this test names, each with its reason:", &offences);
    let stale =
        |&&(path, _): &&(&str, &str)| !sources.iter().any(|source| source.path == path && !uses(source).is_empty());
    let stale: Vec<String> = UNSAFE.iter().filter(stale).map(|&(path, _)| path.to_owned()).collect();
    none("These files have no `unsafe` any more; take them off the list:", &stale);
}

#[test]
fn reproducible_code_does_not_call_the_platforms_libm() {
    let numeric = |source: &&Source| NUMERIC.iter().any(|folder| source.path.starts_with(folder));
    let allowed = |source: &&Source| OWN_METHODS.iter().any(|&(path, _)| path == source.path);
    let sources = sources(&["src"]);
    let offences: Vec<String> =
        sources.iter().filter(numeric).filter(|source| !allowed(source)).flat_map(libm_calls).collect();
    none(
        "Elementary functions come from crate::math; if a method here is our own, name its file in OWN_METHODS:",
        &offences,
    );
}

/// Calls such as `x.exp()` or `f64::exp(x)`, and the function named alone, as in `map(f64::exp)`.
fn libm_calls(source: &Source) -> Vec<String> {
    let code = source.without_tests();
    let mut offences = Vec::new();
    for name in LIBM {
        for at in words(&code, name) {
            let (before, after) = (code[..at].trim_end(), &code[at + name.len()..]);
            let method = before.ends_with('.') && after.starts_with('(');
            let path = ["f32::", "f64::", "libm::"].iter().any(|path| before.ends_with(path));
            if method || path {
                offences.push(format!("{}: {name}", source.place(at)));
            }
        }
    }
    offences
}

#[test]
fn calls_to_libm_are_found() {
    let found = |text: &str| libm_calls(&Source::new("src/math/a.rs", text)).len();
    assert_eq!(found("fn f(x: f64) -> f64 { x.exp() + f64::ln(x) + x\n.powi(2) }"), 3);
    assert_eq!(found("values.map(f64::sin)"), 1);
    assert_eq!(found("fn exp(x: f64) -> f64 { exp(x.sqrt()) + self::log(x) } // x.exp()"), 0);
}
