//! What every indicator has to pass: golden values from elsewhere, and the promises of [`Kernel`].
//!
//! `battery! { sma_20: Sma::new(20), 1e-9; }` makes one test, named for `tests/golden/sma_20.csv`.

#![expect(clippy::indexing_slicing, reason = "a test that runs out of rows has failed")]

use wickflow_indicator::{Kernel, columns_by_update};

/// One test per line: name of the golden file, kernel, relative tolerance.
#[macro_export]
macro_rules! battery {
    ($($name:ident: $kernel:expr, $tolerance:expr;)*) => {$(
        #[test]
        fn $name() {
            battery::check($kernel, include_str!(concat!("golden/", stringify!($name), ".csv")), $tolerance);
        }
    )*};
}

/// Runs the whole battery on a fresh `kernel`.
pub(crate) fn check<K: Kernel<I, O>, const I: usize, const O: usize>(
    kernel: K,
    golden: &str,
    tolerance: f64,
) {
    let (input, expected) = parse::<I, O>(golden);
    let output = stream(kernel.clone(), &input);
    near(&output, &expected, tolerance);
    // Updates of a clone leave the fresh kernel as it was: starting over gives the same.
    near(&stream(kernel.clone(), &input), &expected, tolerance);
    warm_up_is_exact(&kernel, &output);
    for input in std::iter::once(input).chain(ugly::<I>(kernel.warm_up())) {
        let streamed = stream(kernel.clone(), &input);
        assert_same_bits(&columns(kernel.clone(), &input), &streamed, "columns differ from updates");
        earlier_values_stay(&kernel, &input, &streamed);
    }
}

/// Rows of the file: inputs, then outputs; an empty cell is no value; `#` begins a comment.
fn parse<const I: usize, const O: usize>(text: &str) -> ([Vec<f64>; I], [Vec<f64>; O]) {
    let mut input = std::array::from_fn(|_| Vec::new());
    let mut output = std::array::from_fn(|_| Vec::new());
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), I + O, "{line}");
        let number = |cell: &str| if cell.is_empty() { f64::NAN } else { cell.parse().expect("a number") };
        for (column, cell) in input.iter_mut().chain(&mut output).zip(cells) {
            column.push(number(cell));
        }
    }
    (input, output)
}

/// Updates row by row.
fn stream<K: Kernel<I, O>, const I: usize, const O: usize>(
    kernel: K,
    input: &[Vec<f64>; I],
) -> [Vec<f64>; O] {
    let mut output = std::array::from_fn(|_| vec![0.0; input[0].len()]);
    columns_by_update(kernel, input.each_ref().map(Vec::as_slice), output.each_mut().map(Vec::as_mut_slice));
    output
}

fn columns<K: Kernel<I, O>, const I: usize, const O: usize>(
    kernel: K,
    input: &[Vec<f64>; I],
) -> [Vec<f64>; O] {
    // Cells that are left alone show as a number that no indicator gives.
    let mut output = std::array::from_fn(|_| vec![-12_345.678_9; input[0].len()]);
    kernel.columns(input.each_ref().map(Vec::as_slice), output.each_mut().map(Vec::as_mut_slice));
    output
}

fn near<const O: usize>(actual: &[Vec<f64>; O], expected: &[Vec<f64>; O], tolerance: f64) {
    for (number, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert!(expected.iter().any(|value| !value.is_nan()), "output {number} of the golden file is empty");
        for (row, (&actual, &expected)) in actual.iter().zip(expected).enumerate() {
            // Oscillators around zero are compared by their size elsewhere: 1 stands for it.
            let close = (actual - expected).abs() <= tolerance * expected.abs().max(1.0);
            let both_empty = actual.is_nan() && expected.is_nan();
            assert!(close || both_empty, "row {row}, output {number}: {actual}, expected {expected}");
        }
    }
}

fn warm_up_is_exact<K: Kernel<I, O>, const I: usize, const O: usize>(kernel: &K, output: &[Vec<f64>; O]) {
    let rows = output[0].len();
    let first = (0..rows).find(|&row| output.iter().all(|column| !column[row].is_nan()));
    assert_eq!(first, Some(kernel.warm_up()), "the first complete row");
}

fn earlier_values_stay<K: Kernel<I, O>, const I: usize, const O: usize>(
    kernel: &K,
    input: &[Vec<f64>; I],
    whole: &[Vec<f64>; O],
) {
    let rows = input[0].len();
    for end in [0, 1, 2, kernel.warm_up(), kernel.warm_up() + 1, kernel.warm_up() + 2, rows / 2, rows - 1] {
        let end = end.min(rows);
        let cut = input.each_ref().map(|column| column[..end].to_vec());
        let expected = whole.each_ref().map(|column| column[..end].to_vec());
        assert_same_bits(&columns(kernel.clone(), &cut), &expected, "later rows changed earlier values");
    }
}

fn assert_same_bits<const O: usize>(a: &[Vec<f64>; O], b: &[Vec<f64>; O], what: &str) {
    for (number, (a, b)) in a.iter().zip(b).enumerate() {
        assert_eq!(a.len(), b.len());
        for (row, (&a, &b)) in a.iter().zip(b).enumerate() {
            let same = a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
            assert!(same, "{what}: row {row}, output {number}: {a} and {b}");
        }
    }
}

/// Series that nobody wishes for, each of about four times the warm-up.
fn ugly<const I: usize>(warm_up: usize) -> Vec<[Vec<f64>; I]> {
    let rows = 4 * warm_up + 67;
    let shapes: [fn(usize, f64) -> f64; 9] = [
        |_, _| 0.0,
        |_, _| 0.1,
        |row, _| row as f64,
        |row, _| -(row as f64) * 1e-3,
        |_, noise| 100.0 + noise,
        |row, noise| if row % 97 > 40 { 99.95 } else { 100.0 + noise },
        |_, noise| 1e-12 * noise,
        |row, noise| if row % 31 == 30 { 1e100 * noise } else { noise },
        |_, noise| (100.0 * noise).trunc(),
    ];
    let series = |shape: fn(usize, f64) -> f64| {
        std::array::from_fn(|column| {
            let mut noise = noise(column as u64);
            (0..rows).map(|row| shape(row, noise())).collect()
        })
    };
    shapes.into_iter().map(series).collect()
}

/// Numbers in [-1, 1) from `SplitMix64`.
fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}
