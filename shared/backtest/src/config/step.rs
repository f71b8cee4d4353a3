/// So many steps of a size, as the float nearest to the decimal that is meant: 57 steps of 0.01 are 0.57, as a candle's
/// price is read, and not 0.5700000000000001, as the product is. A level must not lie beyond a price that is equal to it.
pub(crate) fn steps(count: f64, size: f64) -> f64 {
    // The size as a fraction of whole numbers: those are exact in floats, and the quotient is the nearest one.
    let mut below = 1.0;
    for _ in 0..10 {
        let above = (size * below + 0.5).floor();
        if (above / below).to_bits() == size.to_bits() {
            return count * above / below;
        }
        below *= 10.0;
    }
    count * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_floats_that_decimals_are_read_as() {
        for (size, decimals) in
            [("0.01", 2), ("0.05", 2), ("0.1", 1), ("0.025", 3), ("0.15", 2), ("5", 0), ("0.5", 1)]
        {
            let unit = 10_i64.pow(decimals);
            let in_units: i64 = size.replace('.', "").parse().expect("a number");
            let size: f64 = size.parse().expect("a number");
            for count in 1..20_000_i64 {
                let whole = count * in_units;
                let written = format!("{}.{:0width$}", whole / unit, whole % unit, width = decimals as usize);
                let want: f64 =
                    if decimals == 0 { whole.to_string() } else { written }.parse().expect("a number");
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let got = steps(count as f64, size);
                assert_eq!(got.to_bits(), want.to_bits(), "{count} of {size}");
            }
        }
    }

    #[test]
    fn a_size_that_is_no_decimal_is_multiplied() {
        let third = 1.0 / 3.0;
        assert_eq!(steps(7.0, third).to_bits(), (7.0 * third).to_bits());
    }
}
