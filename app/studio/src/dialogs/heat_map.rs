//! A search over two parameters as a map: one field for each pair of values, colored by what the search ranks by.

use leptos::prelude::*;
use wickflow_app::components::Erase;
use wickflow_lab::protocol::{AxisInfo, SearchTable};

use crate::engine::Columns;
use crate::words;

/// Fields along one side at most: more could not be told apart.
const MOST: u32 = 60;
const FIELD: f64 = 10.0;

/// The map; `None` where there are fewer than two parameters, or too many values.
pub(super) fn heat_map(
    axes: &[AxisInfo],
    table: &SearchTable,
    columns: &Columns,
    wanted: &str,
) -> Option<AnyView> {
    let (x_axis, y_axis) = (axes.first()?, axes.get(1)?);
    if axes.len() != 2 || x_axis.count > MOST || y_axis.count > MOST {
        return None;
    }
    let metric = table.metrics.iter().find(|metric| metric.name == wanted).or(table.metrics.first())?;
    let (xs, ys) = (columns.get(*table.positions.first()?), columns.get(*table.positions.get(1)?));
    let values = columns.get(metric.values);
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let fields = xs.iter().zip(ys).zip(values).filter(|(_, value)| value.is_finite()).map(|((x, y), value)| {
        let title = format!(
            "{} {}, {} {}: {}",
            x_axis.name,
            value_at(x_axis, *x),
            y_axis.name,
            value_at(y_axis, *y),
            words::wire_value(*value)
        );
        view! {
            <rect x=x * FIELD y=y * FIELD width=FIELD - 0.5 height=FIELD - 0.5 data-level=level(*value, low, high)>
                <title>{title}</title>
            </rect>
        }
        .into_any()
    });
    let size = format!("0 0 {} {}", f64::from(x_axis.count) * FIELD, f64::from(y_axis.count) * FIELD);
    Some(
        view! {
            <figure class="heat-map">
                <svg viewBox=size role="img" aria-label=format!("{} by {} and {}", metric.name, x_axis.name, y_axis.name)>
                    {fields.collect_view()}
                </svg>
                <figcaption class="soft">{metric.name.clone()} ": " {x_axis.name.clone()} " across, " {y_axis.name.clone()} " down"</figcaption>
            </figure>
        }
        .erase(),
    )
}

fn value_at(axis: &AxisInfo, position: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = position.max(0.0) as usize;
    axis.values.get(place).cloned().unwrap_or_default()
}

/// From 0, the worst, to 8, the best.
fn level(value: f64, low: f64, high: f64) -> String {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    format!("{:.0}", (share * 8.0).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_span_from_worst_to_best() {
        assert_eq!([level(1.0, 1.0, 3.0), level(2.0, 1.0, 3.0), level(3.0, 1.0, 3.0)], ["0", "4", "8"]);
        assert_eq!(level(1.0, 1.0, 1.0), "4");
    }
}
