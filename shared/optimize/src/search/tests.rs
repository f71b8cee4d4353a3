use super::*;
use crate::method::{Genetic, Tpe};
use crate::metrics::Metric;
use proptest::prelude::*;

const METHODS: [Method; 4] = [
    Method::Grid,
    Method::Random,
    Method::Tpe(Tpe { startup: 16, good_share: 0.15, draws: 24, batch: 8 }),
    Method::Genetic(Genetic { population: 24, tournament: 2, crossover: 0.9, mutations: 1.0 }),
];

fn settings(method: Method, budget: u32, seed: u64) -> SearchSettings {
    SearchSettings { method, objectives: Objectives::single(Metric::Sharpe), budget, seed }
}

fn space(axes: &[&str], constraints: &[&str]) -> Space {
    Space::parse(axes, constraints).expect("a space")
}

fn numbers(candidate: &Candidate) -> Vec<f64> {
    let number = |setting: &Setting| match setting {
        Setting::Number(number) => *number,
        Setting::Text(_) | Setting::Boolean(_) => f64::NAN,
    };
    candidate.settings.iter().map(number).collect()
}

fn sharpe(value: f64) -> Option<Metrics> {
    Some(Metrics::default().with(Metric::Trades, 100.0).with(Metric::Sharpe, value))
}

/// Runs a search to its end with one worker, and gives the best value.
fn run(search: &mut Search, value: impl Fn(&[f64]) -> f64) -> f64 {
    while let Ask::Run(candidate) = search.ask() {
        search.tell(candidate.number, sharpe(value(&numbers(&candidate)))).expect("a result");
    }
    assert!(search.is_finished());
    best_value(search)
}

fn best_value(search: &Search) -> f64 {
    let best = search.best().expect("a best");
    best.metrics.and_then(|metrics| metrics.get(Metric::Sharpe).value()).expect("a value")
}

/// A smooth hill with its top, 0, at (37, 61).
fn hill(values: &[f64]) -> f64 {
    let top = [37.0, 61.0];
    -values.iter().zip(top).map(|(value, top)| (value - top) * (value - top)).sum::<f64>()
}

const HILL: [&str; 2] = ["a.x=1..100", "a.y=1..100"];

#[test]
fn a_grid_tries_every_allowed_combination_once_and_in_order() {
    let space = space(&["fast.p=5..50:5", "slow.p=20..200:10"], &["fast.p < slow.p"]);
    let mut search = Search::new(space, settings(Method::Grid, MAX_CANDIDATES, 0)).expect("a search");
    assert_eq!(search.progress().total, 174);
    let best = run(&mut search, |values| -(values[0] - 10.0).abs() - (values[1] - 130.0).abs());
    assert!(best.abs() < 1e-12);
    let indices: Vec<u64> = search.trials().iter().map(|trial| trial.index).collect();
    assert_eq!(indices.len(), 174);
    assert!(indices.is_sorted_by(|left, right| left < right));
    assert_eq!(search.progress().done, 174);
    let best = search.best().expect("a best");
    let settings = search.space().candidate(best.index).expect("settings");
    assert_eq!(settings, [Setting::Number(10.0), Setting::Number(130.0)]);
    assert_eq!(search.ranking(1).first(), Some(&best));
}

#[test]
fn no_method_draws_a_candidate_twice_and_all_exhaust_a_small_space() {
    for method in METHODS {
        let space = space(&["a.x=1..8", "a.y=1..8", "a.z=u,v"], &["a.x != a.y"]);
        let mut search = Search::new(space, settings(method, 1_000, 7)).expect("a search");
        run(&mut search, |values| values[0] * values[1]);
        let mut indices: Vec<u64> = search.trials().iter().map(|trial| trial.index).collect();
        indices.sort_unstable();
        indices.dedup();
        assert_eq!(indices.len(), 112, "{method:?}");
        assert_eq!(search.progress().total, 112);
    }
}

#[test]
fn seeds_decide() {
    for method in METHODS {
        let sequence = |seed| {
            let mut search = Search::new(space(&HILL, &[]), settings(method, 80, seed)).expect("a search");
            run(&mut search, hill);
            search.trials().iter().map(|trial| trial.index).collect::<Vec<_>>()
        };
        assert_eq!(sequence(1), sequence(1));
        assert_eq!(sequence(1) == sequence(2), method == Method::Grid, "{method:?}");
    }
}

/// The bests of searches with 40 seeds.
fn bests(method: Method, axes: &[&str], budget: u32, value: fn(&[f64]) -> f64) -> Vec<f64> {
    let best = |seed| {
        let mut search = Search::new(space(axes, &[]), settings(method, budget, seed)).expect("a search");
        run(&mut search, value)
    };
    (0..40).map(best).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Not a matter of luck: 150 of 10,000 combinations, on average over 40 seeds.
#[test]
fn methods_that_learn_beat_random_on_a_smooth_function() {
    let [random, tpe, genetic] = [1, 2, 3].map(|method: usize| bests(METHODS[method], &HILL, 150, hill));
    assert!(mean(&tpe) > mean(&random) / 4.0, "{tpe:?}");
    assert!(mean(&genetic) > mean(&random) / 4.0, "{genetic:?}");
    let near_top = |bests: &[f64]| bests.iter().filter(|best| **best >= -5.0).count();
    assert_eq!(near_top(&tpe), 40, "{tpe:?}");
    assert!(near_top(&genetic) >= 30 && near_top(&random) <= 10, "{genetic:?}");
}

/// Five axes, of which two do nothing, and a ridge that a step along one axis leaves: harder, 10^10 combinations.
#[test]
fn methods_that_learn_beat_random_on_a_ridge() {
    let axes = ["a.v=1..100", "a.w=1..100", "a.x=1..100", "a.y=1..100", "a.z=1..100"];
    let ridge = |values: &[f64]| {
        let (sum, difference) = (values[0] + values[1] - 120.0, values[0] - values[1] - 20.0);
        -(sum.abs() + 3.0 * difference.abs() + (values[2] - 90.0).abs())
    };
    let [random, tpe, genetic] = [1, 2, 3].map(|method: usize| bests(METHODS[method], &axes, 300, ridge));
    assert!(mean(&tpe) > mean(&random) / 2.0, "{tpe:?}");
    assert!(mean(&genetic) > mean(&random) / 2.0, "{genetic:?}");
}

#[test]
fn several_goals_give_the_front() {
    // Two hills in one dimension: every x between their tops is a compromise, all others are beaten.
    for method in METHODS {
        let mut settings = settings(method, 150, 3);
        settings.objectives.goals = vec![Metric::Sharpe.into(), Metric::MaxDrawdown.into()];
        let mut search = Search::new(space(&["a.x=1..100", "a.y=1..3"], &[]), settings).expect("a search");
        while let Ask::Run(candidate) = search.ask() {
            let values = numbers(&candidate);
            let metrics = Metrics::default()
                .with(Metric::Trades, 50.0)
                .with(Metric::Sharpe, -(values[0] - 40.0).abs() - values[1])
                .with(Metric::MaxDrawdown, (values[0] - 60.0).abs() + values[1]);
            search.tell(candidate.number, Some(metrics)).expect("a result");
        }
        let front: Vec<Vec<Setting>> =
            search.front().filter_map(|trial| search.space().candidate(trial.index)).collect();
        let on_front = |settings: &Vec<Setting>| match settings.as_slice() {
            [Setting::Number(x), Setting::Number(y)] => (40.0..=60.0).contains(x) && *y < 1.5,
            _ => false,
        };
        let hits = front.iter().filter(|settings| on_front(settings)).count();
        let least = match method {
            Method::Grid => 10,
            Method::Random => 5,
            Method::Tpe(_) | Method::Genetic(_) => 15,
        };
        assert!(hits >= least, "{method:?}: {hits} of the 21 compromises, {} in the front", front.len());
    }
}

#[test]
fn candidates_without_a_value_are_never_best() {
    let mut search =
        Search::new(space(&["a.x=1..20"], &[]), settings(Method::Grid, 100, 0)).expect("a search");
    while let Ask::Run(candidate) = search.ask() {
        let metrics = match candidate.number {
            0..8 => None,
            8..12 => sharpe(f64::NAN),
            12..16 => Some(Metrics::default().with(Metric::Trades, 0.0).with(Metric::Sharpe, 99.0)),
            number => sharpe(-f64::from(number)),
        };
        search.tell(candidate.number, metrics).expect("a result");
    }
    assert!((best_value(&search) + 16.0).abs() < 1e-12);
    assert_eq!(
        search.ranking(100).last().map(|trial| trial.number),
        Some(11),
        "the last of those without a value"
    );
}

#[test]
fn results_are_taken_once_and_only_of_what_is_out() {
    let mut search = Search::new(space(&["a.x=1..20"], &[]), settings(Method::Grid, 5, 0)).expect("a search");
    assert_eq!(search.tell(0, None), Err(TellError::Unknown(0)));
    let Ask::Run(first) = search.ask() else { panic!("a candidate") };
    assert_eq!(search.tell(1, None), Err(TellError::Unknown(1)));
    assert_eq!(search.tell(first.number, None), Ok(()));
    assert_eq!(search.tell(first.number, None), Err(TellError::Twice(0)));
    for _ in 1..5 {
        assert!(matches!(search.ask(), Ask::Run(_)));
    }
    assert_eq!(search.ask(), Ask::Done);
    assert_eq!(search.tell(4, None), Ok(()));
    assert_eq!(search.tell(4, None), Err(TellError::Twice(4)));
    assert_eq!(search.progress().done, 2);
    assert!(!search.is_finished());
}

#[test]
fn senseless_searches_are_refused() {
    let refused = |space: Space, settings| Search::new(space, settings).err().expect("refused").to_string();
    let small = || space(&["a.x=1..20"], &[]);
    assert!(refused(small(), settings(Method::Random, 0, 0)).contains("1 to 1000000"));
    assert!(refused(small(), settings(Method::Random, 1_000_001, 0)).contains("1 to 1000000"));
    let large = space(&["a.x=1..1001", "a.y=1..1000"], &[]);
    assert!(refused(large, settings(Method::Grid, 10, 0)).contains("1001000 combinations"));
    let mut goals = settings(Method::Random, 10, 0);
    goals.objectives.goals.clear();
    assert!(refused(small(), goals).contains("0 goals"));
    let tpe = Method::Tpe(Tpe { good_share: f64::NAN, ..Tpe::default() });
    assert!(refused(small(), settings(tpe, 10, 0)).contains("good_share is NaN"));
    let genetic = Method::Genetic(Genetic { population: 1, ..Genetic::default() });
    assert!(refused(small(), settings(genetic, 10, 0)).contains("population is 1"));
}

#[test]
fn conditions_that_nothing_meets_end_at_once() {
    for method in METHODS {
        let space = space(&["a.x=1..900", "a.y=1..1000"], &["a.x + a.y < 0"]);
        let mut search = Search::new(space, settings(method, 10, 0)).expect("a search");
        assert_eq!(search.ask(), Ask::Done, "{method:?}");
        assert!(search.is_finished() && search.best().is_none());
    }
}

#[test]
fn a_checkpoint_that_was_changed_is_refused() {
    let mut search = Search::new(space(&HILL, &[]), settings(METHODS[2], 40, 1)).expect("a search");
    run(&mut search, hill);
    let json = serde_json::to_value(search.checkpoint()).expect("JSON");
    let changed = |path: &str, value: serde_json::Value| {
        let mut json = json.clone();
        *json.pointer_mut(path).expect("a place") = value;
        Search::resume(serde_json::from_value(json).expect("a checkpoint")).err().expect("refused")
    };
    assert_eq!(changed("/version", 2.into()), ResumeError::Version(2));
    assert_eq!(changed("/results/3/index", 5.into()), ResumeError::Different(3));
    assert_eq!(changed("/results/3/metrics", "x".into()), ResumeError::Different(3));
    assert_eq!(changed("/results/3/number", 77.into()), ResumeError::Different(77));
    assert_eq!(changed("/settings/budget", 0.into()), ResumeError::Search(SearchError::Budget(0)));
}

/// Works on a search as several workers would: `choices` say who asks and who finishes.
fn work(search: &mut Search, out: &mut Vec<Candidate>, choices: &[u8]) {
    for choice in choices {
        if choice % 2 == 0 || out.is_empty() {
            if let Ask::Run(candidate) = search.ask() {
                out.push(candidate);
            }
        } else {
            let candidate = out.remove(usize::from(*choice) % out.len());
            search.tell(candidate.number, sharpe(hill(&numbers(&candidate)))).expect("a result");
        }
    }
}

fn finish(search: &mut Search, out: Vec<Candidate>) {
    for candidate in out {
        search.tell(candidate.number, sharpe(hill(&numbers(&candidate)))).expect("a result");
    }
    run(search, hill);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_number_of_workers_and_any_break_give_the_same(
        method in 0_usize..4,
        before in prop::collection::vec(any::<u8>(), 0..150),
        after in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let fresh = || Search::new(space(&HILL, &["a.x < a.y + 50"]), settings(METHODS[method], 60, 9)).expect("a search");
        let mut alone = fresh();
        run(&mut alone, hill);

        let (mut many, mut out) = (fresh(), Vec::new());
        work(&mut many, &mut out, &before);
        let text = serde_json::to_string(&many.checkpoint()).expect("JSON");
        finish(&mut many, out);
        prop_assert_eq!(many.trials(), alone.trials());

        let mut resumed = Search::resume(serde_json::from_str(&text).expect("a checkpoint")).expect("a search");
        let mut out = Vec::new();
        work(&mut resumed, &mut out, &after);
        finish(&mut resumed, out);
        prop_assert_eq!(resumed.trials(), alone.trials());
        prop_assert_eq!(resumed.best(), alone.best());
    }
}
