/// The bounds of paper runs, beyond those of each account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardLimits {
    /// Runs at the same time, everybody's together.
    pub running: usize,
    /// Candles that one run takes, those that it warms up on included; then it ends.
    pub bars: u32,
    /// Events of one run; then it ends.
    pub events: u64,
}

impl Default for ForwardLimits {
    fn default() -> Self {
        // A year of minutes.
        Self { running: 1000, bars: 540_000, events: 100_000 }
    }
}
