"""Writes the golden vectors of the trend, volatility and volume indicators.

A development tool beside make.py, with the same inputs, and run in the same way:

    venv/bin/python make_trend.py

Outputs come from TA-Lib where it has the function, otherwise from the formula, written here with plain loops that look
at each window anew, apart from any of our Rust code. The header of each file says which. An empty cell means that
there is no value. Marks (a day began, an anchor) are given by row number.
"""

import math

import numpy as np
import pandas as pd
import talib

from make import TALIB, candles, ema, window

NAN = float("nan")


def write(name, source, data, inputs, **outputs):
    table = [data[c].to_numpy() for c in inputs] + [np.asarray(v, dtype=float) for v in outputs.values()]
    with open(f"{name}.csv", "w") as file:
        file.write(f"# {source}\n# Input: generator EG1, seed 42, rows 0 to {len(data) - 1}. Written by make_trend.py.\n")
        file.write(",".join(list(inputs) + list(outputs)) + "\n")
        for row in zip(*table):
            file.write(",".join("" if np.isnan(x) else repr(float(x)) for x in row) + "\n")


def true_ranges(d):
    return talib.TRANGE(d.high, d.low, d.close).to_numpy()


def volatility(d):
    h, l, c, hlc = d.high, d.low, d.close, ["high", "low", "close"]
    write("true_range", f"{TALIB}: TRANGE", d, hlc, true_range=true_ranges(d))
    write("atr_14", f"{TALIB}: ATR(14)", d, hlc, atr=talib.ATR(h, l, c, 14))
    write("natr_14", f"{TALIB}: NATR(14)", d, hlc, natr=talib.NATR(h, l, c, 14))
    upper, middle, lower = talib.BBANDS(c, 20, 2.0, 2.0, 0)
    write("bollinger_20_2", f"{TALIB}: BBANDS(close, 20, 2, 2, SMA)", d, ["close"], upper=upper, middle=middle, lower=lower)
    mean, deviation = window(c, 20, np.mean), window(c, 20, np.std)
    low, width = mean - 2 * deviation, 4 * deviation
    write("percent_b_20_2", "Formula, per window: (close - lower) / (upper - lower)", d, ["close"], percent_b=(c - low) / width)
    write("bandwidth_20_2", "Formula, per window: 100 (upper - lower) / middle", d, ["close"], bandwidth=100 * width / mean)
    middle, width = ema(c, 20), 2 * talib.ATR(h, l, c, 10)
    source = f"{TALIB}: ATR(10); formula: EMA(20) seeded with a mean, plus and minus 2 ATR"
    write("keltner_20_10_2", source, d, hlc, upper=middle + width, middle=middle, lower=middle - width)
    upper, lower = talib.MAX(h, 20), talib.MIN(l, 20)
    source = f"{TALIB}: MAX(high, 20), MIN(low, 20); formula: their mean"
    write("donchian_20", source, d, ["high", "low"], upper=upper, middle=(upper + lower) / 2, lower=lower)
    reach = 3 * talib.ATR(h, l, c, 22)
    source = f"{TALIB}: MAX(high, 22) - 3 ATR(22), MIN(low, 22) + 3 ATR(22)"
    write("chandelier_22_3", source, d, hlc, long=talib.MAX(h, 22) - reach, short=talib.MIN(l, 22) + reach)
    returns = np.log(c / c.shift())
    source = "Formula, pandas: std(log(close / previous), 20 rows, ddof 1) * sqrt(252)"
    write("historical_volatility_20", source, d, ["close"], volatility=returns.rolling(20).std() * math.sqrt(252))


def trend(d):
    h, l, c, hl, hlc = d.high, d.low, d.close, ["high", "low"], ["high", "low", "close"]
    outputs = {"adx": talib.ADX(h, l, c, 14), "plus": talib.PLUS_DI(h, l, c, 14), "minus": talib.MINUS_DI(h, l, c, 14)}
    write("adx_14", f"{TALIB}: ADX(14), PLUS_DI(14), MINUS_DI(14)", d, hlc, **outputs)
    down, up = talib.AROON(h, l, 14)
    write("aroon_14", f"{TALIB}: AROON(14), AROONOSC(14)", d, hl, up=up, down=down, oscillator=talib.AROONOSC(h, l, 14))
    write("sar_002_02", f"{TALIB}: SAR(0.02, 0.2)", d, hl, sar=talib.SAR(h, l, 0.02, 0.2))
    line, direction = talib.SUPERTREND(h, l, c, 10, 3.0)
    direction = np.where(np.isnan(line), NAN, direction)
    write("super_trend_10_3", f"{TALIB}: SUPERTREND(10, 3)", d, hlc, line=line, direction=direction)
    line, direction = talib.SUPERTREND(h, l, c, 5, 1.0)
    direction = np.where(np.isnan(line), NAN, direction)
    write("super_trend_5_1", f"{TALIB}: SUPERTREND(5, 1)", d, hlc, line=line, direction=direction)
    plus, minus = talib.VORTEX(h, l, c, 14)
    write("vortex_14", f"{TALIB}: VORTEX(14)", d, hlc, plus=plus, minus=minus)
    write("mass_index_9_25", f"{TALIB}: MASSI(9, 25)", d, hl, mass=talib.MASSI(h, l, 9, 25))
    height = window(h, 14, max) - window(l, 14, min)
    chop = 100 * np.log10(window(true_ranges(d), 14, sum) / height) / math.log10(14)
    write("choppiness_14", f"{TALIB}: TRANGE; formula, per window: 100 log10(sum / height) / log10(14)", d, hlc, choppiness=chop)
    middle = lambda n: (window(h, n, max) + window(l, n, min)) / 2
    ahead = lambda x: pd.Series(x).shift(26)
    tenkan, kijun = middle(9), middle(26)
    source = "Formula, per window: middles of 9, 26, 52 rows; senkou shifted 26 rows forward"
    write("ichimoku_9_26_52_26", source, d, hl, tenkan=tenkan, kijun=kijun,
          senkou_a=ahead((tenkan + kijun) / 2), senkou_b=ahead(middle(52)))


def pivot_points(d):
    starts = [0, 1, 20, 45, 46, 80]
    d = d.assign(mark=[float(i in starts) for i in range(len(d))])
    rows = []
    for i in range(len(d)):
        past = [s for s in starts if s <= i]
        if len(past) < 2:
            rows.append([NAN] * 5)
            continue
        day = d.iloc[past[-2] : past[-1]]
        high, low, close = day.high.max(), day.low.min(), day.close.iloc[-1]
        p = (high + low + close) / 3
        rows.append([p, 2 * p - low, p + high - low, 2 * p - high, p - high + low])
    names = dict(zip(["p", "r1", "r2", "s1", "s2"], np.array(rows).T))
    write("pivot_points", "Formula; days begin with rows 0, 1, 20, 45, 46, 80", d, ["high", "low", "close", "mark"], **names)


def zig_zag(d, percent):
    """Looks at the whole past anew for each row."""
    share, pivots, directions = percent / 100, [], []
    for end in range(1, len(d) + 1):
        high, low = d.high[:end].to_numpy(), d.low[:end].to_numpy()
        start, way, pivot = 0, 0, NAN
        for i in range(1, end):
            before_high, before_low = high[start:i].max(), low[start:i].min()
            falls, rises = low[i] <= before_high * (1 - share), high[i] >= before_low * (1 + share)
            if way >= 0 and falls and not (rises if way == 0 else high[i] > before_high):
                start, way, pivot = i, -1, before_high
            elif way <= 0 and rises and not (falls if way == 0 else low[i] < before_low):
                start, way, pivot = i, 1, before_low
        pivots.append(pivot)
        directions.append(float(way) if way else NAN)
    write("zig_zag_01", f"Formula, each row's past anew; a turn is {percent} %", d, ["high", "low"], pivot=pivots, direction=directions)


def volume(d):
    h, l, c, v, hlcv = d.high, d.low, d.close, d.volume, ["high", "low", "close", "volume"]
    write("obv", f"{TALIB}: OBV", d, ["close", "volume"], obv=talib.OBV(c, v))
    write("accumulation_distribution", f"{TALIB}: AD", d, hlcv, ad=talib.AD(h, l, c, v))
    write("chaikin_3_10", f"{TALIB}: ADOSC(3, 10)", d, hlcv, adosc=talib.ADOSC(h, l, c, v, 3, 10))
    write("cmf_20", f"{TALIB}: CMF(20)", d, hlcv, cmf=talib.CMF(h, l, c, v, 20))
    write("mfi_14", f"{TALIB}: MFI(14)", d, hlcv, mfi=talib.MFI(h, l, c, v, 14))
    write("force_index_13", f"{TALIB}: EFI(13)", d, ["close", "volume"], force=talib.EFI(c, v, 13))
    fast, slow = ema(v, 5), ema(v, 10)
    source = "Formula: 100 (EMA(5) - EMA(10)) / EMA(10) of volume, EMAs seeded with a mean"
    write("volume_oscillator_5_10", source, d, ["volume"], oscillator=100 * (fast - slow) / slow)
    middle = (h + l) / 2
    ease = middle.diff() * (h - l) / (v / 10_000.0)
    source = "Formula, per window: mean of 14 (change of middle) / (volume / 10000 / (high - low))"
    write("ease_of_movement_14", source, d, ["high", "low", "volume"], ease=window(ease, 14, np.mean))


def average_price(name, source, d, inputs, price, starts):
    d = d.assign(mark=[float(i in starts) for i in range(len(d))])
    values = []
    for i in range(len(d)):
        part = slice(max(s for s in starts if s <= i), i + 1)
        values.append((price[part] * d.volume[part]).sum() / d.volume[part].sum())
    write(name, f"{source}; starts with rows {', '.join(map(str, starts))}", d, inputs, vwap=values)


if __name__ == "__main__":
    data = candles(120)
    volatility(data)
    trend(data)
    pivot_points(data)
    zig_zag(data, 0.1)
    volume(data)
    typical = (data.high + data.low + data.close) / 3
    inputs = ["high", "low", "close", "volume", "mark"]
    average_price("vwap", "Formula: sum(typical price * volume) / sum(volume)", data, inputs, typical, [0, 40, 41, 90])
    inputs = ["close", "volume", "mark"]
    average_price("anchored_vwap", "Formula: sum(close * volume) / sum(volume)", data, inputs, data.close, [0, 30, 100])
