//! Queries that run without the executor give what it gives: `pg::direct`.

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::prelude::*;

use super::{ok, query, raised, run, subtransaction, value, End};
use crate::error::Result;
use crate::pg::flush::{ActiveSnapshot, Occasion};
use crate::pg::planner::{Builders, Rules};
use crate::pg::spi::{Connection, Planning, Sink, Statement};

/// Takes rows as texts.
#[derive(Default)]
struct Texts {
    /// Output functions of the columns.
    functions: Vec<pg_sys::Oid>,
    rows: Vec<Vec<Option<String>>>,
}

impl Sink for Texts {
    unsafe fn begin(&mut self, columns: pg_sys::TupleDesc) -> Result<()> {
        // SAFETY: forwarded; types of columns have output functions.
        unsafe {
            for column in crate::pg::compat::attributes(columns) {
                let (mut function, mut varies) = (pg_sys::InvalidOid, false);
                pg_sys::getTypeOutputInfo(column.atttypid, &mut function, &mut varies);
                self.functions.push(function);
            }
        }
        Ok(())
    }

    unsafe fn row(&mut self, values: &[Datum], nulls: &[bool]) -> Result<()> {
        let columns = self.functions.iter().zip(values).zip(nulls);
        self.rows.push(
            columns
                .map(|((function, value), null)| {
                    // SAFETY: the function is that of the column's type.
                    (!null).then(|| unsafe {
                        let text = pg_sys::OidOutputFunctionCall(*function, *value);
                        std::ffi::CStr::from_ptr(text)
                            .to_string_lossy()
                            .into_owned()
                    })
                })
                .collect(),
        );
        Ok(())
    }
}

fn builders() -> Builders {
    Builders {
        object: query(
            "SELECT oid FROM pg_proc WHERE proname = '_pg_tviews_build_object'",
            &[],
            |_, rows| rows[0].require(1).expect("the extension is there"),
        ),
        ..Builders::default()
    }
}

/// A statement with one parameter, an array of integers.
fn prepare(sql: &str) -> Statement {
    ok(Statement::prepare(
        sql,
        &[pg_sys::INT4ARRAYOID],
        Planning::Generic,
    ))
    .for_flush(Rules {
        builders: builders(),
        is_cached: true,
        wanted: None,
        is_set: false,
    })
}

/// What a statement gives for some keys, in the order of the texts.
fn stream(statement: &Statement, keys: &[i32]) -> Vec<Vec<Option<String>>> {
    let argument = keys.to_vec().into_datum().expect("an array is not null");
    let mut texts = Texts::default();
    let _snapshot = ActiveSnapshot::after_command(Occasion::Commit);
    ok(statement.stream(&[argument], &mut texts));
    texts.rows.sort();
    texts.rows
}

/// The same, from the executor.
fn execute(statement: &Statement, keys: &[i32]) -> Vec<Vec<Option<String>>> {
    let argument = keys.to_vec().into_datum().expect("an array is not null");
    let table = ok(statement.execute(&[argument], None));
    // SAFETY: the result of the statement that just ran on the open connection.
    let rows = unsafe { crate::pg::spi::rows(table) };
    let mut texts: Vec<Vec<_>> = rows
        .map(|row| (1..=row.columns()).map(|column| row.text(column)).collect())
        .collect();
    texts.sort();
    texts
}

fn set_up() {
    // Loads the library's functions and settings.
    run("CREATE EXTENSION IF NOT EXISTS pg_tviews");
    run("CREATE TABLE tests_root (pk int PRIMARY KEY, name text COLLATE \"C\", born date);
         CREATE TABLE tests_kind (code text COLLATE \"C\" PRIMARY KEY, label text);
         CREATE TABLE tests_node (id int, part int, fk int, code text COLLATE \"C\", n numeric, doc jsonb, PRIMARY KEY (id, part));
         CREATE INDEX ON tests_node (fk);
         CREATE TABLE tests_leaf (pk int PRIMARY KEY, id int, part int, on_day date, value text);
         CREATE INDEX ON tests_leaf (id, part) WHERE pk > 0;
         INSERT INTO tests_root SELECT i, CASE i % 3 WHEN 0 THEN NULL ELSE 'name ' || i END, date '2000-01-01' + i FROM generate_series(1, 20) i;
         INSERT INTO tests_kind VALUES ('a', 'first'), ('b', repeat('long ', 3000)), ('c', NULL);
         INSERT INTO tests_node SELECT i, j, nullif(1 + (i * j) % 24, 7), substr('abcd', 1 + (i + j) % 4, 1), i / 3.0, jsonb_build_object('i', i)
           FROM generate_series(1, 15) i, generate_series(1, 3) j;
         INSERT INTO tests_leaf SELECT i, i % 16, i % 4, date '2000-01-01' + i % 9, repeat('v', i * 40) FROM generate_series(1, 90) i;
         ALTER TABLE tests_root ADD COLUMN later text DEFAULT 'added', DROP COLUMN born;
         DELETE FROM tests_leaf WHERE pk % 5 = 0;
         UPDATE tests_leaf SET value = value || 'w' WHERE pk % 7 = 0;
         SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
         SET LOCAL enable_bitmapscan = off; SET LOCAL enable_material = off; SET LOCAL enable_memoize = off;
         SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = off");
}

const DIRECT: [&str; 18] = [
    "SELECT pk, name, later FROM tests_root WHERE pk = ANY ($1)",
    "SELECT r.name, r.pk FROM tests_root r WHERE r.pk = ANY ($1) AND r.name > 'name 14'",
    "SELECT r.pk, n.id, n.n FROM tests_root r JOIN tests_node n ON n.fk = r.pk WHERE r.pk = ANY ($1)",
    "SELECT n.id, n.part, r.name, r.later FROM tests_node n LEFT JOIN tests_root r ON r.pk = n.fk WHERE n.id = ANY ($1)",
    "SELECT n.id, r.pk FROM tests_node n LEFT JOIN tests_root r ON r.pk = n.fk AND r.name < 'name 2' WHERE n.id = ANY ($1)",
    "SELECT n.id, r.pk FROM tests_node n LEFT JOIN tests_root r ON r.pk = n.fk AND n.part > 1 WHERE n.id = ANY ($1)",
    "SELECT n.id, r.pk FROM tests_node n LEFT JOIN tests_root r ON r.pk = n.fk WHERE n.id = ANY ($1) AND coalesce(r.name, 'x') <> 'name 4'",
    "SELECT n.id, k.code, length(k.label) FROM tests_node n JOIN tests_kind k ON k.code = n.code WHERE n.id = ANY ($1)",
    "SELECT n.id, n.part, l.value, l.on_day + 1 FROM tests_node n JOIN tests_leaf l ON l.id = n.id AND l.part = n.part AND l.pk > 0 WHERE n.id = ANY ($1)",
    "SELECT n.id, n.part FROM tests_node n WHERE n.id = ANY ($1) AND EXISTS (SELECT FROM tests_leaf l WHERE l.id = n.id AND l.part = n.part AND l.pk > 0)",
    "SELECT n.id, n.part FROM tests_node n WHERE n.id = ANY ($1) AND NOT EXISTS (SELECT FROM tests_leaf l WHERE l.id = n.id AND l.part = n.part AND l.pk > 0)",
    "SELECT n.id, jsonb_build_object('id', n.id, 'doc', n.doc, 'root', jsonb_build_object('name', r.name, 'label', k.label)) FROM tests_node n \
       LEFT JOIN tests_root r ON r.pk = n.fk LEFT JOIN tests_kind k ON k.code = n.code WHERE n.id = ANY ($1)",
    "SELECT CASE WHEN n.part = 2 THEN upper(r.name) ELSE n.doc ->> 'i' END, n.n * 2, n.code IS NULL, r.pk IN (3, 4, 5) FROM tests_node n \
       JOIN tests_root r ON r.pk = n.fk WHERE n.id = ANY ($1)",
    "SELECT l.pk, k.label IS NULL, r.name FROM tests_leaf l JOIN tests_node n ON n.id = l.id AND n.part = l.part LEFT JOIN tests_kind k ON k.code = n.code \
       LEFT JOIN tests_root r ON r.pk = n.fk AND r.pk <> l.pk WHERE l.pk = ANY ($1)",
    "SELECT r.pk, m.id FROM tests_root r LEFT JOIN (tests_node n JOIN tests_node m ON m.id = n.part AND m.part = 1) ON n.fk = r.pk WHERE r.pk = ANY ($1)",
    "SELECT n.id, r.name FROM tests_node n JOIN tests_root r ON r.pk = n.fk + n.part WHERE n.id = ANY ($1)",
    "SELECT n.id, n.part FROM tests_node n WHERE n.id = ANY ($1) AND n.part = 2 AND n.doc @> '{\"i\": 3}'",
    // A value that functions may change in place, read twice.
    "SELECT n.id, array_append(s.x, 'b'), array_append(s.x, 'c') FROM tests_node n LEFT JOIN (SELECT pk, array_append(string_to_array(name, ' '), 'a') AS x \
       FROM tests_root) s ON s.pk = n.fk WHERE n.id = ANY ($1)",
];

const LEFT_TO_THE_EXECUTOR: [&str; 11] = [
    "SELECT r.pk, (SELECT count(*) FROM tests_node n WHERE n.fk = r.pk) FROM tests_root r WHERE r.pk = ANY ($1)",
    "SELECT r.pk, g FROM tests_root r, generate_series(1, 2) g WHERE r.pk = ANY ($1)",
    "SELECT r.pk, row_number() OVER () FROM tests_root r WHERE r.pk = ANY ($1)",
    "SELECT r.pk, r FROM tests_root r WHERE r.pk = ANY ($1)",
    "SELECT r.pk, r.ctid FROM tests_root r WHERE r.pk = ANY ($1)",
    "SELECT r.pk, tests_own(r.pk) FROM tests_root r WHERE r.pk = ANY ($1)",
    "SELECT pk FROM tests_root WHERE pk = ANY ($1) UNION ALL SELECT fk FROM tests_node WHERE fk = ANY ($1)",
    // What the server's own functions keep of types of users, and call.
    "SELECT pk, to_jsonb(jsonb_populate_record(NULL::tests_pair, jsonb_build_object('a', pk))) FROM tests_root WHERE pk = ANY ($1)",
    "SELECT pk, pk::tests_small FROM tests_root WHERE pk = ANY ($1)",
    "SELECT pk, to_jsonb(small) FROM tests_typed WHERE pk = ANY ($1)",
    "SELECT t.pk, u.pk FROM tests_typed t LEFT JOIN tests_typed u ON u.pair = t.pair WHERE t.pk = ANY ($1)",
];

#[pg_test]
fn nested_look_ups_give_what_the_executor_gives() {
    set_up();
    let keys: [&[i32]; 5] = [
        &[3],
        &[],
        &[99],
        &[1, 2, 3, 4, 5, 6, 7, 8],
        &[15, 14, 7, 7, -1],
    ];
    let _connection = ok(Connection::open());
    for sql in DIRECT {
        let statement = prepare(sql);
        let mut rows = 0;
        for keys in keys {
            let given = stream(&statement, keys);
            assert!(statement.is_direct(), "{sql}");
            assert_eq!(given, execute(&statement, keys), "{keys:?}: {sql}");
            rows += given.len();
        }
        assert!(rows > 0, "{sql}");
        statement.free();
    }
}

#[pg_test]
fn what_takes_more_is_left_to_the_executor() {
    set_up();
    run("CREATE FUNCTION tests_own(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
         CREATE DOMAIN tests_small AS int CHECK (VALUE < 90); CREATE TYPE tests_pair AS (a tests_small, b text);
         CREATE TABLE tests_typed (pk int PRIMARY KEY, small tests_small, pair tests_pair UNIQUE);
         INSERT INTO tests_typed SELECT i, i, ROW (i::tests_small, 'b'::text)::tests_pair FROM generate_series(1, 9) i");
    let _connection = ok(Connection::open());
    for sql in LEFT_TO_THE_EXECUTOR {
        let statement = prepare(sql);
        assert_eq!(
            stream(&statement, &[1, 2]),
            execute(&statement, &[1, 2]),
            "{sql}"
        );
        assert!(!statement.is_direct(), "{sql}");
        statement.free();
    }
}

#[pg_test]
fn a_new_plan_is_a_new_program() {
    set_up();
    let _connection = ok(Connection::open());
    let statement = prepare(
        "SELECT r.pk, r.name FROM tests_node n LEFT JOIN tests_root r ON r.pk = n.fk WHERE n.id = ANY ($1)",
    );
    let before = stream(&statement, &[1, 2]);
    assert!(statement.is_direct());
    run("ALTER TABLE tests_root DROP CONSTRAINT tests_root_pkey");
    assert_eq!(stream(&statement, &[1, 2]), before);
    assert!(!statement.is_direct());
    run("CREATE UNIQUE INDEX ON tests_root (pk); ALTER TABLE tests_root DROP COLUMN later, ADD COLUMN other int");
    assert_eq!(stream(&statement, &[1, 2]), before);
    // The executor has made that plan.
    assert_eq!(stream(&statement, &[1, 2]), before);
    assert!(statement.is_direct());
    statement.free();
}

#[pg_test]
fn rights_are_looked_at_each_time() {
    set_up();
    run("CREATE ROLE tests_reader; GRANT SELECT ON tests_root TO tests_reader; SET LOCAL ROLE tests_reader");
    let _connection = ok(Connection::open());
    let statement = prepare("SELECT pk FROM tests_root WHERE pk = ANY ($1)");
    assert_eq!(stream(&statement, &[1]).len(), 1);
    assert!(statement.is_direct());
    run("RESET ROLE; REVOKE SELECT ON tests_root FROM tests_reader; SET LOCAL ROLE tests_reader");
    let error = raised(|| stream(&statement, &[1]));
    assert_eq!(error.code, "42501");
    // One with rights that are those of rows.
    run("RESET ROLE; GRANT SELECT ON tests_root TO tests_reader; ALTER TABLE tests_root ENABLE ROW LEVEL SECURITY;
         CREATE POLICY odd ON tests_root USING (pk % 2 = 1); SET LOCAL ROLE tests_reader");
    assert_eq!(stream(&statement, &[1, 2, 3, 4]).len(), 2);
    run("RESET ROLE");
    assert_eq!(stream(&statement, &[1, 2, 3, 4]).len(), 4);
    statement.free();
}

#[pg_test]
fn rights_on_functions_are_looked_at_each_time() {
    set_up();
    run("CREATE ROLE tests_reader; GRANT SELECT ON tests_root TO tests_reader; SET LOCAL ROLE tests_reader");
    let _connection = ok(Connection::open());
    let statement = prepare("SELECT pk, reverse(name) FROM tests_root WHERE pk = ANY ($1)");
    assert_eq!(stream(&statement, &[1]).len(), 1);
    assert!(statement.is_direct());
    run("RESET ROLE; REVOKE EXECUTE ON FUNCTION reverse(text) FROM PUBLIC; SET LOCAL ROLE tests_reader");
    assert_eq!(raised(|| stream(&statement, &[1])).code, "42501");
    statement.free();
}

#[pg_test]
fn nothing_is_kept_of_what_was_computed() {
    set_up();
    run("UPDATE tests_root SET name = repeat('x', 3000000) WHERE pk = 1");
    let _connection = ok(Connection::open());
    let used = || {
        value("SELECT coalesce(sum(used_bytes) FILTER (WHERE used_bytes > 100000), 0) FROM pg_backend_memory_contexts WHERE parent = 'pg_tviews plan'")
    };
    let statement = prepare("SELECT pk, upper(name) FROM tests_root WHERE pk = ANY ($1)");
    assert_eq!(stream(&statement, &[1]).len(), 1);
    assert!(statement.is_direct());
    assert_eq!(used(), "0");
    statement.free();
    let statement = prepare("SELECT upper(name), 1 / (pk - 1) FROM tests_root WHERE pk = ANY ($1)");
    assert_eq!(raised(|| stream(&statement, &[1])).code, "22012");
    assert!(statement.is_direct());
    assert_eq!(used(), "0");
    statement.free();
}

#[pg_test]
fn it_goes_on_after_an_error() {
    set_up();
    let _connection = ok(Connection::open());
    let statement =
        prepare("SELECT n.id, 6 / (n.part - 2) FROM tests_node n JOIN tests_root r ON r.pk = n.fk WHERE n.id = ANY ($1)");
    for _ in 0..3 {
        let error = raised(|| stream(&statement, &[1, 2, 3]));
        assert_eq!(error.code, "22012");
    }
    run("DELETE FROM tests_node WHERE part = 2");
    let given = subtransaction(End::Commit, || stream(&statement, &[1, 2, 3]));
    assert_eq!(given, Ok(execute(&statement, &[1, 2, 3])));
    assert!(statement.is_direct());
    statement.free();
    assert_eq!(value("SELECT 'still here'"), "still here");
}
