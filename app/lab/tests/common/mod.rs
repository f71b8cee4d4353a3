//! A lab, and requests as the page writes them.
#![allow(dead_code, reason = "each test uses a part")]

use serde_json::{Value as Json, json};
use wickflow_lab::protocol::{Answer, Details, Problems, RunResult, SeriesInfo};
use wickflow_lab::{Lab, Message};
use wickflow_strategy::templates::TEMPLATES;

/// A lab that never measures time.
pub(crate) fn lab() -> Lab {
    Lab::new(|| 0.0)
}

/// A lab with made-up candles under the key `eg1`.
pub(crate) fn lab_with(bars: u32) -> Lab {
    let mut lab = lab();
    load(&mut lab, "eg1", "1m", bars);
    lab
}

pub(crate) fn load(lab: &mut Lab, key: &str, timeframe: &str, bars: u32) -> SeriesInfo {
    let source = json!({ "synthetic": { "seed": 42, "bars": bars } });
    let ask = json!({ "load_series": { "key": key, "timeframe": timeframe, "source": source } });
    match one(lab, ask).reply.answer {
        Answer::Series(info) => info,
        other => panic!("{other:?}"),
    }
}

/// All replies to a request, whose last one says so.
pub(crate) fn ask(lab: &mut Lab, ask: Json) -> Vec<Message> {
    let replies = lab.handle(&json!({ "id": 1, "ask": ask }).to_string(), Vec::new());
    assert!(replies.last().is_some_and(|message| message.reply.done), "{ask}: {replies:?}");
    replies
}

/// The only reply to a request.
pub(crate) fn one(lab: &mut Lab, wanted: Json) -> Message {
    let mut replies = ask(lab, wanted.clone());
    assert_eq!(replies.len(), 1, "{wanted}: {replies:?}");
    replies.remove(0)
}

/// The sentence with which a request is refused.
pub(crate) fn refused(lab: &mut Lab, wanted: Json) -> String {
    match one(lab, wanted).reply.answer {
        Answer::Failed(failure) => failure.message,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn template(name: &str) -> &'static str {
    TEMPLATES.iter().find(|template| template.name == name).expect("a template").text
}

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) problems: Problems,
    pub(crate) result: RunResult,
    pub(crate) message: Message,
    pub(crate) details: Option<Details>,
}

/// Runs a document over `eg1`, with more settings.
pub(crate) fn run(lab: &mut Lab, document: &str, settings: Json, detail: &str) -> Ran {
    let mut all = json!({ "series": "eg1" });
    let fields = all.as_object_mut().expect("an object");
    fields.extend(settings.as_object().cloned().expect("settings"));
    let replies =
        ask(lab, json!({ "run": { "seq": 1, "document": document, "settings": all, "detail": detail } }));
    let mut replies = replies.into_iter();
    let problems = match replies.next().expect("problems").reply.answer {
        Answer::Problems(problems) => problems,
        other => panic!("{other:?}"),
    };
    let message = replies.next().expect("a result");
    let result = match &message.reply.answer {
        Answer::Result(result) => (**result).clone(),
        other => panic!("{other:?}"),
    };
    let details = replies.next().map(|message| match message.reply.answer {
        Answer::Details(details) => *details,
        other => panic!("{other:?}"),
    });
    Ran { problems, result, message, details }
}
