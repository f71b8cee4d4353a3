//! Short messages about what happened: fills, rejections, lost orders.

/// How a toast looks and how long it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something bought.
    Up,
    /// Something sold.
    Down,
    /// Something to know.
    Info,
    /// Something went wrong.
    Warn,
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Tells toasts apart.
    pub id: u64,
    /// How it looks.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// More about it; may be empty.
    pub text: String,
    /// When it goes, local milliseconds.
    pub until_ms: f64,
}

/// Messages shown at once; an older one goes for a newer one.
pub const TOASTS_SHOWN: usize = 4;

/// The messages shown, oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toasts {
    shown: Vec<Toast>,
    next_id: u64,
}

impl Toasts {
    /// Shows one more.
    pub fn push(&mut self, tone: Tone, title: String, text: String, now_ms: f64) {
        let stay_ms = if tone == Tone::Warn { 12_000.0 } else { 6_000.0 };
        if self.shown.len() >= TOASTS_SHOWN {
            self.shown.remove(0);
        }
        self.next_id += 1;
        self.shown.push(Toast { id: self.next_id, tone, title, text, until_ms: now_ms + stay_ms });
    }

    /// Takes one away.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|toast| toast.id != id);
    }

    /// Takes those away whose time is over. Returns whether there were any.
    pub fn expire(&mut self, now_ms: f64) -> bool {
        let before = self.shown.len();
        self.shown.retain(|toast| toast.until_ms > now_ms);
        self.shown.len() != before
    }

    /// Whether one is to go at this time: asked before anything is notified.
    #[must_use]
    pub fn is_due(&self, now_ms: f64) -> bool {
        self.shown.iter().any(|toast| toast.until_ms <= now_ms)
    }

    /// Those shown, oldest first.
    #[must_use]
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toasts_are_few_and_go_by_themselves() {
        let mut toasts = Toasts::default();
        for n in 0..6 {
            let tone = if n == 5 { Tone::Warn } else { Tone::Up };
            toasts.push(tone, n.to_string(), String::new(), f64::from(n));
        }
        let titles = |t: &Toasts| t.shown().iter().map(|toast| toast.title.clone()).collect::<Vec<_>>();
        assert_eq!(titles(&toasts), ["2", "3", "4", "5"]);
        assert!(!toasts.is_due(6001.0) && toasts.is_due(6002.0));
        assert!(toasts.expire(6003.0));
        assert_eq!(titles(&toasts), ["4", "5"]);
        assert!(toasts.expire(9000.0));
        assert_eq!(titles(&toasts), ["5"], "what went wrong stays longer");
        let id = toasts.shown()[0].id;
        toasts.dismiss(id);
        assert!(toasts.shown().is_empty());
    }
}
