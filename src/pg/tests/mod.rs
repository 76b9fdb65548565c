//! Tests that run inside a server (`scripts/pgrx-tests.sh`): of what only Rust can reach there. What SQL can see is tested
//! in `regress/`, what needs no server beside the code.
//!
//! Each `#[pg_test]` is a function that the runner declares in schema `tests` and calls in a transaction of its own,
//! which is rolled back.

mod direct;
mod documents;
mod errors;
mod locks;
mod sessions;
mod transactions;
mod values;

use std::ffi::{c_char, c_void, CStr};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;
use pgrx::pg_sys::Datum;

use crate::error::Result;
use crate::key::KeySet;
use crate::pg::boundary::{keep_latest, ErrorContext, Latest};
use crate::pg::compat;
use crate::pg::spi::{self, Connection, Planning, Row, Statement};
use crate::pg::types::{Collector, ColumnType, HashedColumns};

/// What `#[pg_test]` asks its crate for.
#[cfg(test)]
pub mod pg_test {
    pub fn setup(_options: Vec<&str>) {}

    /// Settings of the server, from the runner, which knows where it has put the library.
    pub fn postgresql_conf_options() -> Vec<&'static str> {
        let settings = std::env::var("PG_TVIEWS_TEST_SETTINGS").unwrap_or_default();
        settings.leak().lines().collect()
    }
}

/// An error of the server.
#[derive(Debug, PartialEq)]
struct Raised {
    code: String,
    message: String,
    detail: Option<String>,
    hint: Option<String>,
    context: String,
    constraint: Option<String>,
}

impl Raised {
    /// # Safety
    /// `error` must be complete.
    unsafe fn of(error: *const pg_sys::ErrorData) -> Self {
        let text = |text: *mut c_char| {
            // SAFETY: texts of an error are C strings, or null.
            (!text.is_null())
                .then(|| unsafe { CStr::from_ptr(text).to_string_lossy().into_owned() })
        };
        // SAFETY: forwarded; the SQLSTATE is a C string in a buffer of the server.
        unsafe {
            Raised {
                code: text(pg_sys::unpack_sql_state((*error).sqlerrcode)).unwrap_or_default(),
                message: text((*error).message).unwrap_or_default(),
                detail: text((*error).detail),
                hint: text((*error).hint),
                context: text((*error).context).unwrap_or_default(),
                constraint: text((*error).constraint_name),
            }
        }
    }
}

/// How a subtransaction ends that has raised no error.
#[derive(Clone, Copy)]
enum End {
    Commit,
    Rollback,
}

/// Runs `f` in a subtransaction; one that raises an error is rolled back.
fn subtransaction<R>(end: End, f: impl FnOnce() -> R) -> std::result::Result<R, Box<Raised>> {
    // SAFETY: begun and ended in pairs, and what is not put back with it is put back here, as a handler of exceptions in
    // PL/pgSQL does.
    unsafe {
        let (context, owner) = (pg_sys::CurrentMemoryContext, pg_sys::CurrentResourceOwner);
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::MemoryContextSwitchTo(context);
        let latest = Latest::new(null_mut());
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let _context = ErrorContext::push(keep_latest, (&raw const latest) as *mut c_void);
            f()
        }));
        let outcome = caught.map_err(|payload| match payload.downcast_ref() {
            Some(CaughtError::PostgresError(_)) => Box::new(Raised::of(latest.get())),
            // A test has failed.
            _ => resume_unwind(payload),
        });
        match (&outcome, end) {
            (Ok(_), End::Commit) => pg_sys::ReleaseCurrentSubTransaction(),
            _ => pg_sys::RollbackAndReleaseCurrentSubTransaction(),
        }
        pg_sys::MemoryContextSwitchTo(context);
        pg_sys::CurrentResourceOwner = owner;
        outcome
    }
}

/// The error that `f` raises.
fn raised<R>(f: impl FnOnce() -> R) -> Raised {
    match subtransaction(End::Rollback, f) {
        Err(raised) => *raised,
        Ok(_) => panic!("no error was raised"),
    }
}

fn ok<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error:?}"),
    }
}

/// Runs a statement and hands its rows to `f`.
fn query<R>(
    sql: &str,
    parameters: &[(pg_sys::Oid, Datum)],
    f: impl FnOnce(*mut pg_sys::SPITupleTable, Vec<Row>) -> R,
) -> R {
    let (types, values): (Vec<_>, Vec<_>) = parameters.iter().copied().unzip();
    let _connection = ok(Connection::open());
    let statement = ok(Statement::prepare(sql, &types, Planning::Custom));
    let table = ok(statement.execute(&values, None));
    // SAFETY: the result of the statement that just ran on the open connection.
    let rows = unsafe { spi::rows(table) }.collect();
    let result = f(table, rows);
    statement.free();
    result
}

/// Runs statements.
fn run(sql: &str) {
    if let Err(error) = pgrx::Spi::run(sql) {
        panic!("{error}: {sql}");
    }
}

/// The first column of what a query gives, as text and in the order of the text.
fn column(sql: &str, parameters: &[(pg_sys::Oid, Datum)]) -> Vec<Option<String>> {
    let mut texts: Vec<_> = query(sql, parameters, |_, rows| {
        rows.iter().map(|row| row.text(1)).collect()
    });
    texts.sort();
    texts
}

/// The one value of a query, as text.
fn value(sql: &str) -> String {
    match column(sql, &[]).as_slice() {
        [Some(text)] => text.clone(),
        other => panic!("{other:?}: {sql}"),
    }
}

/// The rows of a query as a set of keys.
fn keys(sql: &str) -> (HashedColumns, KeySet) {
    query(sql, &[], |table, _| {
        let mut set = KeySet::default();
        // SAFETY: the result of the statement that just ran, whose columns these are.
        let columns = unsafe {
            let columns = HashedColumns(
                compat::attributes((*table).tupdesc)
                    .iter()
                    .map(|a| ColumnType::new(a.atttypid.to_u32(), a.attcollation.to_u32()))
                    .collect(),
            );
            ok(spi::hand_over(
                table,
                &mut Collector::new(&columns, true, &mut set),
            ));
            columns
        };
        (columns, set)
    })
}
