// Small histories of the tests' own making.

/**
 * One-minute candles from 2018-01-01T00:00Z as rows of a candle file. Prices hover around 10,000, except where
 * `shape(minute, open)` gives the close.
 */
export function minutes(count, shape = () => undefined) {
  const rows = ["timestamp_utc_iso8601,open,high,low,close,volume"];
  let close = 10_000;
  for (let minute = 0; minute < count; minute++) {
    const open = close;
    close = shape(minute, open) ?? 10_000 + ((minute * 7919) % 21) - 10;
    const [high, low] = [Math.max(open, close) + 2, Math.min(open, close) - 2];
    const time = new Date(Date.UTC(2018, 0, 1) + minute * 60_000).toISOString().replace(".000", "");
    rows.push([time, open, high, low, close, "12.5"].join(","));
  }
  return `${rows.join("\n")}\n`;
}
