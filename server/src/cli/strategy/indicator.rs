//! `wickflow indicator`: one node over candles, a column per output.

use std::io::{BufWriter, ErrorKind, Write};

use serde_json::{Map, Value as Json, json};
use wickflow_strategy::catalogue::{Behavior, NodeKind, PortType, Unwired, find_kind};
use wickflow_strategy::column::Column;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Evaluator, Limits, compile};

use super::super::CliError;
use super::input::CandleArgs;

/// Arguments of `wickflow indicator`.
#[derive(Debug, clap::Args)]
pub struct IndicatorArgs {
    /// The kind, such as rsi or indicator.rsi; `wickflow nodes` lists them.
    kind: String,
    #[command(flatten)]
    candles: CandleArgs,
    /// A parameter, such as period=14.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// What an input reads, such as source=volume; without it, the field of its name, or else the close.
    #[arg(long = "input", value_name = "NAME=FIELD")]
    inputs: Vec<String>,
    /// Print CSV; this is the default.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print one JSON document of columns; null while warming up.
    #[arg(long)]
    json: bool,
}

const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when there is no such kind, parameter or file.
pub async fn run(args: IndicatorArgs) -> Result<(), CliError> {
    let kind = kind_of(&args.kind)?;
    let document = document(kind, &args)?;
    let program = compile(&document, &Limits::default()).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        CliError::bad_input(lines.join("\n"))
    })?;
    let candles = args.candles.read().await?;
    let outputs = kind
        .outputs
        .iter()
        .filter_map(|output| Some((output.name, program.output("node", Some(output.name))?)));
    let outputs: Vec<_> = outputs.collect();
    let mut evaluator = Evaluator::new(Dataset::new(candles.series.clone()));
    let evaluation = evaluator
        .evaluate_values(&program, outputs.iter().map(|(_, value)| *value))
        .map_err(CliError::bad_input)?;
    let columns: Vec<(&str, &Column)> =
        outputs.iter().filter_map(|(name, value)| Some((*name, evaluation.column(*value)?))).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let printed = if args.json {
        print_columns(&mut out, &candles.series, &columns)
    } else {
        print_csv(&mut out, &candles.series, &columns)
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(CliError::failed),
    }
}

fn kind_of(name: &str) -> Result<&'static NodeKind, CliError> {
    let prefixes = ["", "indicator.", "pattern.", "math.", "logic.", "data."];
    let found = prefixes.iter().find_map(|prefix| find_kind(&format!("{prefix}{name}")));
    found.filter(|kind| matches!(kind.behavior, Behavior::Compute(_) | Behavior::Context(_))).ok_or_else(
        || CliError::bad_input(format!("there is no indicator {name:?}; `wickflow nodes` lists them")),
    )
}

/// A document with the node alone, its inputs wired to fields of the candle.
fn document(kind: &NodeKind, args: &IndicatorArgs) -> Result<Document, CliError> {
    let pair = |text: &String| {
        let pair =
            text.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        pair.ok_or_else(|| CliError::bad_input(format!("{text:?} is not NAME=VALUE")))
    };
    let mut params = Map::new();
    for (name, value) in args.params.iter().map(pair).collect::<Result<Vec<_>, _>>()? {
        if !kind.params.iter().any(|param| param.name == name) {
            let known: Vec<&str> = kind.params.iter().map(|param| param.name).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(CliError::bad_input(format!(
                "{} has no parameter {name:?}; it has: {known}",
                kind.kind
            )));
        }
        let value = match value.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            // The catalogue reads numbers from text too.
            text => json!(text),
        };
        params.insert(name, value);
    }
    let wired = args.inputs.iter().map(pair).collect::<Result<Vec<_>, _>>()?;
    if let Some((name, _)) =
        wired.iter().find(|(name, _)| !kind.inputs.iter().any(|input| input.name == name))
    {
        return Err(CliError::bad_input(format!("{} has no input {name:?}", kind.kind)));
    }
    let mut edges = Vec::new();
    for input in kind.inputs {
        let given = wired.iter().find(|(name, _)| name == input.name).map(|(_, field)| field.as_str());
        let (source, port) = match (given, input.port_type) {
            (Some(field), _) if FIELDS.contains(&field) => ("candle", field),
            (Some(field), _) => {
                return Err(CliError::bad_input(format!(
                    "{field:?} is no field; use one of {}",
                    FIELDS.join(", ")
                )));
            }
            (None, _) if !matches!(input.unwired, Unwired::Refused) => continue,
            (None, PortType::Signal) => ("session", "value"),
            (None, _) if FIELDS.contains(&input.name) => ("candle", input.name),
            (None, _) => ("candle", "close"),
        };
        edges.push(
            json!({ "source": source, "sourceHandle": port, "target": "node", "targetHandle": input.name }),
        );
    }
    let json = json!({
        "nodes": [
            { "id": "candle", "type": "data.candle" },
            { "id": "session", "type": "data.new_session" },
            { "id": "node", "type": kind.kind, "data": { "params": params } },
        ],
        "edges": edges,
    });
    Document::parse(&json.to_string()).map_err(CliError::failed)
}

fn print_csv(out: &mut impl Write, series: &Series, columns: &[(&str, &Column)]) -> std::io::Result<()> {
    write!(out, "timestamp_utc_iso8601")?;
    columns.iter().try_for_each(|(name, _)| write!(out, ",{name}"))?;
    writeln!(out)?;
    for (row, time) in series.candles().open_times().iter().enumerate() {
        write!(out, "{time}")?;
        for (_, column) in columns {
            let value = column.register(row);
            if value.is_nan() { write!(out, ",")? } else { write!(out, ",{value}")? }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn print_columns(out: &mut impl Write, series: &Series, columns: &[(&str, &Column)]) -> std::io::Result<()> {
    let values = |column: &Column| -> Json {
        (0..column.rows())
            .map(|row| column.register(row))
            .map(|value| json!((!value.is_nan()).then_some(value)))
            .collect()
    };
    let outputs: Map<String, Json> =
        columns.iter().map(|(name, column)| ((*name).to_owned(), values(column))).collect();
    let times: Vec<i64> = series.candles().open_times().iter().map(|time| time.0).collect();
    serde_json::to_writer(&mut *out, &json!({ "open_time": times, "outputs": outputs }))?;
    writeln!(out)
}
