use std::io::{Error, ErrorKind, Read, Result};

/// Longest line of a file. No row of candles comes near it.
pub(super) const MAX_LINE_BYTES: usize = 1 << 20;

/// A reader that fails when a line is too long, before anybody keeps it in memory.
#[derive(Debug)]
pub(super) struct BoundedLines<R> {
    inner: R,
    limit: usize,
    line: usize,
}

impl<R: Read> BoundedLines<R> {
    pub(super) fn new(inner: R, limit: usize) -> Self {
        Self { inner, limit, line: 0 }
    }
}

impl<R: Read> Read for BoundedLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        match read.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => self.line = count - end - 1,
            None => self.line += count,
        }
        // A line within one buffer is at most as long as the buffer, so only those that go on count.
        if self.line > self.limit {
            let message = format!("a line is longer than {} bytes", self.limit);
            return Err(Error::new(ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}
