//! The shape of the code base, checked by reading its sources: layers, sizes, the tags of the docs, words that stay out.
//!
//! Each check lists every offence at once, with file and line.

#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

mod docs;
mod layers;
mod sizes;
mod source;
mod words;

/// Fails with all `offences`, under a sentence that says what the rule is.
fn none(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}\n  {}\n", offences.join("\n  "));
}
