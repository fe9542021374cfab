//! Rust files as text: as written, and with comments and literals blanked so that words and braces can be counted.

use std::path::{Path, PathBuf};

/// One file. `raw` and `code` have the same lines, and the same bytes at each place that is code.
pub(crate) struct Source {
    /// From the package's root, with `/`.
    pub(crate) path: String,
    /// As written.
    pub(crate) raw: String,
    /// Comments and the insides of literals are spaces.
    pub(crate) code: String,
}

impl Source {
    /// The file at `path` with the text `raw`.
    pub(crate) fn new(path: &str, raw: &str) -> Self {
        Self { path: path.to_owned(), raw: raw.to_owned(), code: blank(raw) }
    }

    /// The code without items under `#[cfg(test)]` (or `#[cfg(all(test, …))]`).
    pub(crate) fn without_tests(&self) -> String {
        let mut code = self.code.clone();
        if self.path.ends_with("/tests.rs") {
            return spaces(&code);
        }
        for attribute in ["#[cfg(test)]", "#[cfg(all(test,"] {
            while let Some(start) = code.find(attribute) {
                let end = end_of_item(&code, start + attribute.len());
                code.replace_range(start..end, &spaces(&code[start..end]));
            }
        }
        code
    }

    /// `path:line` of a byte of the text, for messages.
    pub(crate) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, line_of(&self.raw, at))
    }
}

/// Every `.rs` file below the folders, in the order of their names. A folder that does not exist has none.
pub(crate) fn sources(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in folders {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let source = |path: PathBuf| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        Source::new(&name, &std::fs::read_to_string(&path).unwrap())
    };
    paths.into_iter().map(source).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The line, counted from one, of byte `at`.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The end of the item that begins after `from`: its closing brace, or its semicolon when it has no body.
pub(crate) fn end_of_item(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Where `word` stands in `code` as a word of its own.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = at.checked_sub(1).map(|before| code.as_bytes()[before]);
        let after = code.as_bytes().get(at + word.len()).copied();
        !(before.is_some_and(is_name) || after.is_some_and(is_name))
    })
}

fn spaces(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// `raw` with comments and the insides of literals as spaces, byte for byte.
fn blank(raw: &str) -> String {
    let mut code = String::with_capacity(raw.len());
    while code.len() < raw.len() {
        let rest = &raw[code.len()..];
        let in_name = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match literal_or_comment(rest, in_name) {
            Some(bytes) => code.push_str(&spaces(&rest[..bytes])),
            None => code.extend(rest.chars().next()),
        }
    }
    code
}

/// The length of the comment or literal that `rest` begins with. Inside a name, a quote begins none of the prefixed forms.
fn literal_or_comment(rest: &str, in_name: bool) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    if let Some(inside) = rest.strip_prefix('"') {
        return Some(1 + closing_quote(inside, '"'));
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        // A lifetime is a quote whose second character does not close it.
        let is_char = inside.starts_with('\\') || inside.chars().nth(1) == Some('\'');
        return is_char.then(|| 1 + closing_quote(inside, '\''));
    }
    let hashed = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !in_name)?;
    let hashes = hashed.len() - hashed.trim_start_matches('#').len();
    let inside = hashed[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = inside.find(&closing).map_or(inside.len(), |end| end + closing.len());
    Some(rest.len() - inside.len() + end)
}

/// The bytes up to and with the closing quote.
fn closing_quote(inside: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    inside.len()
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    for at in 0..rest.len() - 1 {
        match &rest.as_bytes()[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" if depth == 1 => return at + 2,
            b"*/" => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn comments_and_literals_are_blanked_byte_for_byte() {
    let raw =
        "let a = \"{\\\"\"; // {\nlet b: &'static str = r#\"{\"\"#; /* /* { */ } */ let c = '{'; let é = '\\'';\n";
    let source = Source::new("a.rs", raw);
    assert_eq!(source.code.lines().count(), raw.lines().count());
    assert!(!source.code.contains(['{', '}', '"']), "{}", source.code);
    assert!(source.code.contains("let b: &'static str =") && source.code.contains("; let é ="));
    assert_eq!(source.code.len(), raw.len());
}

#[test]
fn items_of_tests_are_left_out() {
    let raw = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { c(); }\n}\nfn d() {}\n";
    let code = Source::new("src/a.rs", raw).without_tests();
    assert!(code.contains("fn a()") && code.contains("fn d()") && !code.contains("fn b()"));
}
