use tempfile::TempDir;
use wickflow_shared::protocol::strategy::{LabelVersion, StrategyId, StrategySummary, UpdateStrategy};
use wickflow_shared::time::Timestamp;

use super::*;
use crate::testing::execute;

const OWNER: AccountId = AccountId(1);
const OTHER: AccountId = AccountId(2);
const MINUTE: i64 = 60_000;

struct Library {
    store: StrategyStore,
    _folder: TempDir,
}

impl Library {
    async fn with(limits: StrategyLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::open(&address).await.unwrap();
        for owner in [OWNER, OTHER] {
            let sql =
                format!("INSERT INTO accounts VALUES (x'{owner}', 'Guest', 0, 1, x'{}')", "00".repeat(32));
            execute(&database, &sql).await.unwrap();
        }
        Self { store: StrategyStore::new(database, limits), _folder: folder }
    }

    async fn new() -> Self {
        Self::with(StrategyLimits::default()).await
    }

    async fn create(
        &self,
        id: u128,
        name: &str,
        folder: &str,
        tags: &[&str],
    ) -> Result<StrategySummary, StrategyStoreError> {
        let new = NewStrategy {
            id: StrategyId(id),
            owner: OWNER,
            name: name.parse().unwrap(),
            folder: folder.parse().unwrap(),
            tags: tags.iter().map(|tag| tag.parse().unwrap()).collect(),
            document: HashedDocument::new(format!("document of {name}")),
            thumbnail: None,
            client_id: None,
        };
        let at = i64::try_from(id).unwrap();
        self.store.create(new, Timestamp(at)).await
    }

    async fn save(
        &self,
        base: u64,
        text: &str,
        checkpoint: bool,
        at: i64,
    ) -> Result<StrategySummary, StrategyStoreError> {
        self.store.save(OWNER, StrategyId(1), save(base, text, checkpoint), Timestamp(at)).await
    }

    async fn numbers(&self) -> Vec<u64> {
        let versions = self.store.versions(OWNER, StrategyId(1)).await.unwrap();
        versions.iter().map(|version| version.version).collect()
    }

    async fn names(&self, filter: StrategyFilter) -> Vec<String> {
        let list = self.store.list(OWNER, &StrategyFilter { limit: 100, ..filter }).await.unwrap();
        list.strategies.into_iter().map(|one| one.name.into()).collect()
    }
}

fn save(base_version: u64, text: &str, is_checkpoint: bool) -> Save {
    let document = HashedDocument::new(text.to_owned());
    Save { base_version, document, is_checkpoint, label: None, note: None, thumbnail: None }
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told_and_nothing_is_lost() {
    let library = Library::new().await;
    library.create(1, "a", "", &[]).await.unwrap();
    assert_eq!(library.save(1, "first tab", true, 10).await.unwrap().version, 2);
    let error = library.save(1, "second tab", true, 11).await.unwrap_err();
    assert!(matches!(error, StrategyStoreError::Stale { base: 1, current: 2 }), "{error}");
    assert_eq!(library.store.get(OWNER, StrategyId(1)).await.unwrap().document, "first tab");
    assert_eq!(library.store.version(OWNER, StrategyId(1), 1).await.unwrap().document, "document of a");
    // The answer got lost, and the first tab asks again.
    assert_eq!(library.save(1, "first tab", true, 12).await.unwrap().version, 2);
    // An autosave in place of another is a change like any other to a tab that did not make it.
    library.save(2, "draft", false, 13).await.unwrap();
    library.save(3, "later draft", false, 14).await.unwrap();
    assert!(matches!(
        library.save(3, "second tab", false, 15).await.unwrap_err(),
        StrategyStoreError::Stale { base: 3, current: 4 }
    ));
}

#[tokio::test]
async fn autosaves_are_thinned_out() {
    let library = Library::new().await;
    library.create(1, "a", "", &[]).await.unwrap();
    for (at, base, text, want) in [
        (1, 1, "one", &[2, 1][..]),
        (2, 2, "two", &[3, 1]),
        (4, 3, "two", &[3, 1]),
        (4, 3, "three", &[4, 1]),
        // Five minutes after the first of them: it stays.
        (6, 4, "four", &[5, 4, 1]),
        (7, 5, "five", &[6, 4, 1]),
    ] {
        library.save(base, text, false, at * MINUTE).await.unwrap();
        assert_eq!(library.numbers().await, want, "{text}");
    }
    // Asked for by the author, it is no autosave any more, and none takes its place.
    library.save(6, "five", true, 7 * MINUTE).await.unwrap();
    library.save(6, "six", false, 8 * MINUTE).await.unwrap();
    assert_eq!(library.numbers().await, [7, 6, 4, 1]);
    let label = LabelVersion { label: Some("good".parse().unwrap()), note: None };
    library.store.label(OWNER, StrategyId(1), 7, label).await.unwrap();
    library.save(7, "seven", false, 8 * MINUTE).await.unwrap();
    assert_eq!(library.numbers().await, [8, 7, 6, 4, 1]);
}

#[tokio::test]
async fn old_versions_make_room_unless_they_have_a_label() {
    let library = Library::with(StrategyLimits { versions: 3, ..StrategyLimits::default() }).await;
    library.create(1, "a", "", &[]).await.unwrap();
    let label = |text: &str| LabelVersion { label: Some(text.parse().unwrap()), note: None };
    library.store.label(OWNER, StrategyId(1), 1, label("first")).await.unwrap();
    for base in 1..5 {
        library.save(base, &format!("text {base}"), true, 1).await.unwrap();
    }
    assert_eq!(library.numbers().await, [5, 4, 1]);
    for version in [4, 5] {
        library.store.label(OWNER, StrategyId(1), version, label("kept")).await.unwrap();
    }
    assert!(matches!(library.save(5, "more", true, 2).await.unwrap_err(), StrategyStoreError::Full(_)));
    assert_eq!(library.numbers().await, [5, 4, 1], "a save that is refused changes nothing");
    library.store.label(OWNER, StrategyId(1), 4, label("")).await.unwrap();
    library.save(5, "more", true, 2).await.unwrap();
    assert_eq!(library.numbers().await, [6, 5, 1]);
    assert!(matches!(
        library.store.version(OWNER, StrategyId(1), 4).await.unwrap_err(),
        StrategyStoreError::UnknownVersion { version: 4, .. }
    ));
}

#[tokio::test]
async fn bytes_and_strategies_are_bounded_and_what_was_deleted_makes_room() {
    let limits = StrategyLimits { strategies: 2, bytes: 60, ..StrategyLimits::default() };
    let library = Library::with(limits).await;
    library.create(1, "a", "", &[]).await.unwrap();
    library.create(2, "b", "", &[]).await.unwrap();
    assert!(matches!(library.create(3, "c", "", &[]).await.unwrap_err(), StrategyStoreError::Full(_)));
    library.store.set_deleted(OWNER, StrategyId(2), true, Timestamp(5)).await.unwrap();
    library.create(3, "c", "", &[]).await.unwrap();
    let restored = library.store.set_deleted(OWNER, StrategyId(2), false, Timestamp(6)).await;
    assert!(matches!(restored.unwrap_err(), StrategyStoreError::Unknown(_)), "it had to make room");
    // 13 bytes each so far; the first version of "a" goes for the third.
    library.save(1, &"x".repeat(25), true, 7).await.unwrap();
    library.save(2, &"y".repeat(20), true, 8).await.unwrap();
    assert_eq!(library.numbers().await, [3, 2]);
    let error = library.save(3, &"z".repeat(60), true, 9).await.unwrap_err();
    assert!(error.to_string().contains("60 bytes"), "{error}");
    assert_eq!(library.numbers().await, [3, 2]);
}

#[tokio::test]
async fn strategies_are_found() {
    let library = Library::new().await;
    library.create(1, "Golden Cross", "Trend", &["sma", "slow"]).await.unwrap();
    library.create(2, "Kreuz ÄÖ", "Trend/Fast", &["sma"]).await.unwrap();
    library.create(3, "Reversal 100%", "Trending", &[]).await.unwrap();
    library.create(4, "Loose", "", &["SMA"]).await.unwrap();
    let filter = StrategyFilter::default;
    let text = |text: &str| Some(text.to_owned());
    for (filter, want) in [
        (filter(), &["Loose", "Reversal 100%", "Kreuz ÄÖ", "Golden Cross"][..]),
        (StrategyFilter { search: text("äö"), ..filter() }, &["Kreuz ÄÖ"]),
        (
            StrategyFilter { search: text("TREND"), ..filter() },
            &["Reversal 100%", "Kreuz ÄÖ", "Golden Cross"],
        ),
        (StrategyFilter { search: text("0%"), ..filter() }, &["Reversal 100%"]),
        (StrategyFilter { search: text("sma"), ..filter() }, &["Loose", "Kreuz ÄÖ", "Golden Cross"]),
        (StrategyFilter { tag: text("sma"), ..filter() }, &["Kreuz ÄÖ", "Golden Cross"]),
        (StrategyFilter { folder: text("Trend"), ..filter() }, &["Kreuz ÄÖ", "Golden Cross"]),
        (StrategyFilter { folder: text("Trend/Fast"), ..filter() }, &["Kreuz ÄÖ"]),
        (StrategyFilter { folder: text(""), ..filter() }, &["Loose"]),
        (StrategyFilter { before: Some(StrategyId(3)), ..filter() }, &["Kreuz ÄÖ", "Golden Cross"]),
        (StrategyFilter { deleted: true, ..filter() }, &[]),
    ] {
        assert_eq!(library.names(filter.clone()).await, want, "{filter:?}");
    }
    let first = library.store.list(OWNER, &StrategyFilter { limit: 1, ..filter() }).await.unwrap();
    assert!(first.has_more && first.strategies.len() == 1);
    let rename = UpdateStrategy { name: Some("Silver".parse().unwrap()), ..UpdateStrategy::default() };
    library.store.update(OWNER, StrategyId(1), rename, Timestamp(9)).await.unwrap();
    let search = StrategyFilter { search: text("silver"), ..filter() };
    assert_eq!(library.names(search).await, ["Silver"]);
}

#[tokio::test]
async fn strategies_of_others_do_not_exist() {
    let library = Library::new().await;
    let made = library.create(1, "a", "", &[]).await.unwrap();
    let (store, id, now) = (&library.store, made.id, Timestamp(5));
    let unknown =
        |error: StrategyStoreError| assert!(matches!(error, StrategyStoreError::Unknown(_)), "{error}");
    unknown(store.get(OTHER, id).await.unwrap_err());
    unknown(store.versions(OTHER, id).await.unwrap_err());
    unknown(store.version(OTHER, id, 1).await.unwrap_err());
    unknown(store.save(OTHER, id, save(1, "x", true), now).await.unwrap_err());
    unknown(store.update(OTHER, id, UpdateStrategy::default(), now).await.unwrap_err());
    unknown(store.set_deleted(OTHER, id, true, now).await.unwrap_err());
    unknown(store.label(OTHER, id, 1, LabelVersion::default()).await.unwrap_err());
    assert!(
        store
            .list(OTHER, &StrategyFilter { limit: 9, ..StrategyFilter::default() })
            .await
            .unwrap()
            .strategies
            .is_empty()
    );
    assert_eq!(store.get(OWNER, id).await.unwrap().strategy, made);
}
