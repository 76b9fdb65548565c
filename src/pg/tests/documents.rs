//! `pg::documents` and `jsonb`, on what the server itself has made.

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::{query, raised, run, value};
use crate::error::{code, Error};
use crate::jsonb::read::integer;
use crate::jsonb::{append_object, key_order, Item};
use crate::pg::boundary::boundary;
use crate::pg::documents::{built_if, payload};

#[pg_test]
fn integers_are_read_from_the_servers_numbers() {
    let sql = "SELECT n, CASE WHEN scale(n) = 0 AND n BETWEEN -9223372036854775808 AND 9223372036854775807 THEN n::int8 END FROM ( \
               SELECT s * (10::numeric ^ p)::numeric(60) + d FROM generate_series(0, 25) p, (VALUES (-1), (1), (7), (-9999)) s (s), (VALUES (-1), (0), (1)) d (d) \
               UNION ALL VALUES (9223372036854775807), (-9223372036854775808), (9223372036854775808), (-9223372036854775809), (0), (0.0), (1.0), (0.5), \
                   (-1e-9), (1e40), ('NaN'), ('Infinity'), (numeric '1e200' - 1), (10000), (99990000), (1e20)) t (n)";
    query(sql, &[], |_, rows| {
        assert!(rows.len() > 300);
        for row in rows {
            // SAFETY: a value of type numeric.
            let bytes = row.datum(1).map(|datum| unsafe { payload(datum) });
            assert_eq!(
                bytes.and_then(integer),
                row.get::<i64>(2),
                "{:?}",
                row.text(1)
            );
        }
    });
}

#[pg_test]
fn keys_are_in_the_servers_order() {
    let keys = "SELECT DISTINCT repeat(a, n) || b FROM unnest(ARRAY['', 'a', 'Z', 'ä', '😀', E'\\x01']) a, unnest(ARRAY['', 'b', 'ß', '\"']) b, generate_series(0, 3) n";
    run(&format!("CREATE TABLE tests_keys AS {keys}"));
    query("SELECT k FROM (SELECT jsonb_object_agg(k, 0) FROM tests_keys t (k)) o (o), jsonb_object_keys(o) k", &[], |_, rows| {
        let theirs: Vec<String> = rows.iter().filter_map(|row| row.text(1)).collect();
        let mut ours = theirs.clone();
        ours.reverse();
        ours.sort_by(|a, b| key_order(a.as_bytes(), b.as_bytes()));
        assert!(ours.len() > 50);
        assert_eq!(ours, theirs);
    });
}

/// The server's text of an object with so long a string, built by the library.
fn object(length: usize) -> Option<String> {
    let text = vec![b'x'; length];
    let pairs = [(&b"k"[..], Item::String(&text))];
    let built = built_if(|out| {
        append_object(out, &pairs).map_err(|_| Error::internal("too large"))?;
        Ok(true)
    });
    built.ok().flatten().map(|datum| {
        query("SELECT $1", &[(pg_sys::JSONBOID, datum)], |_, rows| {
            rows[0].text(1).unwrap_or_default()
        })
    })
}

#[pg_test]
fn a_document_that_fails_spoils_none_after_it() {
    // Longer than the buffer that is kept, shorter, and in between nothing, or one that gave up half-way.
    for length in [3 << 20, 5, 0, 1 << 16, 40] {
        assert_eq!(
            object(length),
            Some(format!("{{\"k\": \"{}\"}}", "x".repeat(length)))
        );
        assert_eq!(built_if(|_| Ok(false)), Ok(None));
        let failed = built_if(|out| {
            out.extend_from_slice(b"half a document");
            Err(Error::internal("given up"))
        });
        assert_eq!(failed, Err(Error::internal("given up")));
        let error = raised(|| {
            built_if(|out| {
                out.extend_from_slice(b"another half");
                query("SELECT 1 / (random() * 0)::integer", &[], |_, _| Ok(true))
            })
        });
        assert_eq!(error.message, "division by zero");
    }
}

#[pg_test]
fn a_document_can_be_built_while_another_is() {
    run("CREATE TYPE tests_box AS (a integer, b text); \
         CREATE FUNCTION tests_boxed(v tests_box) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS \
         $$ BEGIN RETURN @_pg_tviews_build_object('boxed', v.a, 'and', jsonb_build_array(v.b)); END $$"
        .replace('@', &format!("{}.", schema()))
        .as_str());
    run("CREATE FUNCTION tests_json(v tests_box) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT tests_boxed(v)::json'; \
         CREATE CAST (tests_box AS json) WITH FUNCTION tests_json(tests_box)");
    let sql = format!(
        "SELECT count(*) FROM generate_series(1, 300) i, \
         LATERAL (SELECT {}._pg_tviews_build_object('x', i, 'row', ROW(i, repeat('z', i))::tests_box, 'y', repeat('y', i)), \
                         jsonb_build_object('x', i, 'row', ROW(i, repeat('z', i))::tests_box, 'y', repeat('y', i))) t (ours, theirs) \
         WHERE ROW(ours)::record OPERATOR(pg_catalog.*=) ROW(theirs)::record",
        schema()
    );
    assert_eq!(value(&sql), "300");
}

/// The schema that the extension is in.
fn schema() -> String {
    value("SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_tviews'")
}

#[pg_test]
fn what_is_no_document_is_refused() {
    for bytes in [&b""[..], &[0; 3], &[0xFF; 4]] {
        assert!(Item::of_jsonb(bytes).is_none());
    }
    let error = raised(|| {
        // SAFETY: nothing in the frames of the call has to be dropped.
        unsafe {
            pg_sys::ffi::pg_guard_ffi_boundary(|| {
                boundary(|| Err::<(), _>(crate::pg::documents::damaged()))
            })
        }
    });
    assert_eq!(error.code, code::INTERNAL);
}
