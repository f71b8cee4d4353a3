use std::io::{Error, ErrorKind, Read, Result};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Bytes read at a time: large enough that handing over costs nothing.
const BLOCK_BYTES: usize = 1 << 18;

/// Blocks that wait to be taken.
const WAITING: usize = 4;

/// A reader that another thread fills: a compressed file is unpacked on one core and parsed on another.
#[derive(Debug)]
pub(super) struct ReadAhead {
    blocks: Receiver<Result<Vec<u8>>>,
    /// What is being handed out, from `at` on; empty before the first block.
    block: Vec<u8>,
    at: usize,
    is_over: bool,
}

impl ReadAhead {
    /// Begins to read. The thread ends with the file, with an error, or soon after nobody reads any more.
    pub(super) fn new(source: impl Read + Send + 'static) -> Result<Self> {
        let (sender, blocks) = sync_channel(WAITING);
        std::thread::Builder::new().name("read-ahead".to_owned()).spawn(move || fill(source, &sender))?;
        Ok(Self { blocks, block: Vec::new(), at: 0, is_over: false })
    }
}

impl Read for ReadAhead {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.at >= self.block.len() && !self.is_over {
            // The end of a file is an empty block: a thread that ends without one has failed.
            let lost = |_| Err(Error::new(ErrorKind::UnexpectedEof, "the file was not read to its end"));
            self.block = self.blocks.recv().unwrap_or_else(lost)?;
            self.at = 0;
            self.is_over = self.block.is_empty();
        }
        let mut rest = self.block.get(self.at..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

fn fill(mut source: impl Read, sender: &SyncSender<Result<Vec<u8>>>) {
    loop {
        let mut block = Vec::with_capacity(BLOCK_BYTES);
        let read = (&mut source).take(BLOCK_BYTES as u64).read_to_end(&mut block);
        // What came before an error is handed out first, as it would be without a thread.
        let ends = read.is_err() || block.is_empty();
        if read.is_err() && !block.is_empty() && sender.send(Ok(std::mem::take(&mut block))).is_err() {
            return;
        }
        let sent = sender.send(read.map(|_| block));
        if ends || sent.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out `good` bytes, then fails; or panics.
    struct Failing {
        good: usize,
        panics: bool,
    }

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let count = buffer.len().min(self.good).min(1000);
            self.good -= count;
            match count {
                0 if self.panics => panic!("on purpose"),
                0 => Err(Error::other("torn")),
                _ => {
                    buffer.get_mut(..count).unwrap().fill(b'x');
                    Ok(count)
                }
            }
        }
    }

    #[test]
    fn everything_comes_in_order() {
        for length in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES * 7 + 3] {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let mut read = Vec::new();
            let mut reader = ReadAhead::new(std::io::Cursor::new(bytes.clone())).unwrap();
            reader.read_to_end(&mut read).unwrap();
            assert!(read == bytes, "{length}");
            assert_eq!(reader.read(&mut [0; 8]).unwrap(), 0, "the end stays the end");
        }
    }

    #[test]
    fn an_error_comes_after_what_was_read_before_it() {
        for (panics, word) in [(false, "torn"), (true, "not read to its end")] {
            let good = BLOCK_BYTES + 5;
            let mut read = Vec::new();
            let mut reader = ReadAhead::new(Failing { good, panics }).unwrap();
            let error = reader.read_to_end(&mut read).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
            assert!(panics || read.len() == good, "{}", read.len());
        }
    }

    #[test]
    fn nobody_reads_any_more() {
        // A source without end, whose thread ends all the same.
        let (sender, blocks) = sync_channel(1);
        let thread = std::thread::spawn(move || fill(std::io::repeat(1), &sender));
        drop(blocks);
        thread.join().unwrap();
    }
}
