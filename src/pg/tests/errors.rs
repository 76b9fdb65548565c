//! Errors on their way through Rust, and what they leave behind: `pg::boundary`, `pg::spi`, `pg::planner`, `pg::deadline`.

use std::time::Duration;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::prelude::*;

use super::{ok, query, raised, run, subtransaction, value, End, Raised};
use crate::error::{code, Error, Result};
use crate::pg::boundary::{boundary, with_context};
use crate::pg::deadline::Deadline;
use crate::pg::planner::{Builders, Rules};
use crate::pg::spi::{Connection, Planning, Sink, Statement};

/// What the server catches of `f`, called as it calls the library.
fn raised_by_call(f: impl FnOnce() -> Result<()>) -> Raised {
    raised(|| {
        // SAFETY: nothing is in the frames between the guard and the boundary but `f`, which the boundary takes.
        unsafe { pg_sys::ffi::pg_guard_ffi_boundary(|| boundary(f)) }
    })
}

fn error_stack() -> usize {
    // SAFETY: a variable of this backend.
    unsafe { pg_sys::error_context_stack as usize }
}

#[pg_test]
fn an_error_is_raised_with_all_its_parts() {
    let before = error_stack();
    let error = raised_by_call(|| {
        with_context(c"a line of the library", || {
            Err(Error::new("TV9Z0", "too 100% much")
                .detail("%s of it.")
                .hint("Take less."))
        })
    });
    assert_eq!(error.code, "TV9Z0");
    assert_eq!(error.message, "too 100% much");
    assert_eq!(error.detail.as_deref(), Some("%s of it."));
    assert_eq!(error.hint.as_deref(), Some("Take less."));
    assert_eq!(error_stack(), before);
}

#[pg_test]
fn errors_of_the_server_pass_unchanged() {
    run("CREATE TABLE tests_checked (i integer CONSTRAINT tests_positive CHECK (i > 0))");
    let fails = || query("INSERT INTO tests_checked VALUES (-1)", &[], |_, _| ());
    let plain = raised(fails);
    assert_eq!(plain.code, "23514");
    let before = error_stack();
    let passed = raised_by_call(|| {
        fails();
        Ok(())
    });
    assert_eq!(passed, plain);
    assert_eq!(passed.constraint.as_deref(), Some("tests_positive"));
    assert!(
        passed.context.contains("INSERT INTO tests_checked"),
        "{passed:?}"
    );
    assert_eq!(error_stack(), before);
    // An error that was caught inside has nothing to do with the one that comes after it.
    let other = raised_by_call(|| {
        raised(fails);
        query("SELECT 1 / (random() * 0)::integer", &[], |_, _| Ok(()))
    });
    assert_eq!(other.code, "22012");
    let own = raised_by_call(|| {
        raised(fails);
        Err(Error::internal("an own one"))
    });
    assert_eq!((own.message.as_str(), own.detail), ("an own one", None));
    let panic = raised_by_call(|| panic!("a panic, {}", 1));
    assert_eq!(
        (panic.code.as_str(), panic.message.as_str()),
        (code::INTERNAL, "a panic, 1")
    );
}

#[pg_test]
fn a_line_of_context_is_there_while_its_work_runs() {
    let divide = || query("SELECT 1 / (random() * 0)::integer", &[], |_, _| ());
    let inside = raised(|| {
        with_context(c"the inner line", || {
            with_context(c"the % innermost", divide)
        })
    });
    let (inner, innermost) = (
        inside.context.find("the inner line"),
        inside.context.find("the % innermost"),
    );
    assert!(
        innermost.is_some() && innermost < inner,
        "{}",
        inside.context
    );
    assert!(!raised(divide).context.contains("line"));
}

/// A sink that takes so many rows, then fails in one way or the other.
struct Takes {
    rows: usize,
    raises: bool,
}

impl Sink for Takes {
    unsafe fn begin(&mut self, _: pg_sys::TupleDesc) -> Result<()> {
        Ok(())
    }

    unsafe fn row(&mut self, _: &[Datum], _: &[bool]) -> Result<()> {
        if self.rows == 0 && self.raises {
            query("SELECT 1 / (random() * 0)::integer", &[], |_, _| ());
        }
        self.rows = self
            .rows
            .checked_sub(1)
            .ok_or_else(|| Error::new(code::INVALID_PARAMETER, "enough"))?;
        Ok(())
    }
}

fn stream(sink: &mut Takes) {
    let _connection = ok(Connection::open());
    let statement = ok(Statement::prepare(
        "SELECT generate_series(1, 10)",
        &[],
        Planning::Custom,
    ));
    ok(statement.stream(&[], sink));
    statement.free();
}

#[pg_test]
fn rows_that_come_one_by_one_may_fail() {
    let before = error_stack();
    let mut sink = Takes {
        rows: 15,
        raises: false,
    };
    stream(&mut sink);
    assert_eq!(sink.rows, 5);
    let error = raised(|| stream(&mut sink));
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        (code::INVALID_PARAMETER, "enough")
    );
    assert_eq!(sink.rows, 0);
    // What the sink does is no part of the query.
    assert!(
        !error.context.contains("generate_series"),
        "{}",
        error.context
    );
    sink.raises = true;
    assert_eq!(raised(|| stream(&mut sink)).message, "division by zero");
    assert_eq!(error_stack(), before);
    assert_eq!(value("SELECT 'still here'"), "still here");
}

#[pg_test]
fn prices_of_the_planner_are_put_back() {
    // SAFETY: variables of this backend.
    let prices = || unsafe { (pg_sys::seq_page_cost, pg_sys::random_page_cost) };
    let before = prices();
    let rules = Rules {
        builders: Builders::default(),
        is_cached: true,
        wanted: None,
        is_set: false,
    };
    let plan = |sql: &str| {
        let _connection = ok(Connection::open());
        let statement = ok(Statement::prepare(sql, &[], Planning::Cached)).for_flush(rules.clone());
        ok(statement.execute(&[], None));
        statement.free();
    };
    // A function of constants is called when the statement is planned.
    run(
        "CREATE FUNCTION tests_price() RETURNS text LANGUAGE plpgsql IMMUTABLE AS \
         $$ BEGIN RAISE 'price %', current_setting('seq_page_cost'); END $$",
    );
    let error = raised(|| plan("SELECT tests_price()"));
    assert_eq!(error.message, "price 0.05");
    assert_eq!(prices(), before);
    // A division by zero of constants fails when it is planned.
    let error = raised(|| plan("SELECT 1 / 0"));
    assert_eq!(error.code, "22012");
    assert_eq!(prices(), before);
    assert_eq!(subtransaction(End::Commit, || plan("SELECT 1")), Ok(()));
    assert_eq!(prices(), before);
}

fn cancel_is_pending() -> bool {
    // SAFETY: a variable of this backend, which the handler of a signal sets.
    unsafe { (&raw const pg_sys::QueryCancelPending).read_volatile() != 0 }
}

fn set_cancel_pending(pending: bool) {
    // SAFETY: as above.
    unsafe { (&raw mut pg_sys::QueryCancelPending).write_volatile(pending.into()) };
}

fn wait_for(mut condition: impl FnMut() -> bool) {
    while !condition() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[pg_test]
fn a_deadline_ends_what_runs_under_it() {
    run("SET LOCAL pg_tviews.flush_timeout = '20ms'");
    let before = error_stack();
    let error = raised(|| {
        let deadline = Deadline::begin();
        run("SELECT pg_sleep(600)");
        ok(deadline.end());
    });
    assert_eq!(error.code, code::QUERY_CANCELED);
    assert_eq!(
        error.message,
        "canceling flush of TVIEWs due to pg_tviews.flush_timeout"
    );
    assert_eq!(
        error.detail.as_deref(),
        Some("It was not done after 20 ms.")
    );
    assert_eq!(error_stack(), before);
    assert!(!cancel_is_pending());
    // A cancellation after it is what the server says.
    run("SET LOCAL statement_timeout = 0");
    set_cancel_pending(true);
    // SAFETY: as above.
    unsafe { (&raw mut pg_sys::InterruptPending).write_volatile(1) };
    let error = raised(|| run("SELECT pg_sleep(600)"));
    assert!(!error.message.contains("flush"), "{}", error.message);
}

#[pg_test]
fn a_deadline_that_nobody_noticed_is_missed_all_the_same() {
    run("SET LOCAL pg_tviews.flush_timeout = '20ms'");
    let deadline = Deadline::begin();
    // One within it has none of its own.
    let inner = Deadline::begin();
    wait_for(cancel_is_pending);
    assert_eq!(inner.end(), Ok(()));
    let error = deadline.end();
    assert_eq!(error.map_err(|error| error.code), Err(code::QUERY_CANCELED));
    assert!(!cancel_is_pending());
    run("SELECT pg_sleep(0)");
    // What somebody else has asked for before stays.
    let deadline = Deadline::begin();
    set_cancel_pending(true);
    std::thread::sleep(Duration::from_millis(60));
    let missed = deadline.end().is_err();
    let stays = cancel_is_pending();
    set_cancel_pending(false);
    assert!(missed && stays);
    // In time, and without one.
    run("SET LOCAL pg_tviews.flush_timeout = '10min'");
    assert_eq!(Deadline::begin().end(), Ok(()));
    run("SET LOCAL pg_tviews.flush_timeout = 0");
    assert_eq!(Deadline::begin().end(), Ok(()));
}
