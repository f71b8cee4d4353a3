use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use wickflow_shared::time::{Timestamp, Zone};

use super::header::{columns, separator};
use super::number::{float, text, time};
use super::rows::{Fields, Rows, Unit};
use super::{Contents, ReadOptions, Refusal};

/// Reads rows until the end of the file.
pub(super) fn read(mut input: impl Read, options: &ReadOptions) -> Result<Contents, Refusal> {
    let header = first_line(&mut input)?;
    let separator = separator(&header);
    let mut builder = ReaderBuilder::new();
    // Quotes are taken off field by field: a quote that is never closed must not swallow the rows behind it.
    builder.has_headers(false).delimiter(separator).flexible(true).quoting(false).buffer_capacity(1 << 17);
    let mut names = ByteRecord::new();
    let mut header_reader = builder.from_reader(header.as_slice());
    header_reader.read_byte_record(&mut names).map_err(|error| Refusal::Header(error.to_string()))?;
    let columns = columns(&names).map_err(Refusal::Header)?;
    let mut rows = Rows::new(options, columns, Unit::Line);
    let mut reader = builder.from_reader(input);
    let mut record = ByteRecord::new();
    let mut line = 1;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return rows.finish(),
            Ok(true) => {}
            Err(error) => return Err(Refusal::Read { line, message: error.to_string() }),
        }
        // The reader begins behind the header line.
        line = record.position().map_or(line + 1, |position| position.line() + 1);
        let row = if record.len() == names.len() {
            Ok(&record)
        } else {
            Err(format!("{} fields where the header has {}", record.len(), names.len()))
        };
        rows.take(line, row)?;
    }
}

/// The header line; what follows it stays in the input.
fn first_line(input: &mut impl Read) -> Result<Vec<u8>, Refusal> {
    let mut line = Vec::with_capacity(128);
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Err(Refusal::Empty),
            Ok(0) => return Ok(line),
            Ok(_) if byte == [b'\n'] => return Ok(line),
            Ok(_) => line.extend_from_slice(&byte),
            Err(error) => return Err(Refusal::Read { line: 0, message: error.to_string() }),
        }
    }
}

impl Fields for ByteRecord {
    fn is_marked(&self, index: usize) -> bool {
        text(self.get(index).unwrap_or_default()) == "1"
    }

    fn time(&self, index: usize, zone: &Zone, label: Option<&Zone>) -> Result<Timestamp, String> {
        time(self.get(index).unwrap_or_default(), zone, label)
    }

    fn number(&self, name: &str, index: usize) -> Result<f64, String> {
        float(name, self.get(index).unwrap_or_default())
    }
}
