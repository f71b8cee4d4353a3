//! Why a strategy traded, or did not: conditions walked back from its actions, and fills in words.

mod bar;
mod conditions;
mod trade;

pub(crate) use bar::explain_bar;
pub(crate) use trade::explain_trade;

use crate::message::count32;
use crate::protocol::FillWords;
use crate::run::{Full, Names};

/// Fills of a run, in words.
fn fill_words(full: &Full, names: &Names, places: impl Iterator<Item = usize>) -> Vec<FillWords> {
    places
        .filter_map(|place| {
            let receipt = names.receipt(full.done.run.fills.get(place)?);
            Some(FillWords {
                index: count32(place),
                bar: receipt.fill.bar,
                time: receipt.fill.time.0,
                ordered_by: receipt.ordered_by.to_owned(),
                words: receipt.words(),
            })
        })
        .collect()
}
