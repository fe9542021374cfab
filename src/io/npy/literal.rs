//! The few Python literals that a header is made of, read without evaluating anything.

use smallvec::SmallVec;

/// Where and why a header is no header: the byte from the start of its text, and the reason.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) at: usize,
    pub(super) reason: String,
}

/// NumPy's own limit on axes.
const MOST_AXES: usize = 64;

/// A place in the text of a header.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next character that is no space, not taken.
    pub(super) fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        self.text[self.at..].chars().next()
    }

    /// Take `wanted` if it is next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    pub(super) fn expect(&mut self, wanted: char) -> Result<(), Malformed> {
        if self.take(wanted) { Ok(()) } else { Err(self.expected(&format!("'{wanted}'"))) }
    }

    /// The error that `what` was expected here.
    pub(super) fn expected(&mut self, what: &str) -> Malformed {
        let found = self.peek().map_or("the end of the header".to_owned(), |c| format!("{c:?}"));
        self.malformed(format!("expected {what}, found {found}"))
    }

    pub(super) fn malformed(&self, reason: impl Into<String>) -> Malformed {
        Malformed { at: self.at, reason: reason.into() }
    }

    /// A string in either kind of quotes; no header has a reason to escape anything.
    pub(super) fn string(&mut self) -> Result<&'a str, Malformed> {
        let Some(quote @ ('\'' | '"')) = self.peek() else { return Err(self.expected("a string")) };
        let rest = &self.text[self.at + 1..];
        let len = rest.find([quote, '\\', '\n']).filter(|&len| rest[len..].starts_with(quote));
        let Some(len) = len else { return Err(self.malformed("a string without end")) };
        self.at += len + 2;
        Ok(&rest[..len])
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Malformed> {
        self.peek();
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let value = match &rest[..len] {
            "True" => true,
            "False" => false,
            _ => return Err(self.expected("True or False")),
        };
        self.at += len;
        Ok(value)
    }

    /// A tuple of extents; one extent is followed by a comma, as Python has it.
    pub(super) fn extents(&mut self) -> Result<SmallVec<[usize; 4]>, Malformed> {
        self.expect('(')?;
        let mut extents = SmallVec::new();
        let mut comma = true;
        while !self.take(')') {
            if !comma {
                return Err(self.expected("',' or ')'"));
            }
            if extents.len() == MOST_AXES {
                return Err(self.malformed(format!("more than {MOST_AXES} axes")));
            }
            extents.push(self.extent()?);
            comma = self.take(',');
        }
        if extents.len() == 1 && !comma {
            return Err(self.malformed("the shape is a number; one axis is written (n,)"));
        }
        Ok(extents)
    }

    fn extent(&mut self) -> Result<usize, Malformed> {
        if self.peek() == Some('-') {
            return Err(self.malformed("a negative extent"));
        }
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if len == 0 {
            return Err(self.expected("an extent"));
        }
        let extent = rest[..len].parse().map_err(|_| self.malformed("an extent of more than 64 bits"))?;
        // Python 2 wrote long integers with an L.
        self.at += len + usize::from(rest[len..].starts_with('L'));
        Ok(extent)
    }
}
