use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use wickflow_shared::digest::Digest;
use wickflow_shared::market::CandleColumns;

/// Most decoded candles kept: 52 bytes each, so about 50 MB.
const MAX_CANDLES: usize = 1_000_000;

/// Decoded chunks, those used last. A chunk never changes, so nothing in here grows stale.
#[derive(Debug, Default)]
pub(super) struct ChunkCache(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    chunks: HashMap<Digest, (Arc<CandleColumns>, u64)>,
    candles: usize,
    clock: u64,
}

impl ChunkCache {
    pub(super) fn get(&self, id: &Digest) -> Option<Arc<CandleColumns>> {
        // A panic elsewhere cannot leave the entries half changed: each change is one call on them.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let now = entries.clock;
        let (columns, used) = entries.chunks.get_mut(id)?;
        *used = now;
        Some(columns.clone())
    }

    pub(super) fn insert(&self, id: Digest, columns: Arc<CandleColumns>) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clock += 1;
        let now = entries.clock;
        let added = columns.len();
        match entries.chunks.insert(id, (columns, now)) {
            Some(_) => {}
            None => entries.candles += added,
        }
        while entries.candles > MAX_CANDLES && entries.chunks.len() > 1 {
            let oldest = entries.chunks.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id);
            let Some(removed) = oldest.and_then(|id| entries.chunks.remove(&id)) else { break };
            entries.candles = entries.candles.saturating_sub(removed.0.len());
        }
    }
}
