use std::sync::Arc;

use wickflow_lab::protocol::Buffer;

/// The columns that came with a reply. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Columns(Arc<Vec<Vec<f64>>>);

impl Columns {
    /// Columns by place.
    #[must_use]
    pub fn new(columns: Vec<Vec<f64>>) -> Self {
        Self(Arc::new(columns))
    }

    /// A column; empty when there is none of that place.
    #[must_use]
    pub fn get(&self, buffer: Buffer) -> &[f64] {
        let place = usize::try_from(buffer.0).unwrap_or(usize::MAX);
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    /// A value of a column; NaN when there is none.
    #[must_use]
    pub fn at(&self, buffer: Buffer, row: usize) -> f64 {
        self.get(buffer).get(row).copied().unwrap_or(f64::NAN)
    }
}
