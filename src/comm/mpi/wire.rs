//! Numbers, texts and errors as bytes, for the few words that the ranks exchange about themselves.

use crate::error::{Error, ErrorKind, Place};

/// Bytes to send.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

/// Bytes that were received; what is missing reads as zeros and empty texts.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Writer {
    pub(super) fn number(mut self, number: u64) -> Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self = self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
        self
    }

    pub(super) fn place(self, at: Option<&Place>) -> Self {
        match at {
            Some(at) => self.number(1).text(at.file()).number(at.line().into()).number(at.column().into()),
            None => self.number(0),
        }
    }

    pub(super) fn error(self, error: &Error) -> Self {
        self.number(error.kind() as u64).text(error.message()).place(Some(error.location()))
    }
}

impl Reader<'_> {
    fn take(&mut self, len: usize) -> &[u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(super) fn number(&mut self) -> u64 {
        self.take(8).try_into().map_or(0, u64::from_le_bytes)
    }

    pub(super) fn text(&mut self) -> String {
        let len = self.number() as usize;
        String::from_utf8_lossy(self.take(len)).into_owned()
    }

    pub(super) fn place(&mut self) -> Option<Place> {
        (self.number() == 1).then(|| Place::new(self.text(), self.number() as u32, self.number() as u32))
    }

    pub(super) fn error(&mut self) -> Error {
        let kind = ErrorKind::ALL.get(self.number() as usize).copied().unwrap_or(ErrorKind::Collective);
        let (message, at) = (self.text(), self.place());
        Error::at(kind, message, at.unwrap_or_else(|| Place::new("unknown", 0, 0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_way() {
        for kind in ErrorKind::ALL {
            let error = Error::new(kind, "shapes (3, 4) and (5,)\n  do not broadcast");
            let bytes = Writer::default().number(7).error(&error).place(None).0;
            let mut reader = Reader(&bytes);
            assert_eq!((reader.number(), reader.error(), reader.place()), (7, error, None));
            assert!(reader.0.is_empty());
        }
    }
}
