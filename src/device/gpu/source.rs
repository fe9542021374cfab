//! From the files in `shaders` to kernels: what stands between `//!default` and `//!end` is replaced.

/// `file` with its examples replaced by `parts`, in order.
///
/// # Panics
/// When there are not as many examples as parts.
pub(super) fn filled(file: &str, parts: &[&str]) -> String {
    let mut text = String::with_capacity(file.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    let mut parts = parts.iter();
    let mut in_example = false;
    for line in file.split_inclusive('\n') {
        match line.trim() {
            "//!default" => {
                in_example = true;
                text += parts.next().expect("as many parts as examples");
            }
            "//!end" => in_example = false,
            _ if in_example => {}
            _ => text += line,
        }
    }
    assert!(parts.next().is_none() && !in_example, "as many examples as parts");
    text
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn examples_are_replaced_in_order() {
        let file = "a\n  //!default\n  b\n  //!end\nc\n//!default\n//!end\n";
        assert_eq!(filled(file, &["1\n", "2\n"]), "a\n1\nc\n2\n");
    }
}
