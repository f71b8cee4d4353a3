"""Writes the golden vectors of the averages, oscillators and rolling windows.

A development tool; the tests need only the CSV files. To run it, from this folder:

    python3 -m venv venv && venv/bin/pip install numpy pandas TA-Lib
    venv/bin/python make.py

Inputs are the first rows of the generator EG1 (seed 42): deterministic one-minute candles in currency units.
Outputs come from TA-Lib where it has the function, otherwise from the formula, written here with numpy and
pandas and looking at each window anew. An empty cell means that there is no value.
"""

import math

import numpy as np
import pandas as pd
import talib

MASK = (1 << 64) - 1
TALIB = f"TA-Lib {talib.__version__} (C library {talib.__ta_version__.decode().split()[0]})"
ROWS = 100


def uniforms(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield ((z ^ (z >> 31)) >> 11) * 2.0**-53


def candles(rows, seed=42):
    draw, p, m, out = uniforms(seed), 100.0, 0.0, []
    for _ in range(rows):
        u = [next(draw) for _ in range(12)]
        z1 = (u[0] + u[1] + u[2] + u[3] - 2.0) * 1.7320508075688772
        z2 = (u[4] + u[5] + u[6] + u[7] - 2.0) * 1.7320508075688772
        prev = p
        m = 0.97 * m + 0.00004 * z2
        p = p * (1.0 + (0.0008 * z1 + m - 0.00002 * (p / 100.0 - 1.0)))
        o = prev * (1.0 + 0.0002 * (u[8] - 0.5))
        h = max(o, p) * (1.0 + 0.0006 * u[9])
        l = min(o, p) * (1.0 - 0.0006 * u[10])
        cents = [math.floor(x * 100.0 + 0.5) / 100.0 for x in (o, h, l, p)]
        out.append(cents + [1.0 + math.floor(u[11] * u[11] * 9999.0)])
    return pd.DataFrame(out, columns=["open", "high", "low", "close", "volume"])


def write(name, source, data, inputs, **outputs):
    cell = lambda x: "" if np.isnan(x) else repr(float(x))
    table = [data[c].to_numpy() for c in inputs] + [np.asarray(v, dtype=float) for v in outputs.values()]
    with open(f"{name}.csv", "w") as file:
        file.write(f"# {source}\n# Input: generator EG1, seed 42, rows 0 to {len(data) - 1}. Written by make.py.\n")
        file.write(",".join(list(inputs) + list(outputs)) + "\n")
        for row in zip(*table):
            file.write(",".join(map(cell, row)) + "\n")


def ema(x, period, weight=None):
    """Seeded with the mean of the first values; NaN before the seed and where `x` has none."""
    x, out = np.asarray(x, dtype=float), np.full(len(x), np.nan)
    weight = 2.0 / (period + 1) if weight is None else weight
    first = int(np.argmax(~np.isnan(x)))
    value = x[first : first + period].mean()
    out[first + period - 1] = value
    for i in range(first + period, len(x)):
        value = weight * x[i] + (1.0 - weight) * value
        out[i] = value
    return out


def window(x, period, function):
    return pd.Series(x).rolling(period).apply(function, raw=True).to_numpy()


def wma(x, period):
    weights = np.arange(1, period + 1)
    return window(x, period, lambda w: (w * weights).sum() / weights.sum())


def rank(x, period):
    return window(x, period + 1, lambda w: 100.0 * (w[:-1] < w[-1]).sum() / period)


def averages(d):
    c = d.close.to_numpy()
    for name, call, period in [
        ("sma", talib.SMA, 20), ("ema", talib.EMA, 20), ("wma", talib.WMA, 14), ("dema", talib.DEMA, 10),
        ("tema", talib.TEMA, 10), ("kama", talib.KAMA, 10), ("trima", talib.TRIMA, 10), ("trima", talib.TRIMA, 9),
        ("sma", talib.SMA, 3),
    ]:
        source = f"{TALIB}: {call.__name__}(close, timeperiod={period})"
        write(f"{name}_{period}", source, d, ["close"], **{name: call(c, timeperiod=period)})
    write("t3_5", f"{TALIB}: T3(close, timeperiod=5, vfactor=0.7)", d, ["close"], t3=talib.T3(c, 5, 0.7))
    write("wilder_14", "Formula: seed mean of 14, then previous + (close - previous) / 14.", d, ["close"],
          wilder=ema(c, 14, 1 / 14))
    write("hma_16", "Formula: WMA(4) of 2 WMA(8) - WMA(16).", d, ["close"],
          hma=wma(2 * wma(c, 8) - wma(c, 16), 4))
    turnover = pd.Series(c * d.volume).rolling(20).apply(math.fsum, raw=True)
    volume = d.volume.rolling(20).apply(math.fsum, raw=True)
    write("vwma_20", "Formula: sum of close * volume by sum of volume, 20 rows.", d, ["close", "volume"],
          vwma=turnover / volume)
    write("zlema_20", "Formula: EMA(20) of 2 close - close[9 rows ago].", d, ["close"],
          zlema=ema(2 * c - d.close.shift(9), 20))
    weights = np.exp(-((np.arange(9) - 0.85 * 8) ** 2) / (2 * (9 / 6.0) ** 2))
    write("alma_9", "Formula: weights exp(-(i - 0.85 * 8)^2 / (2 (9 / 6)^2)), normalized, oldest first.", d,
          ["close"], alma=window(c, 9, lambda w: (w * weights).sum() / weights.sum()))


def rolling(d):
    c = d.close.to_numpy()
    for name, call, period, column in [
        ("sum", talib.SUM, 10, "sum"), ("highest", talib.MAX, 14, "highest"), ("lowest", talib.MIN, 14, "lowest"),
        ("stddev", talib.STDDEV, 20, "stddev"), ("linreg", talib.LINEARREG, 14, "linreg"),
        ("linreg_slope", talib.LINEARREG_SLOPE, 14, "slope"),
    ]:
        source = f"{TALIB}: {call.__name__}(close, timeperiod={period})"
        write(f"{name}_{period}", source, d, ["close"], **{column: call(c, timeperiod=period)})
    write("stddev_sample_20", "Formula: two passes, divided by 19.", d, ["close"],
          stddev=window(c, 20, lambda w: np.std(w, ddof=1)))
    write("zscore_20", "Formula: (close - mean) / population deviation of 20 rows, two passes.", d, ["close"],
          zscore=window(c, 20, lambda w: (w[-1] - w.mean()) / w.std()))
    write("rank_50", "Formula: percentage of the 50 values before that are below.", d, ["close"], rank=rank(c, 50))
    write("correlation_20", f"{TALIB}: CORREL(close, volume, timeperiod=20)", d, ["close", "volume"],
          correlation=talib.CORREL(c, d.volume.to_numpy(), 20))
    write("lag_3", "pandas shift(3)", d, ["close"], lag=d.close.shift(3))


def oscillators(d):
    h, l, c = (d[k].to_numpy() for k in ("high", "low", "close"))
    hlc = ["high", "low", "close"]
    for name, call, period in [
        ("rsi", talib.RSI, 14), ("roc", talib.ROC, 10), ("momentum", talib.MOM, 10), ("cmo", talib.CMO, 14),
        ("trix", talib.TRIX, 8),
    ]:
        source = f"{TALIB}: {call.__name__}(close, timeperiod={period})"
        write(f"{name}_{period}", source, d, ["close"], **{name: call(c, timeperiod=period)})
    for name, call, period in [("cci", talib.CCI, 20), ("williams_r", talib.WILLR, 14)]:
        source = f"{TALIB}: {call.__name__}(high, low, close, timeperiod={period})"
        write(f"{name}_{period}", source, d, hlc, **{name: call(h, l, c, timeperiod=period)})
    k, s = talib.STOCH(h, l, c, 14, 3, 0, 3, 0)
    write("stochastic_14_3_3", f"{TALIB}: STOCH(high, low, close, 14, 3, SMA, 3, SMA)", d, hlc, k=k, d=s)
    k, s = talib.STOCHF(h, l, c, 14, 3, 0)
    write("stochastic_fast_14_3", f"{TALIB}: STOCHF(high, low, close, 14, 3, SMA)", d, hlc, k=k, d=s)
    k, s = talib.STOCHRSI(c, 14, 5, 3, 0)
    write("stoch_rsi_14_5_3", f"{TALIB}: STOCHRSI(close, 14, 5, 3, SMA)", d, ["close"], k=k, d=s)
    line, signal, histogram = talib.MACD(c, 12, 26, 9)
    write("macd_12_26_9", f"{TALIB}: MACD(close, 12, 26, 9)", d, ["close"], macd=line, signal=signal,
          histogram=histogram)
    line = talib.PPO(c, 12, 26, 1)
    signal = ema(line, 9)
    line = np.where(np.isnan(signal), np.nan, line)
    write("ppo_12_26_9", f"{TALIB}: PPO(close, 12, 26, EMA); signal by formula: EMA(9) of it", d, ["close"],
          ppo=line, signal=signal, histogram=line - signal)
    write("ultimate_7_14_28", f"{TALIB}: ULTOSC(high, low, close, 7, 14, 28)", d, hlc,
          ultimate=talib.ULTOSC(h, l, c, 7, 14, 28))
    middle = (h + l) / 2
    mean = lambda x, period: window(x, period, np.mean)
    write("awesome_5_34", "Formula: SMA(5) - SMA(34) of (high + low) / 2.", d, ["high", "low"],
          awesome=mean(middle, 5) - mean(middle, 34))
    write("dpo_20", "Formula: close 11 rows ago - SMA(20).", d, ["close"], dpo=d.close.shift(11) - mean(c, 20))
    change = d.close.diff()
    write("tsi_25_13", "Formula: 100 EMA(13) of EMA(25) of the change, by the same of its absolute value.", d,
          ["close"], tsi=100 * ema(ema(change, 25), 13) / ema(ema(change.abs(), 25), 13))


def connors(d):
    c = d.close.to_numpy()
    streak, streaks = 0, []
    for change in d.close.diff().fillna(0.0):
        streak = 0 if change == 0 else max(streak, 0) + 1 if change > 0 else min(streak, 0) - 1
        streaks.append(float(streak))
    parts = talib.RSI(c, 3), talib.RSI(np.array(streaks), 2), rank(100 * d.close.pct_change(), 40)
    source = f"{TALIB}: RSI(close, 3) and RSI(streak, 2); formula: rank of ROC(1) among 40 before; mean of all three"
    write("connors_rsi_3_2_40", source, d, ["close"], connors=sum(parts) / 3)


if __name__ == "__main__":
    data = candles(ROWS)
    averages(data)
    rolling(data)
    oscillators(data)
    connors(data)
