//! `pg::locks`: which locks stand for which values.

use pgrx::prelude::*;

use super::{keys, query, run, subtransaction, End};
use crate::key::KeySet;
use crate::pg::locks::{self, KEY_EDGE};
use crate::pg::types::HashedColumns;

/// No table has it.
const TVIEW: u32 = 0xFFFF_FF00;
/// The fourth fields of tags, as DESIGN has them: other versions of the library may hold locks at the same time.
const TVIEWS: u32 = 0x7456;
const EDGES: u32 = 0x7457;
const VALUES: u32 = 0x7458;

type Held = (u32, u32, u32, String);

/// The library's locks of this session: level, second and third field, mode.
fn held() -> Vec<Held> {
    let sql = "SELECT objsubid, classid, objid, mode FROM pg_locks \
               WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid > 2 ORDER BY 1, 2, 3, 4";
    query(sql, &[], |_, rows| {
        rows.iter()
            .map(|row| {
                let number = |column| row.text(column).and_then(|n| n.parse().ok()).unwrap_or(0);
                (
                    number(1),
                    number(2),
                    number(3),
                    row.text(4).unwrap_or_default(),
                )
            })
            .collect()
    })
}

fn lock(level: u32, second: u32, third: u32, mode: &str) -> Held {
    (level, second, third, mode.to_owned())
}

/// The lock of the only value of a query on an edge of the TVIEW.
fn value_lock(edge: u32, sql: &str, mode: &str) -> Held {
    let (columns, set) = keys(sql);
    let seed = (u64::from(TVIEW) << 32) | u64::from(edge);
    let tag: u64 = set.iter().map(|tuple| columns.hash(tuple, seed)).sum();
    lock(VALUES, (tag >> 32) as u32, tag as u32, mode)
}

fn sorted(mut locks: Vec<Held>) -> Vec<Held> {
    locks.sort();
    locks
}

#[pg_test]
fn values_are_locked_by_their_hashes() {
    let (columns, climbed) = keys("SELECT * FROM (VALUES (1.0), (1.00), (2)) t (v)");
    let (_, introduced) = keys("SELECT * FROM (VALUES (2.000), (3.0)) t (v)");
    assert_eq!((climbed.len(), introduced.len()), (3, 2));
    locks::lock_values(
        TVIEW,
        5,
        false,
        (&columns, &climbed),
        Some((&columns, &introduced)),
    );
    let expected = sorted(vec![
        lock(EDGES, TVIEW, 5, "RowExclusiveLock"),
        value_lock(5, "SELECT numeric '1'", "ExclusiveLock"),
        // The stronger of the two modes.
        value_lock(5, "SELECT numeric '2'", "ExclusiveLock"),
        value_lock(5, "SELECT numeric '3'", "ShareLock"),
    ]);
    assert_eq!(held(), expected);
    // The same value of another edge is another lock.
    assert_ne!(
        value_lock(5, "SELECT numeric '1'", ""),
        value_lock(KEY_EDGE, "SELECT numeric '1'", "")
    );
    let (none, empty) = (HashedColumns(Vec::new()), KeySet::default());
    locks::lock_values(TVIEW, 6, false, (&none, &empty), Some((&none, &empty)));
    assert_eq!(held(), expected);
    locks::lock_values(
        TVIEW,
        6,
        false,
        (&none, &empty),
        Some((&columns, &introduced)),
    );
    assert!(held().contains(&lock(EDGES, TVIEW, 6, "RowShareLock")));
    assert!(held().contains(&value_lock(6, "SELECT numeric '2'", "ShareLock")));
}

#[pg_test]
fn edges_are_locked_in_place_of_many_values() {
    run("SET LOCAL pg_tviews.lock_escalation_threshold = 3");
    let locked = |whole: bool, climbed: &str, introduced: Option<&str>| {
        let (columns, climbed) = keys(climbed);
        let introduced = introduced.map(keys);
        let held = subtransaction(End::Rollback, || {
            let introduced = introduced.as_ref().map(|(columns, set)| (columns, set));
            locks::lock_values(TVIEW, 1, whole, (&columns, &climbed), introduced);
            held()
        });
        held.unwrap_or_default()
    };
    let some = "SELECT generate_series(1, 3)";
    let (many, none) = ("SELECT generate_series(1, 4)", "SELECT 1 WHERE false");
    let exclusive = [lock(EDGES, TVIEW, 1, "ExclusiveLock")];
    let shared = [lock(EDGES, TVIEW, 1, "ShareLock")];
    assert_eq!(locked(false, some, None).len(), 4);
    assert_eq!(locked(false, many, None), exclusive);
    assert_eq!(locked(false, some, Some("SELECT 9")), exclusive);
    assert_eq!(locked(false, none, Some(many)), shared);
    assert_eq!(locked(true, "SELECT 1", None), exclusive);
    // Equal values of a type without a hash function would have no lock in common.
    assert_eq!(locked(false, "SELECT tsvector 'a'", None), exclusive);
    assert_eq!(held(), []);
}

#[pg_test]
fn a_transaction_fills_no_lock_table() {
    run("SET LOCAL pg_tviews.lock_escalation_threshold = 1000000");
    let (columns, set) = keys(
        "SELECT generate_series(1, current_setting('max_locks_per_transaction')::integer * current_setting('max_connections')::integer / 32)",
    );
    let mut edges = Vec::new();
    for edge in 0..4 {
        let before = held().len();
        locks::lock_values(TVIEW, edge, false, (&columns, &set), None);
        edges.push(held().len() - before > 1);
    }
    assert!(edges[0]);
    assert!(!edges[3]);
    assert!(held().contains(&lock(EDGES, TVIEW, 3, "ExclusiveLock")));
}

#[pg_test]
fn a_tview_is_given_up_as_often_as_it_was_intended() {
    locks::intend(TVIEW);
    locks::intend(TVIEW);
    locks::forgo(TVIEW);
    assert_eq!(held(), [lock(TVIEWS, TVIEW, 0, "RowExclusiveLock")]);
    locks::forgo(TVIEW);
    assert_eq!(held(), []);
    locks::lock_whole(TVIEW);
    locks::lock_all_keys(TVIEW);
    let all = [
        lock(TVIEWS, TVIEW, 0, "ExclusiveLock"),
        lock(EDGES, TVIEW, KEY_EDGE, "ExclusiveLock"),
    ];
    assert_eq!(held(), all);
}
