//! A file is one noun or one verb family; a function fits a screen.

use crate::none;
use crate::source::{Source, end_of_item, line_of, sources, words};

const FILE_LINES: usize = 400;
const MEDIAN_LINES: usize = 150;
const FUNCTION_LINES: usize = 60;
const FOLDERS: [&str; 4] = ["src", "tests", "benches", "examples"];

#[test]
fn files_are_short() {
    let long = |source: &Source| {
        let lines = source.raw.lines().count();
        (lines > FILE_LINES).then(|| format!("{}: {lines} lines", source.path))
    };
    let offences: Vec<String> = sources(&FOLDERS).iter().filter_map(long).collect();
    none(&format!("A file has at most {FILE_LINES} lines; split it by noun or verb:"), &offences);
}

#[test]
fn the_median_file_is_a_page_or_two() {
    // Inline tests do not count here: the rule is about what a reader has to hold in mind.
    let code_lines = |source: &Source| {
        let tests =
            source.code.lines().zip(source.without_tests().lines()).filter(|(with, without)| with != without).count();
        source.raw.lines().count() - tests
    };
    let mut lines: Vec<usize> = sources(&["src"]).iter().map(code_lines).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(
        median < MEDIAN_LINES,
        "half the files of src should be below {MEDIAN_LINES} lines; the median is {median}"
    );
}

#[test]
fn functions_fit_a_screen() {
    let offences: Vec<String> = sources(&FOLDERS).iter().flat_map(long_functions).collect();
    none(&format!("A function has at most {FUNCTION_LINES} lines; name its parts:"), &offences);
}

fn long_functions(source: &Source) -> Vec<String> {
    let mut offences = Vec::new();
    for at in words(&source.code, "fn") {
        // `fn(` is a type, not a function.
        let name: String =
            source.code[at + 2..].trim_start().chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect();
        let end = end_of_item(&source.code, at);
        let lines = line_of(&source.code, end) - line_of(&source.code, at) + 1;
        if !name.is_empty() && lines > FUNCTION_LINES {
            offences.push(format!("{}: {name} has {lines} lines", source.place(at)));
        }
    }
    offences
}

#[test]
fn a_long_function_is_found() {
    let body = "    call();\n".repeat(FUNCTION_LINES - 2);
    let long = format!("type F = fn(u8);\npub fn long<const N: usize>(a: [u8; N])\n{{\n{body}}}\n");
    assert_eq!(long_functions(&Source::new("a.rs", &long)), ["a.rs:2: long has 61 lines"]);
    let short = format!("fn short() {{\n{body}}}\n// }} {{\nfn next() {{}}\n");
    assert!(long_functions(&Source::new("a.rs", &short)).is_empty(), "as many lines as allowed");
}
