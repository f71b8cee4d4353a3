/// An indicator with `I` input columns and `O` output columns, one row at a time.
///
/// A value of the type is a fresh indicator with its parameters; cloning before the first [`update`](Self::update)
/// is how one is started over. [`update`](Self::update) and [`columns`](Self::columns) give the same bits: where an
/// indicator has a faster way over columns, it does the same arithmetic in the same order.
pub trait Kernel<const I: usize, const O: usize>: Clone {
    /// How many rows pass before every output has a value: the first complete row has this index.
    fn warm_up(&self) -> usize;

    /// The next row; NaN where there is no value (yet).
    fn update(&mut self, input: [f64; I]) -> [f64; O];

    /// All rows at once, from the start. Input and output columns have equal length.
    fn columns(self, input: [&[f64]; I], output: [&mut [f64]; O]) {
        columns_by_update(self, input, output);
    }
}

/// [`Kernel::columns`] by [`Kernel::update`]: the default, and what faster ways are tested against.
pub fn columns_by_update<K: Kernel<I, O>, const I: usize, const O: usize>(
    mut kernel: K,
    input: [&[f64]; I],
    mut output: [&mut [f64]; O],
) {
    let rows = output.iter().map(|column| column.len()).chain(input.iter().map(|column| column.len())).min();
    for row in 0..rows.unwrap_or_default() {
        let values = kernel.update(input.map(|column| column.get(row).copied().unwrap_or(f64::NAN)));
        for (column, value) in output.iter_mut().zip(values) {
            if let Some(cell) = column.get_mut(row) {
                *cell = value;
            }
        }
    }
}
