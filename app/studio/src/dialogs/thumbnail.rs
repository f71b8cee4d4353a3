//! The small picture of a strategy: its nodes as boxes. The text comes from the server and is read with care.

use leptos::prelude::*;
use wickflow_app::components::Erase;

/// Boxes drawn at most, whatever the text says.
const MOST: usize = 200;

/// Draws what [`Studio::save`](crate::state::Studio::save) wrote.
pub(super) fn thumbnail(text: &str) -> AnyView {
    let boxes = text.split(';').take(MOST).filter_map(read).map(|part| {
        let [x, y, width, height] = part.place;
        view! { <rect x=x y=y width=width height=height rx="0.8" data-role=part.role /> }.into_any()
    });
    view! {
        <svg class="thumbnail" viewBox="-2 -2 104 64" aria-hidden="true">
            {boxes.collect_view()}
        </svg>
    }
    .erase()
}

#[derive(Debug, PartialEq)]
struct Part {
    place: [f64; 4],
    role: String,
}

fn read(text: &str) -> Option<Part> {
    let mut words = text.split(',');
    let mut next = || words.next()?.parse::<f64>().ok().filter(|value| (0.0..=200.0).contains(value));
    let place = [next()?, next()?, next()?, next()?];
    let role: String = words.next()?.chars().filter(char::is_ascii_alphabetic).take(16).collect();
    Some(Part { place, role })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_boxes_are_read() {
        let part = read("1,2.5,20,8,Action").unwrap();
        assert_eq!(part, Part { place: [1.0, 2.5, 20.0, 8.0], role: "Action".to_owned() });
        for bad in ["", "1,2,3", "1,2,3,x,Action", "NaN,1,1,1,Data", "1,1,1,1e9,Data", "<svg>"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(read("1,1,1,1,\"><script>").unwrap().role, "script");
    }
}
