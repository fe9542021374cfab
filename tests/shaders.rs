//! The shaders as text: each skeleton is valid WGSL by itself, the function library is valid as a whole, and none uses what drivers get wrong.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails its test")]

#[path = "../src/device/gpu/doubled.rs"]
mod doubled;

use std::path::{Path, PathBuf};

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{Block, Expression, MathFunction, Module, Statement};

/// The files that are kernels: all but the function library.
fn kernels() -> impl Iterator<Item = (PathBuf, String)> {
    files("").into_iter().filter(|(path, _)| !path.to_string_lossy().contains("/shaders/functions/"))
}

/// The files below `shaders`, with their texts.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders").join(folder)];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    assert!(!files.is_empty(), "{folder} has shaders");
    files.sort();
    files
}

/// The module of a text, which is valid.
fn module(name: &str, text: &str) -> Module {
    let module =
        naga::front::wgsl::parse_str(text).unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(text)));
    let valid = Validator::new(ValidationFlags::all(), Capabilities::all()).validate(&module);
    if let Err(error) = valid {
        panic!("{name}: {}", error.emit_to_string(text));
    }
    module
}

/// The function library as it is linked, with the one function that kernels bring along.
fn library() -> Module {
    const PRODUCT: &str = "fn product(a: u32, b: u32) -> vec2<u32> { return native_product_u32(a, b); }\n";
    let all = files("functions").into_iter().map(|(_, text)| text);
    let double = files("functions/complex/c32").into_iter().map(|(_, text)| doubled::doubled(&text));
    module("the function library", &(all.chain(double).collect::<String>() + PRODUCT))
}

#[test]
fn skeletons_are_valid_by_themselves() {
    for (path, text) in kernels() {
        module(&path.display().to_string(), &text);
    }
}

/// Elementary functions are our own: those of drivers are up to 4e-4 wrong for `f32`, and garbage for `f64`, where scans of bits make naga
/// panic, too.
#[test]
fn no_function_of_a_driver_is_used_whose_error_is_not_known() {
    use MathFunction as F;
    let scans = [F::CountLeadingZeros, F::CountTrailingZeros, F::FirstLeadingBit, F::FirstTrailingBit];
    let known = [F::Abs, F::Ceil, F::Clamp, F::Floor, F::Fma, F::Max, F::Min, F::Round, F::Sign, F::Sqrt, F::Trunc];
    let module = library();
    for (_, function) in module.functions.iter() {
        let name = function.name.as_deref().unwrap_or_default();
        for (_, expression) in function.expressions.iter() {
            if let Expression::Math { fun, .. } = expression {
                let scans = scans.contains(fun);
                assert!(scans || known.contains(fun), "{name} calls {fun:?}");
                assert!(!scans || !name.ends_with("64"), "{name} scans the bits of 64");
            }
        }
    }
}

/// A comparison of a value with itself is what some compilers fold, NaN or not.
#[test]
fn nothing_is_compared_with_itself() {
    let compared = |module: &Module| {
        let functions = module.functions.iter().map(|(_, function)| function);
        let all = functions.chain(module.entry_points.iter().map(|entry| &entry.function));
        for function in all {
            for (_, expression) in function.expressions.iter() {
                if let Expression::Binary { left, right, op } = expression {
                    let compares = matches!(op, naga::BinaryOperator::Equal | naga::BinaryOperator::NotEqual);
                    assert!(!compares || left != right, "{:?} compares a value with itself", function.name);
                }
            }
        }
    };
    compared(&library());
    // What measures a device asks it just that.
    for (path, text) in kernels().filter(|(path, _)| !path.ends_with("measure/rounding.wgsl")) {
        compared(&module(&path.display().to_string(), &text));
    }
}

/// Barriers stand where all invocations of a workgroup come: not below an `if` whose condition is computed from what differs between them. naga does not
/// check that. Here only a condition on constants is allowed above a barrier, which naga has folded away or not.
#[test]
fn barriers_are_outside_of_branches() {
    fn check(block: &Block, branches: usize, name: &str) {
        for statement in block {
            match statement {
                Statement::ControlBarrier(_) => assert!(branches <= 1, "{name}: a barrier below {branches} branches"),
                Statement::Block(block) => check(block, branches, name),
                Statement::If { accept, reject, .. } => {
                    check(accept, branches + 1, name);
                    check(reject, branches + 1, name);
                }
                Statement::Loop { body, continuing, .. } => {
                    check(body, branches, name);
                    check(continuing, branches, name);
                }
                Statement::Switch { cases, .. } => cases.iter().for_each(|case| check(&case.body, branches + 1, name)),
                _ => {}
            }
        }
    }
    for (path, text) in kernels() {
        let name = path.display().to_string();
        for entry in &module(&name, &text).entry_points {
            check(&entry.function.body, 0, &name);
        }
    }
}

/// A library is read item by item: names are unique, lines fit, and each file says what it is.
#[test]
fn files_of_the_library_have_headers_and_short_lines() {
    for (path, text) in files("") {
        assert!(text.starts_with("// "), "{} begins with a comment", path.display());
        for (number, line) in (1..).zip(text.lines()) {
            assert!(line.chars().count() <= 150, "{}:{number} is too long", path.display());
        }
        assert!(text.lines().count() <= 400, "{} is too long", path.display());
    }
}
