//! Imports point upwards only: a module uses those above it in one list, and never those below.

use std::collections::HashMap;

use crate::none;
use crate::source::{Source, sources};

/// The top-level modules, ground floor first. A module may use only those above it in this list.
const LAYERS: &[(&str, &str)] = &[
    ("error", "every layer fails in the same two ways"),
    ("dtype", "what an element is"),
    ("shape", "extents and broadcasting; no idea of ranks"),
    ("axis", "axes as users name them"),
    ("sync", "locks and threads: those of std, or of the explorer of schedules in tests"),
    ("memory", "blocks of elements and the pool they return to"),
    ("math", "scalar functions with the same bits everywhere"),
    ("exact", "sums whose order does not matter"),
    ("random", "numbers as functions of seed and index"),
    ("program", "untyped operations in post-order, before anyone runs them"),
    ("layout", "who holds what and what has to move: arithmetic, never talk"),
    ("comm", "bytes between ranks, no idea of arrays"),
    ("device", "kernels over slices, no idea of ranks"),
    ("local", "one rank's block of an array on one device"),
    ("context", "communicator and device together"),
    ("timer", "named times, summed up over the ranks of a context"),
    ("launch", "brings up the ranks, whatever carries their messages"),
    ("run", "a program from its start to its exit code"),
    ("expr", "the typed face of a program"),
    ("array", "the distributed array"),
    ("stencil", "formulas over neighbours, and the halos they need"),
    ("linalg", "products, factorisations and norms of matrices"),
    ("spatial", "how far apart rows are"),
    ("stats", "what a table's columns are like"),
    ("decomposition", "estimators that stand on a factorisation"),
    ("cluster", "estimators, in array-level calls"),
    ("io", "files, one format each"),
    ("prelude", "what most programs import"),
    ("guide", "chapters of the documentation; no code"),
    ("bin", "the command line; holds no logic that the library lacks"),
];

#[test]
fn no_module_uses_one_below_it() {
    let sources = sources(&["src"]);
    let root = sources.iter().find(|source| source.path == "src/lib.rs").expect("the library has a root");
    let reexports = reexports(&root.code);
    let mut offences = Vec::new();
    // The program is a crate of its own, below all of these: it has only the library's public face.
    let of_library = |source: &&Source| source.path != "src/lib.rs" && !source.path.starts_with("src/bin/");
    for source in sources.iter().filter(of_library) {
        offences.extend(climbing(source, &reexports));
    }
    none("A module uses only modules above it (see LAYERS in this test, and ARCHITECTURE.md):", &offences);
}

#[test]
fn every_module_has_its_place() {
    let mut unknown: Vec<String> = sources(&["src"])
        .iter()
        .map(|source| module(&source.path).to_owned())
        .filter(|module| module != "lib" && layer(module).is_none())
        .collect();
    unknown.dedup();
    none(
        "A new top-level module gets a line with its reason in LAYERS of this test, and one in ARCHITECTURE.md:",
        &unknown,
    );
}

/// The names in backquotes of the first column of ARCHITECTURE.md's table.
#[test]
fn the_map_has_the_same_list() {
    let map = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md")).unwrap();
    let table = map.split("## Ground floor to roof").nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).unwrap());
    let names: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert_eq!(names, LAYERS.iter().map(|&(name, _)| name).collect::<Vec<_>>());
}

/// The position of `module` in the list.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|&(name, _)| name == module)
}

/// The top-level module that a file belongs to: `src/layout/plan.rs` to `layout`.
fn module(path: &str) -> &str {
    let inside = path.strip_prefix("src/").expect("only files of src are asked for");
    inside.split('/').next().map_or("", |first| first.trim_end_matches(".rs"))
}

/// The uses in one file of a layer below its own, or of something that nobody knows.
fn climbing(source: &Source, reexports: &HashMap<String, String>) -> Vec<String> {
    let own = module(&source.path);
    let code = source.without_tests();
    let mut offences = Vec::new();
    for (at, names) in paths(&code, "crate::") {
        for name in names {
            let used = reexports.get(&name).unwrap_or(&name);
            match (layer(used), layer(own)) {
                (Some(used_layer), Some(own_layer)) if used_layer > own_layer => {
                    offences.push(format!("{}: {own} uses {used}, which is below it", source.place(at)));
                }
                (None, _) => offences.push(format!("{}: crate::{name} is in no layer", source.place(at))),
                _ => {}
            }
        }
    }
    for (at, names) in paths(&code, "super::") {
        for name in names.iter().filter(|name| layer(name) > layer(own) && reaches_root(source, &code[..at])) {
            offences.push(format!("{}: {own} uses {name}, which is below it", source.place(at)));
        }
    }
    offences
}

/// Whether the `super::` that ends this text has enough of them before it to leave the file's top-level module.
fn reaches_root(source: &Source, before: &str) -> bool {
    let supers = 1 + (before.len() - before.trim_end_matches("super::").len()) / "super::".len();
    let folders = source.path.matches('/').count() - 1;
    supers > folders - usize::from(source.path.ends_with("/mod.rs"))
}

/// Where `prefix` begins a path, and the first names after it: several when a `{…}` follows.
fn paths(code: &str, prefix: &str) -> Vec<(usize, Vec<String>)> {
    let begins = |&(at, _): &(usize, &str)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(prefix).filter(begins).map(|(at, _)| (at, first_names(&code[at + prefix.len()..]))).collect()
}

/// The names that a use-tree begins with: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(tree: &str) -> Vec<String> {
    let name =
        |text: &str| text.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map(str::to_owned);
    let Some(group) = tree.strip_prefix('{') else { return name(tree).into_iter().collect() };
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' if depth == 0 => {
                names.extend(name(&group[start..at]));
                start = at + 1;
            }
            '}' if depth == 0 => {
                names.extend(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The names that the library's root gives to items of its modules, with the module of each.
fn reexports(root: &str) -> HashMap<String, String> {
    let mut map = HashMap::new();
    for (at, _) in root.match_indices("pub use ") {
        let tree = root[at + "pub use ".len()..].split(';').next().unwrap_or_default();
        let module = first_names(tree).swap_remove(0);
        let names = match tree.split_once('{') {
            Some((_, group)) => first_names(&format!("{{{group}")),
            None => tree.rsplit("::").take(1).map(|name| name.trim().to_owned()).collect(),
        };
        // An item of another crate belongs to the ground floor: every layer may use it.
        let module = if layer(&module).is_some() { module } else { "error".to_owned() };
        map.extend(names.into_iter().map(|name| (name, module.clone())));
    }
    map
}

#[test]
fn a_climbing_import_is_found() {
    let reexports =
        reexports("pub use array::{AnyArray, DistArray};\npub use num_complex::Complex;\npub use shape::Shape;");
    let offences = |path: &str, text: &str| climbing(&Source::new(path, text), &reexports).len();
    assert_eq!(
        offences(
            "src/layout/plan.rs",
            "use crate::shape::Shape;\nuse crate::{Complex, Shape, error::{Error, Result}};"
        ),
        0
    );
    assert_eq!(offences("src/layout/plan.rs", "use crate::{comm::Comm, shape, DistArray};"), 2);
    assert_eq!(offences("src/layout/plan.rs", "fn f() { crate::comm::send() }"), 1);
    assert_eq!(offences("src/layout/plan.rs", "use super::super::comm::Comm; use super::mesh::Mesh;"), 1);
    assert_eq!(offences("src/shape.rs", "use super::comm;"), 1);
    assert_eq!(offences("src/layout/plan.rs", "use crate::nowhere::Thing;"), 1);
    assert_eq!(offences("src/layout/plan.rs", "#[cfg(test)]\nmod tests { use crate::comm; }\n// crate::comm"), 0);
}
