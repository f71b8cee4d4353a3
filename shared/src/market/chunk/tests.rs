use proptest::prelude::*;

use super::*;
use crate::market::Candle;

fn symbol() -> Symbol {
    "BITFINEX:BTCUSD".parse().unwrap()
}

/// Minutes with every tenth one missing; `candle` gives open, high, low, close, volume.
fn minutes(rows: u32, candle: impl Fn(u32) -> [f64; 5]) -> CandleColumns {
    (0..rows)
        .filter(|i| i % 10 != 9)
        .map(|i| {
            let [open, high, low, close, volume] = candle(i);
            let open_time = Timestamp(1_514_764_800_000 + i64::from(i) * 60_000);
            Candle { open_time, open, high, low, close, volume, turnover: 0.0, trades: 0 }
        })
        .collect()
}

/// A price path in cents that jumps about like a market, without randomness.
fn cents(i: u32) -> [f64; 5] {
    let wave = |k: u32| f64::from((i.wrapping_mul(2_654_435_761).wrapping_add(k) >> 20) % 100);
    let (open, close) = (137_630.0 + wave(1), 137_630.0 + wave(7));
    [open / 10.0, (open.max(close) + 3.0) / 10.0, (open.min(close) - 2.0) / 10.0, close / 10.0, wave(3) / 1e8]
}

fn bits(columns: &CandleColumns) -> Vec<[u64; 7]> {
    let all = columns.iter().map(|c| {
        let floats = [c.open, c.high, c.low, c.close, c.volume, c.turnover].map(f64::to_bits);
        let [open, high, low, close, volume, turnover] = floats;
        [c.open_time.0.cast_unsigned(), open, high, low, close, volume, turnover ^ (u64::from(c.trades) << 1)]
    });
    all.collect()
}

#[track_caller]
fn round_trip(columns: &CandleColumns) -> Vec<u8> {
    let bytes = encode(&symbol(), Timeframe::M1, columns).unwrap();
    let chunk = decode(&bytes).unwrap();
    assert_eq!(bits(&chunk.columns), bits(columns));
    assert_eq!(read_header(&bytes).unwrap(), chunk.header);
    assert_eq!((chunk.header.rows, &chunk.header.symbol), (columns.len(), &symbol()));
    bytes
}

#[test]
fn decimals_are_small() {
    let columns = minutes(5000, cents);
    let per_candle = round_trip(&columns).len() / columns.len();
    // 56 bytes of floats and times; two prices and a volume of a hundred steps each hold 20 bits.
    assert!(per_candle <= 4, "{per_candle} bytes");
}

#[test]
fn a_little_noise_stays_small() {
    let clean = round_trip(&minutes(5000, cents)).len();
    let noisy = minutes(5000, |i| {
        let [open, high, low, close, volume] = cents(i);
        let volume = if i % 50 == 0 { f64::from_bits(volume.to_bits() + 1) } else { volume };
        [open, high, low, close, volume]
    });
    let noisy = round_trip(&noisy).len();
    assert!(noisy < clean + 1500, "{noisy} bytes against {clean}");
}

#[test]
fn one_candle_and_days_with_changing_clocks() {
    round_trip(&minutes(1, cents));
    let days = [0, 82_800_000, 169_200_000, 259_200_000].map(|ms| Candle::flat(Timestamp(ms), 1.5));
    round_trip(&days.iter().collect());
}

#[test]
fn what_cannot_become_a_chunk() {
    let encoded = |columns: &CandleColumns| encode(&symbol(), Timeframe::M1, columns);
    assert_eq!(encoded(&CandleColumns::default()), Err(ChunkError::Rows(0)));
    let twice = [Candle::flat(Timestamp(0), 1.0); 2];
    assert_eq!(encoded(&twice.iter().collect()), Err(ChunkError::NotAscending));
    let many: CandleColumns = (0..=MAX_ROWS as i64).map(|i| Candle::flat(Timestamp(i), 1.0)).collect();
    assert_eq!(encoded(&many), Err(ChunkError::Rows(MAX_ROWS + 1)));
}

#[test]
fn every_cut_is_noticed() {
    let bytes = round_trip(&minutes(40, cents));
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "cut at {end}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(decode(&longer), Err(ChunkError::Length));
    let mut newer = bytes;
    newer[4] = 9;
    assert_eq!(decode(&newer), Err(ChunkError::Version(9)));
}

/// Bytes of a chunk written by this version stay readable: clients keep chunks for ever.
#[test]
fn old_chunks_keep_decoding() {
    let hex = include_str!("v1.hex");
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let bytes: Vec<u8> = digits.chunks(2).map(byte).collect();
    assert_eq!(bits(&decode(&bytes).unwrap().columns), bits(&minutes(30, cents)));
}

#[test]
fn periods() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    for (time, timeframe, start) in [
        ("1970-01-12T09:03:59Z", Timeframe::M1, "1970-01-01T00:00:00Z"),
        ("1970-01-12T09:04:00Z", Timeframe::M1, "1970-01-12T09:04:00Z"),
        ("1969-12-31T23:59:00Z", Timeframe::M1, "1969-12-20T14:56:00Z"),
        ("2018-01-01T00:00:00Z", Timeframe::Day, "2014-11-10T00:00:00Z"),
    ] {
        assert_eq!(period_start(at(time), timeframe), at(start), "{time} {timeframe}");
    }
}

#[test]
fn the_order_of_chunks_shows_in_the_snapshot() {
    let (a, b) = (chunk_id(b"a"), chunk_id(b"b"));
    assert_ne!(snapshot_id([&a, &b]), snapshot_id([&b, &a]));
    assert_ne!(snapshot_id([&a]), a, "a range of one chunk is not the chunk");
}

/// Any float at all, with those likely to break things more often than chance would have them.
fn odd_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-1000_i32..1000).prop_map(|n| f64::from(n) / 100.0),
        (0_i64..100_000_000_000).prop_map(|n| n as f64 / 1e8),
        prop::sample::select(vec![
            0.0,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::MIN_POSITIVE,
            f64::MAX,
            0.1 + 0.2,
            1e-5
        ]),
    ]
}

fn odd_candles() -> impl Strategy<Value = CandleColumns> {
    let row = (1_i64..200_000, prop::array::uniform6(odd_float()), prop_oneof![Just(0_u32), any::<u32>()]);
    (Timestamp::MIN.0..Timestamp::MAX.0 / 2, prop::collection::vec(row, 1..60)).prop_map(|(start, rows)| {
        let mut at = start;
        rows.into_iter()
            .map(|(step, [open, high, low, close, volume, turnover], trades)| {
                at += step;
                Candle { open_time: Timestamp(at), open, high, low, close, volume, turnover, trades }
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn every_bit_comes_back(columns in odd_candles()) {
        round_trip(&columns);
    }

    #[test]
    fn hostile_bytes_never_panic(
        columns in odd_candles(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = encode(&symbol(), Timeframe::M1, &columns).unwrap();
        for (index, byte) in edits {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(chunk) = decode(&bytes) {
            prop_assert_eq!(chunk.columns.len(), chunk.header.rows);
        }
    }

    #[test]
    fn noise_is_no_chunk(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(decode(&bytes).is_err());
        let mut bytes = [&MAGIC[..], &[VERSION], &bytes].concat();
        prop_assert!(decode(&bytes).is_err());
        bytes.truncate(20);
        prop_assert!(decode(&bytes).is_err());
    }
}
