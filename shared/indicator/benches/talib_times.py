"""Times TA-Lib on the indicators and candles of `indicators.rs`, in nanoseconds per row.

    pip install numpy pandas TA-Lib && python talib_times.py

A call allocates its output, as a call from Python does. Each figure is the least of 30 calls; compare only with
figures taken in the same minutes.
"""

import pathlib
import sys
import time

import talib

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests" / "golden"))
sys.dont_write_bytecode = True
import make  # noqa: E402

ROWS = 1_000_000

data = make.candles(ROWS)
high, low, close = (data[name].to_numpy() for name in ("high", "low", "close"))
for name, call in {
    "sma_20": lambda: talib.SMA(close, 20),
    "ema_20": lambda: talib.EMA(close, 20),
    "rsi_14": lambda: talib.RSI(close, 14),
    "macd_12_26_9": lambda: talib.MACD(close, 12, 26, 9),
    "bollinger_20_2": lambda: talib.BBANDS(close, 20, 2.0, 2.0),
    "atr_14": lambda: talib.ATR(high, low, close, 14),
    "adx_14": lambda: talib.ADX(high, low, close, 14),
    "stochastic_14_3_3": lambda: talib.STOCH(high, low, close, 14, 3, 0, 3, 0),
}.items():
    best = float("inf")
    for _ in range(30):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    print(f"{name:20} {best / ROWS * 1e9:6.2f} ns")
