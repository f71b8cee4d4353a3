use super::{FoldError, Head, JournalEntry, JournalFault, StoredEntry, append, fold, verify, verify_stored};
use crate::account::{Account, AccountEvent};
use crate::digest::Digest;
use crate::id::AccountId;
use crate::market::Currency;
use crate::time::Timestamp;

/// An account with six deposits behind its opening.
fn journal() -> (Account, Vec<JournalEntry>) {
    let mut account = Account::new(AccountId(7));
    let opened = AccountEvent::AccountOpened { name: "Test".to_owned() };
    let mut entries = vec![append(&mut account, Timestamp(0), opened).unwrap()];
    for n in 1..=6 {
        let amount = format!("{n}.5").parse().unwrap();
        let event = AccountEvent::Deposited { currency: Currency::USD, amount };
        entries.push(append(&mut account, Timestamp(n), event).unwrap());
    }
    (account, entries)
}

fn head(account: &Account) -> Head {
    Head { seq: account.seq(), hash: account.head() }
}

#[test]
fn a_chain_as_written_is_whole() {
    let (account, entries) = journal();
    assert_eq!(verify(&entries, Some(head(&account))), Ok(head(&account)));
    assert_eq!(verify(&[], None), Ok(Head::EMPTY));
}

#[test]
fn every_kind_of_tampering_shows() {
    let (account, whole) = journal();
    let known = head(&account);
    type Tamper = fn(&mut Vec<JournalEntry>);
    let cases: [(&str, Tamper, u64, JournalFault); 10] = [
        ("an amount changed", |j| amount(&mut j[3], "99"), 4, JournalFault::Changed),
        ("a time changed", |j| j[3].time = Timestamp(77), 4, JournalFault::Changed),
        ("a hash changed", |j| j[3].hash = Digest::of(b"x"), 4, JournalFault::Changed),
        (
            "changed and sealed anew",
            |j| {
                amount(&mut j[3], "99");
                reseal(&mut j[3]);
            },
            5,
            JournalFault::BrokenLink,
        ),
        (
            "a line removed",
            |j| {
                j.remove(3);
            },
            4,
            JournalFault::Gap,
        ),
        ("a line repeated", |j| j.insert(3, j[2].clone()), 4, JournalFault::Gap),
        ("two lines swapped", |j| j.swap(3, 4), 4, JournalFault::Gap),
        ("another account's line", |j| j[3].account_id = AccountId(8), 4, JournalFault::OtherAccount),
        ("the end cut off", |j| j.truncate(5), 6, JournalFault::WrongEnd),
        (
            "a line added",
            |j| {
                let next = next(j);
                j.push(next);
            },
            8,
            JournalFault::WrongEnd,
        ),
    ];
    for (name, tamper, seq, what) in cases {
        let mut entries = whole.clone();
        tamper(&mut entries);
        let error = verify(&entries, Some(known)).unwrap_err();
        assert_eq!((error.seq, error.what), (seq, what), "{name}");
    }
}

fn amount(entry: &mut JournalEntry, text: &str) {
    if let AccountEvent::Deposited { amount, .. } = &mut entry.event {
        *amount = text.parse().unwrap();
    }
}

fn reseal(entry: &mut JournalEntry) {
    entry.hash = entry.expected_hash();
}

fn next(entries: &[JournalEntry]) -> JournalEntry {
    let last = entries.last().unwrap();
    let mut next = JournalEntry { seq: last.seq + 1, prev_hash: last.hash, ..last.clone() };
    reseal(&mut next);
    next
}

#[test]
fn stored_bytes_are_what_counts() {
    let (account, entries) = journal();
    let stored = |body: fn(&JournalEntry) -> Vec<u8>| {
        let bodies: Vec<Vec<u8>> = entries.iter().map(body).collect();
        let lines = entries.iter().zip(&bodies).map(|(entry, body)| StoredEntry {
            account_id: entry.account_id,
            seq: entry.seq,
            time: entry.time,
            prev_hash: entry.prev_hash,
            hash: entry.hash,
            body,
        });
        verify_stored(lines, Some(head(&account)))
    };
    assert!(stored(JournalEntry::body).is_ok());
    // The same meaning in another spelling is not what was written.
    let spaced = stored(|entry| [entry.body(), b" ".to_vec()].concat());
    assert_eq!(spaced.unwrap_err().what, JournalFault::Changed);
}

#[test]
fn documents_round_trip_byte_for_byte() {
    let (_, entries) = journal();
    for entry in &entries {
        let text = serde_json::to_string(entry).unwrap();
        let read: JournalEntry = serde_json::from_str(&text).unwrap();
        assert_eq!((&read, read.body()), (entry, entry.body()));
    }
    // The spelling that hashes stand on; another one is another format.
    let body = String::from_utf8(entries[1].body()).unwrap();
    assert_eq!(body, r#"{"type":"deposited","currency":"USD","amount":"1.5"}"#);
}

#[test]
fn only_the_next_line_can_be_folded() {
    let (account, entries) = journal();
    let mut folded = Account::new(AccountId(7));
    let out_of_sequence = |expected, got| Err(FoldError::OutOfSequence { expected, got });
    assert_eq!(fold(&mut folded, &entries[1]), out_of_sequence(1, 2));
    for entry in &entries {
        fold(&mut folded, entry).unwrap();
        assert_eq!(fold(&mut folded, entry), out_of_sequence(entry.seq + 1, entry.seq), "not twice");
    }
    assert_eq!(folded, account);
    let mut strange = next(&entries);
    strange.prev_hash = Digest::of(b"elsewhere");
    assert_eq!(fold(&mut folded, &strange), Err(FoldError::BrokenChain { seq: 8 }));
    let unknown = AccountEvent::OrderExpired { order_id: crate::id::OrderId(1) };
    let misfit = JournalEntry { event: unknown, ..next(&entries) };
    assert!(matches!(fold(&mut folded, &misfit), Err(FoldError::Apply { seq: 8, .. })));
    assert_eq!(folded, account, "what does not fit changes nothing");
    assert!(matches!(
        fold(&mut Account::new(AccountId(8)), &entries[0]),
        Err(FoldError::OtherAccount { .. })
    ));
}
