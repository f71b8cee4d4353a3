use crate::protocol::{Answer, Buffer, Reply};

/// A reply with the columns that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The reply.
    pub reply: Reply,
    /// Its columns, by place.
    pub buffers: Vec<Vec<f64>>,
}

impl Message {
    pub(crate) fn last(id: u32, answer: Answer) -> Self {
        Self { reply: Reply { id, done: true, answer }, buffers: Vec::new() }
    }

    pub(crate) fn more(id: u32, answer: Answer) -> Self {
        Self { reply: Reply { id, done: false, answer }, buffers: Vec::new() }
    }

    pub(crate) fn with(mut self, columns: Columns) -> Self {
        self.buffers = columns.0;
        self
    }

    /// The reply as text.
    ///
    /// # Errors
    /// Never: its keys are strings.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.reply)
    }

    /// A column of the message.
    #[must_use]
    pub fn column(&self, buffer: Buffer) -> &[f64] {
        self.buffers.get(buffer.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// Columns while a reply is put together.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<Vec<f64>>);

impl Columns {
    pub(crate) fn add(&mut self, column: Vec<f64>) -> Buffer {
        let place = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(column);
        Buffer(place)
    }

    /// A column of one number of each item.
    pub(crate) fn of<T>(&mut self, items: &[T], number: impl Fn(&T) -> f64) -> Buffer {
        self.add(items.iter().map(number).collect())
    }
}

/// A time as columns hold it: exact, as milliseconds of the next 200,000 years are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) fn time_number(ms: i64) -> f64 {
    ms as f64
}

/// A count as columns hold it.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn count_number(count: usize) -> f64 {
    count as f64
}

/// A count as replies hold it; what is beyond is out of the lab's bounds.
pub(crate) fn count32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
