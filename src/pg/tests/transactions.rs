//! `pg::backend` and the callbacks of `pg::hooks`: the queue and the catalog through transactions and their parts.

use std::panic::{catch_unwind, AssertUnwindSafe};

use pgrx::prelude::*;

use super::{ok, raised, run, subtransaction, value, End};
use crate::pg::backend;
use crate::pg::flush::{self, Occasion};
use crate::queue::{Pending, TviewId};

/// A TVIEW of three rows, and nothing pending.
fn make_tview() -> TviewId {
    run("CREATE TABLE item (pk_item integer PRIMARY KEY, name text NOT NULL); INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    let schema = value(
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_tviews'",
    );
    run(&format!(
        "SELECT {schema}.pg_tviews_create('item', $$SELECT pk_item, jsonb_build_object('name', name) AS data FROM item$$)"
    ));
    let table = value("SELECT 'tv_item'::regclass::oid")
        .parse()
        .unwrap_or(0);
    ok(flush::flush(Occasion::Middle, None));
    assert_eq!(pending(table), None);
    table
}

/// What is pending for a TVIEW.
fn pending(tview: TviewId) -> Option<Pending> {
    backend::look_at_queue(|queue| {
        queue
            .iter()
            .find(|(id, _)| *id == tview)
            .map(|(_, p)| p.clone())
    })
}

fn change(key: i32) {
    run(&format!(
        "UPDATE item SET name = name || '!' WHERE pk_item = {key}"
    ));
}

fn flushed() -> u64 {
    ok(flush::flush(Occasion::Middle, None))
}

/// The number of rows that table and view do not share.
fn differing() -> String {
    value("SELECT count(*) FROM ((TABLE v_item EXCEPT ALL SELECT pk_item, data FROM tv_item) UNION ALL (SELECT pk_item, data FROM tv_item EXCEPT ALL TABLE v_item)) d")
}

#[pg_test]
fn a_flush_that_is_rolled_back_is_pending_again() {
    let tview = make_tview();
    change(1);
    let queued = pending(tview);
    assert!(queued.is_some());
    let inside = subtransaction(End::Rollback, || {
        assert_eq!(flushed(), 1);
        pending(tview)
    });
    assert_eq!(inside, Ok(None));
    assert_eq!(pending(tview), queued);
    // A part that ends well hands its flushes to the one around it.
    let inside = subtransaction(End::Rollback, || {
        assert_eq!(subtransaction(End::Commit, flushed), Ok(1));
        assert_eq!(subtransaction(End::Commit, || change(2)), Ok(()));
        assert_eq!(flushed(), 1);
        pending(tview)
    });
    assert_eq!(inside, Ok(None));
    let again = pending(tview);
    assert_eq!(again.as_ref().map(Pending::len), Some(2));
    // What was flushed before the part began stays so.
    assert_eq!(flushed(), 1);
    assert_eq!(subtransaction(End::Rollback, || change(3)), Ok(()));
    assert_eq!(pending(tview).map(|p| p.len()), Some(1));
    assert_eq!(flushed(), 0);
    assert_eq!(differing(), "0");
}

#[pg_test]
fn a_flush_that_fails_keeps_its_entries() {
    let tview = make_tview();
    run("ALTER TABLE tv_item ADD CONSTRAINT tests_short CHECK (length(data ->> 'name') < 3)");
    change(1);
    change(2);
    assert_eq!(flushed(), 2);
    change(2);
    let queued = pending(tview);
    for _ in 0..2 {
        let error = raised(|| flush::flush(Occasion::Middle, None));
        assert_eq!(error.code, "23514");
        assert!(!backend::is_flushing() && !backend::is_busy());
        assert!(!backend::is_writing(tview, backend::trigger_depth() + 1));
        assert_eq!(pending(tview), queued);
        assert!(backend::is_dirty());
    }
    run("ALTER TABLE tv_item DROP CONSTRAINT tests_short");
    flushed();
    assert!(!backend::is_dirty());
    assert_eq!(differing(), "0");
}

#[pg_test]
fn the_queue_comes_back_from_work_that_panics() {
    let tview = make_tview();
    change(1);
    let before = pending(tview);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        backend::with_queue::<()>(|queue| {
            queue.entry(tview).null_key = true;
            // Whoever looks meanwhile finds nothing, and no error.
            assert_eq!(pending(tview), None);
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    let after = pending(tview);
    assert!(backend::is_dirty() && after != before);
    assert_eq!(
        after.map(|p| (p.null_key, p.len())),
        before.map(|p| (true, p.len()))
    );
    assert!(backend::pending_since() > 0 && backend::enqueued_at() >= backend::pending_since());
}

#[pg_test]
fn what_was_never_there_is_forgotten() {
    let mut table = 0;
    assert!(subtransaction(End::Rollback, || {
        table = make_tview();
        assert!(ok(backend::tview(table)).is_some());
        change(1);
        assert!(pending(table).is_some());
    })
    .is_ok());
    assert!(table > 0 && ok(backend::tview(table)).is_none());
    // Its entry is dropped when it comes to it.
    assert_eq!(flushed(), 0);
    assert!(!backend::is_dirty());
    let table = make_tview();
    let known = ok(backend::tview(table)).map(|tview| tview.view);
    assert_eq!(
        known.map(|view| view.to_string()),
        Some(value("SELECT 'v_item'::regclass::oid"))
    );
    // One that is dropped and comes back with a rollback is known again.
    let schema = value(
        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_tviews'",
    );
    assert!(subtransaction(End::Rollback, || {
        run(&format!("SELECT {schema}.pg_tviews_drop('item')"));
        assert!(ok(backend::tview(table)).is_none());
    })
    .is_ok());
    assert!(ok(backend::tview(table)).is_some());
    change(2);
    assert_eq!(flushed(), 1);
    assert_eq!(differing(), "0");
}
