//! What work of the library changes in its session and puts back: `pg::identity`; and what it asks the server for:
//! `pg::compat`.

use std::ffi::CString;

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::{query, run, subtransaction, value, End};
use crate::pg::compat;
use crate::pg::identity::{Compression, Printing, RunAs, Settings, Writable};

/// What the work changes: user and what he may, settings, variables.
fn state() -> Vec<String> {
    let (mut user, mut context) = (pg_sys::InvalidOid, 0);
    // SAFETY: both are set by the call; the rest are variables of this backend.
    let read_only = unsafe {
        pg_sys::GetUserIdAndSecContext(&mut user, &mut context);
        pg_sys::XactReadOnly
    };
    let settings = [
        "search_path",
        "row_security",
        "jit",
        "session_replication_role",
        "default_toast_compression",
        "DateStyle",
    ];
    let mut state: Vec<String> = settings
        .iter()
        .map(|name| value(&format!("SELECT pg_catalog.current_setting('{name}')")))
        .collect();
    state.push(format!("{user:?} {context} {read_only}"));
    state
}

/// Does what a flush does first.
fn with_everything<R>(f: impl FnOnce() -> R) -> R {
    let german = (CString::from(c"DateStyle"), CString::from(c"German, DMY"));
    let printing = Printing::new(vec![german]);
    let _settings = Settings::open();
    let _writable = Writable::begin();
    let _compression = Compression::begin();
    let _printing = Settings::printing(&printing);
    // SAFETY: a look-up in the catalog.
    let user = unsafe { pg_sys::get_role_oid(c"tests_owner".as_ptr(), false) };
    let _user = RunAs::new(user, true);
    f()
}

#[pg_test]
fn a_session_is_as_it_was_also_after_an_error() {
    run("CREATE ROLE tests_owner; SET LOCAL search_path = public; SET LOCAL jit = on; SET LOCAL session_replication_role = replica; \
         SET LOCAL row_security = off; SET LOCAL default_toast_compression = pglz");
    let before = state();
    let inside = with_everything(state);
    assert_eq!(inside[0], "pg_catalog, pg_temp");
    assert_eq!(inside[1..4], ["on", "off", "origin"]);
    assert_eq!(inside[5], "German, DMY");
    let differing = inside.iter().zip(&before).filter(|(a, b)| a != b).count();
    // Without LZ4 the server's method stays.
    assert!(differing >= 6, "{inside:?}");
    assert_eq!(state(), before);
    let divide = || {
        query(
            "SELECT 1 / (pg_catalog.random() OPERATOR(pg_catalog.*) 0)::integer",
            &[],
            |_, _| (),
        )
    };
    assert!(subtransaction(End::Commit, || with_everything(divide)).is_err());
    assert_eq!(state(), before);
    assert!(subtransaction(End::Rollback, || with_everything(|| ())).is_ok());
    assert_eq!(state(), before);
}

#[pg_test]
fn every_setting_of_printing_is_seen_to_change() {
    let others = [
        ("DateStyle", "ISO, MDY", "ISO, DMY"),
        ("IntervalStyle", "postgres", "iso_8601"),
        ("TimeZone", "UTC", "Asia/Kathmandu"),
        ("array_nulls", "on", "off"),
        ("bytea_output", "hex", "escape"),
        (
            "default_text_search_config",
            "pg_catalog.simple",
            "pg_catalog.english",
        ),
        ("extra_float_digits", "1", "0"),
        ("lc_monetary", "C", "POSIX"),
        ("lc_numeric", "C", "POSIX"),
        ("lc_time", "C", "POSIX"),
        ("quote_all_identifiers", "off", "on"),
        ("xmlbinary", "base64", "hex"),
        ("xmloption", "content", "document"),
        // The server keeps no variable of this that the library would know.
        ("datestyle.of_a_user", "a", "b"),
    ];
    for (name, own, _) in others {
        run(&format!("SET LOCAL {name} = '{own}'"));
    }
    let values = others.map(|(name, own, _)| (c_string(name), c_string(own)));
    let printing = Printing::new(values.to_vec());
    for (name, own, other) in others {
        // Twice: the second time the state is known.
        assert!(Settings::printing(&printing).is_none(), "{name}");
        assert!(Settings::printing(&printing).is_none(), "{name}");
        run(&format!("SET LOCAL {name} = '{other}'"));
        let current = || value(&format!("SELECT current_setting('{name}')"));
        assert_eq!(current(), other);
        {
            let changed = Settings::printing(&printing);
            assert!(changed.is_some(), "{name}");
            assert_eq!(current(), own);
        }
        assert_eq!(current(), other);
        run(&format!("SET LOCAL {name} = '{own}'"));
    }
}

fn c_string(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

#[pg_test]
fn the_server_answers_in_every_version() {
    // SAFETY: variables of this backend.
    let (pid, most) = unsafe { (pg_sys::MyProcPid, pg_sys::MaxBackends) };
    assert!((0..most).contains(&compat::process_number()));
    assert_eq!(
        compat::sessions()
            .iter()
            .filter(|session| session.st_procpid == pid)
            .count(),
        1
    );
    run("CREATE ROLE tests_nobody; CREATE TABLE tests_mine (a integer, gone text, c integer GENERATED ALWAYS AS (a + 1) STORED); \
         ALTER TABLE tests_mine DROP COLUMN gone");
    let oid = |sql: &str| pg_sys::Oid::from(value(sql).parse::<u32>().unwrap_or(0));
    let table = oid("SELECT 'tests_mine'::regclass::oid");
    let (me, nobody) = (
        oid("SELECT current_user::regrole::oid"),
        oid("SELECT 'tests_nobody'::regrole::oid"),
    );
    assert!(compat::owns_relation(table, me) && !compat::owns_relation(table, nobody));
    query("SELECT *, ARRAY[1] FROM tests_mine", &[], |table, _| {
        // SAFETY: the result of the statement that just ran.
        let types: Vec<_> = unsafe { compat::attributes((*table).tupdesc) }
            .iter()
            .map(|a| a.atttypid)
            .collect();
        assert_eq!(
            types,
            [pg_sys::INT4OID, pg_sys::INT4OID, pg_sys::INT4ARRAYOID]
        );
    });
}
