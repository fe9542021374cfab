//! Every public function says whether the other ranks are needed.

use crate::none;
use crate::source::{Source, sources};

#[test]
fn public_functions_say_local_or_collective() {
    let offences: Vec<String> =
        sources(&["src"]).iter().filter(|source| !source.path.starts_with("src/bin/")).flat_map(untagged).collect();
    none(
        "The docs of a `pub fn` have a line that begins with `**Local` or `**Collective` (and then says the cost):",
        &offences,
    );
}

/// The public functions without the tag.
fn untagged(source: &Source) -> Vec<String> {
    let code = source.without_tests();
    let raw: Vec<&str> = source.raw.lines().collect();
    let mut offences = Vec::new();
    for (number, line) in code.lines().enumerate() {
        if let Some(name) = public_function(line)
            && !docs_above(&raw[..number])
                .iter()
                .any(|doc| doc.starts_with("**Local") || doc.starts_with("**Collective"))
        {
            offences.push(format!("{}:{}: {name}", source.path, number + 1));
        }
    }
    offences
}

/// The name of the public function that a line declares; `pub(crate)` and the like are not public.
fn public_function(line: &str) -> Option<&str> {
    let mut words = line.trim_start().strip_prefix("pub ")?.split_whitespace();
    words.by_ref().find(|word| !["const", "async", "unsafe", "extern"].contains(word)).filter(|&word| word == "fn")?;
    words.next().map(|name| name.split(['(', '<']).next().unwrap_or(name))
}

/// The lines of the doc comment that ends these lines; attributes may stand between it and their end.
fn docs_above<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut docs = Vec::new();
    let mut in_attribute = false;
    for line in lines.iter().rev().map(|line| line.trim()) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push(doc.trim());
        } else if line.starts_with("#[") || line.starts_with("$(#[") {
            in_attribute = false;
        } else if line.ends_with(")]") {
            in_attribute = true;
        } else if !in_attribute && !line.starts_with("//") {
            break;
        }
    }
    docs
}

#[test]
fn a_missing_tag_is_found() {
    let found = |text: &str| untagged(&Source::new("src/a.rs", text)).len();
    assert_eq!(found("/// Adds.\npub fn add() {}"), 1);
    assert_eq!(found("/// Adds.\n///\n/// **Local.**\n#[must_use]\npub const fn add() {}"), 0);
    assert_eq!(
        found(
            "/// **Collective** when the layouts differ; local otherwise.\n#[cfg(any(\n    a,\n    b\n))]\npub fn add<T>() {}"
        ),
        0
    );
    assert_eq!(found("/// **Local.**\npub struct A;\npub fn add() {}"), 1);
    assert_eq!(
        found("pub(crate) fn add() {}\nfn more() {}\npub type F = fn();\n#[cfg(test)]\nmod t { pub fn x() {} }"),
        0
    );
}
