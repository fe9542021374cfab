//! Reproducible functions may not call the platform's libm: its results differ between systems.

use std::path::{Path, PathBuf};

/// Methods of `f32` and `f64` whose results come from the platform. Square root, fused multiply-add and the roundings
/// are exact and may be used; `%` calls `fmod`, exact but slow, and is left to the eye.
const FORBIDDEN: [&str; 29] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "cbrt", "hypot", "sin", "cos",
    "tan", "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "gamma",
    "ln_gamma", "erf",
];

/// All Rust files below a folder that exists.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| is_rust(path))
        .collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Calls of a forbidden function in a line of code: `x.exp()`, `f64::exp`, `f32::exp`. The words behind `//` are not
/// code.
fn calls(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let forms =
        |name: &&str| [format!(".{name}("), format!("f64::{name}"), format!("f32::{name}"), format!("Float::{name}")];
    FORBIDDEN.iter().flat_map(forms).filter(|form| is_called(code, form)).collect()
}

/// Whether `form` stands in the code and is not the beginning of a longer word.
fn is_called(code: &str, form: &str) -> bool {
    code.match_indices(form).any(|(at, _)| {
        let next = code[at + form.len()..].chars().next();
        form.ends_with('(') || !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn no_function_of_the_platform_is_called() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let own = sources(&root.join("math"));
    assert!(own.len() > 10, "the sources are not where this test looks: {}", own.len());
    let mut found = Vec::new();
    for path in own.into_iter().chain(sources(&root.join("device").join("cpu"))) {
        let text = std::fs::read_to_string(&path).expect("a source file is text");
        for (number, line) in text.lines().enumerate() {
            for call in calls(line) {
                found.push(format!("{}:{}: {call}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_search_finds_what_it_looks_for() {
    assert_eq!(calls("let y = x.exp();"), [".exp("]);
    assert_eq!(calls("xs.iter().map(f64::sin)"), ["f64::sin"]);
    assert_eq!(calls("f32::powf(x, y) + x.ln_1p()"), [".ln_1p(", "f32::powf"]);
    assert!(calls("T::exp(x) + exponential::exp(x) // x.exp()").is_empty());
    assert!(calls("f64::expand(x) + root.expect(\"x\")").is_empty());
}
