//! `pg::types`: values on their way between the server and the queue.

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::prelude::*;

use super::{column, keys, ok, query, run};
use crate::key::{KeySet, Value};
use crate::pg::compat;
use crate::pg::spi::{self, Row};
use crate::pg::types::{Collector, ColumnType, HashedColumns, Physical};

/// Types of every length, alignment and way to be passed, and values of them; NULL is one more.
const KINDS: [(&str, &[&str]); 34] = [
    ("boolean", &["t", "f"]),
    ("\"char\"", &["a", "\\200"]),
    ("smallint", &["-32768", "0", "32767"]),
    ("integer", &["-2147483648", "-1", "2147483647"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807"]),
    ("real", &["-0", "0", "1.5e-45", "NaN", "-Infinity"]),
    (
        "double precision",
        &["-0", "0", "5e-324", "NaN", "Infinity"],
    ),
    ("money", &["-1.5", "92233720368547758.07"]),
    ("oid", &["0", "4294967295"]),
    ("name", &["", "a name"]),
    ("text", &["", "a", "ä€😀", "'"]),
    ("varchar(3)", &["", "abc"]),
    ("character(5)", &["", "a", "abcde"]),
    ("bytea", &["", "\\x00", "\\x00ff00"]),
    (
        "uuid",
        &[
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-fffffffffffe",
        ],
    ),
    ("date", &["-infinity", "4713-01-01 BC", "5874897-12-31"]),
    ("time", &["00:00", "24:00", "12:34:56.789012"]),
    ("timetz", &["00:00+15:59", "24:00-15:59"]),
    (
        "timestamp",
        &["infinity", "0001-01-01 BC", "2000-01-01 00:00:00.000001"],
    ),
    (
        "timestamptz",
        &["-infinity", "1999-12-31 23:59:59.999999+00"],
    ),
    (
        "interval",
        &["0", "1 day", "24:00:00", "-1 mon +1 day -00:00:00.000001"],
    ),
    ("inet", &["127.0.0.1", "127.0.0.1/8", "::1"]),
    ("macaddr", &["08:00:2b:01:02:03"]),
    ("macaddr8", &["08:00:2b:01:02:03:04:05"]),
    (
        "numeric",
        &["0", "1.0", "1.00", "-1e-100", "1e100", "NaN", "-Infinity"],
    ),
    (
        "jsonb",
        &["null", "1", "1.0", "{}", "[1, {\"a\": [\"b\"]}]"],
    ),
    ("pg_lsn", &["0/0", "FFFFFFFF/FFFFFFFF"]),
    ("bit(3)", &["000", "101"]),
    ("bit varying", &["", "1", "000000001"]),
    ("int4range", &["empty", "(,)", "[1,2)"]),
    ("int4multirange", &["{}", "{[1,2),[3,4)}"]),
    ("point", &["(1,-0)"]),
    ("tests_mood", &["sad", "fine"]),
    ("tests_pair", &["(1,a)", "(,)", "(2,\"\")"]),
];

fn make_types() {
    run("CREATE TYPE tests_mood AS ENUM ('sad', 'fine'); CREATE TYPE tests_pair AS (a integer, b text)");
}

fn rows_of((kind, values): (&str, &[&str])) -> String {
    let values: Vec<_> = values
        .iter()
        .map(|value| format!("('{}'::{kind})", value.replace('\'', "''")))
        .collect();
    format!("SELECT v FROM (VALUES {}, (NULL)) t (v)", values.join(", "))
}

#[pg_test]
fn keys_of_every_type_come_back() {
    make_types();
    for kind in KINDS {
        let sql = rows_of(kind);
        let (columns, set) = keys(&sql);
        assert_eq!(set.len(), kind.1.len() + 1, "{}", kind.0);
        let there = column(&format!("SELECT v::text FROM ({sql}) t"), &[]);
        let parameters: Vec<_> = columns
            .array_types()
            .into_iter()
            .zip(columns.arrays(&set))
            .collect();
        let back = column("SELECT v::text FROM unnest($1) v", &parameters);
        // A row of a composite type is its columns.
        if kind.0 != "tests_pair" {
            assert_eq!(back, there, "{}", kind.0);
        }
        let again = column(
            &format!(
                "SELECT a[i]::text FROM (SELECT $1::{}[]) t (a), generate_subscripts(a, 1) i",
                kind.0
            ),
            &parameters,
        );
        assert_eq!(again, there, "{}", kind.0);
        let mut texts: Vec<_> = set
            .iter()
            .map(|tuple| match tuple.values().as_ref() {
                [Value::Null] => Some(String::new()),
                _ => columns.texts(tuple).pop(),
            })
            .collect();
        texts.sort();
        let shown = column(&format!("SELECT format('%s', v) FROM ({sql}) t"), &[]);
        assert_eq!(texts, shown, "{}", kind.0);
    }
}

#[pg_test]
fn keys_of_several_columns_stay_together() {
    let sql = "SELECT i, CASE WHEN i % 3 > 0 THEN repeat('x', i) END, CASE WHEN i % 2 > 0 THEN i / 7.0 END, i % 5 = 0 \
               FROM generate_series(1, 200) i";
    let (columns, set) = keys(sql);
    let parameters: Vec<_> = columns
        .array_types()
        .into_iter()
        .zip(columns.arrays(&set))
        .collect();
    let back = column(
        "SELECT ROW(a, b, c, d)::text FROM unnest($1, $2, $3, $4) t (a, b, c, d)",
        &parameters,
    );
    assert_eq!(back.len(), 200);
    assert_eq!(back, column(&format!("SELECT t::text FROM ({sql}) t"), &[]));
}

/// The hash of the only row of a query.
fn hash_of(sql: &str, seed: u64) -> u64 {
    let (columns, set) = keys(sql);
    assert_eq!(set.len(), 1, "{sql}");
    set.iter().map(|tuple| columns.hash(tuple, seed)).sum()
}

#[pg_test]
fn equal_values_have_one_hash() {
    let equal = [
        ("numeric '1'", "numeric '1.000'"),
        ("character(2) 'a'", "character(9) 'a'"),
        ("float8 '0'", "float8 '-0'"),
        ("float4 '1.5'", "float8 '1.5'"),
        ("int2 '-7'", "int8 '-7'"),
        ("int4 '2147483647'", "int8 '2147483647'"),
        ("text 'a'", "varchar(7) 'a'"),
        ("interval '1 day'", "interval '24:00:00'"),
        ("jsonb '{\"a\": 1.0}'", "jsonb '{\"a\": 1}'"),
        ("ARRAY[1.0, NULL]", "ARRAY[1, NULL]::numeric[]"),
        ("numrange '[1.0,2)'", "numrange '[1,2.00)'"),
        ("ROW(1.0)", "ROW(1.00)"),
    ];
    for (a, b) in equal {
        let (a, b) = (format!("SELECT {a}"), format!("SELECT {b}"));
        assert_eq!(hash_of(&a, 0), hash_of(&b, 0), "{a}, {b}");
        assert_ne!(
            hash_of(&a, 0),
            hash_of(&a, 1),
            "{a}: the seed counts for nothing"
        );
    }
    let differing = [
        ("numeric '1'", "numeric '10'"),
        ("text 'a'", "text 'a '"),
        ("int8 '1'", "int8 '4294967297'"),
        ("NULL::int, 1", "1, NULL::int"),
        ("1, 2", "2, 1"),
        ("NULL::text", "''::text"),
    ];
    for (a, b) in differing {
        assert_ne!(
            hash_of(&format!("SELECT {a}"), 0),
            hash_of(&format!("SELECT {b}"), 0),
            "{a}, {b}"
        );
    }
    // The collation says what is equal.
    if column(
        "SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1",
        &[],
    )
    .len()
        == 1
    {
        run("CREATE COLLATION tests_alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
        let hash = |text: &str| hash_of(&format!("SELECT '{text}'::text COLLATE tests_alike"), 0);
        assert_eq!(hash("aB"), hash("Ab"));
        assert_ne!(hash("a"), hash("b"));
    }
}

#[pg_test]
fn hashes_of_tuples_and_of_datums_agree() {
    for sql in [
        "SELECT i FROM generate_series(-50, 50) i",
        "SELECT i / 3.0, repeat('y', i), i::int8 FROM generate_series(1, 50) i",
        // A column that cannot be hashed counts for nothing.
        "SELECT i, to_tsvector('simple', 'w' || i % 2) FROM generate_series(1, 50) i",
    ] {
        let (columns, set) = keys(sql);
        assert_eq!(columns.hashable(), !sql.contains("tsvector"));
        let mut hashes: Vec<u64> = set
            .iter()
            .map(|tuple| {
                let hash = columns.hash(tuple, 0);
                // SAFETY: the values of the tuple, of the columns' types.
                let same = columns.with_datums(tuple, |datums| unsafe {
                    columns.hash_datums(datums.iter().copied())
                });
                assert_eq!(hash, same);
                hash
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), set.len(), "{sql}");
    }
    let (columns, set) = keys("SELECT v FROM (VALUES (int2 '-5')) t (v)");
    assert_eq!(
        set.iter()
            .map(|tuple| columns.integer(tuple))
            .collect::<Vec<_>>(),
        [Some(-5)]
    );
    let (columns, set) = keys("SELECT oid '5'");
    assert_eq!(
        set.iter()
            .map(|tuple| columns.integer(tuple))
            .collect::<Vec<_>>(),
        [None]
    );
}

fn datums(rows: &[Row]) -> Vec<Datum> {
    rows.iter().filter_map(|row| row.datum(1)).collect()
}

#[pg_test]
fn stored_values_are_the_same_wherever_they_lie() {
    run("CREATE TABLE tests_long (i integer, plain text, packed text); ALTER TABLE tests_long ALTER plain SET STORAGE EXTERNAL, ALTER packed SET STORAGE MAIN");
    run("INSERT INTO tests_long SELECT i, repeat(chr(97 + i / 2), 20000), repeat(chr(97 + i / 2), 20000) FROM generate_series(0, 3) i");
    let text = ColumnType::new(pg_sys::TEXTOID.to_u32(), 0).physical;
    let is_stored = |datum: Datum| {
        // SAFETY: a varlena.
        unsafe {
            let value = datum.cast_mut_ptr::<pg_sys::varlena>();
            (
                pgrx::varlena::varatt_is_1b_e(value),
                pgrx::varlena::varatt_is_4b_c(value),
            )
        }
    };
    query("SELECT plain FROM tests_long UNION ALL SELECT packed FROM tests_long UNION ALL SELECT repeat(chr(97 + i / 2), 20000) FROM tests_long", &[], |_, rows| {
        let datums = datums(&rows);
        assert_eq!(datums.iter().map(|d| is_stored(*d)).collect::<Vec<_>>()[..8], [[(true, false); 4], [(false, true); 4]].concat());
        for (i, a) in datums.iter().enumerate() {
            for (j, b) in datums.iter().enumerate() {
                let equal = i % 4 / 2 == j % 4 / 2;
                // SAFETY: values of type text.
                unsafe {
                    assert_eq!(text.same_image(*a, *b), equal, "{i}, {j}");
                    assert_eq!(text.value(*a) == text.value(*b), equal, "{i}, {j}");
                }
            }
        }
        let letters = Value::Bytes([&(20_004_u32 << 2).to_ne_bytes()[..], &[b'a'; 20_000]].concat().into());
        if cfg!(target_endian = "little") {
            // SAFETY: as above.
            assert_eq!(unsafe { text.value(datums[0]) }, letters);
        }
    });
}

#[pg_test]
fn short_headers_make_no_difference() {
    run("CREATE TABLE tests_short (v numeric)");
    run("INSERT INTO tests_short VALUES (1.50), (1.5)");
    let number = ColumnType::new(pg_sys::NUMERICOID.to_u32(), 0).physical;
    query(
        "SELECT v FROM tests_short UNION ALL SELECT v + 0 FROM tests_short",
        &[],
        |_, rows| {
            let values: Vec<_> = datums(&rows)
                .iter()
                // SAFETY: values of type numeric.
                .map(|datum| unsafe { number.value(*datum) })
                .collect();
            assert_eq!((&values[0], &values[1]), (&values[2], &values[3]));
            assert_ne!(values[0], values[1]);
        },
    );
}

#[pg_test]
fn elements_of_arrays_are_their_values() {
    let cases = [
        (
            "integer",
            "'{3,NULL,-3}'::integer[]",
            "unnest(ARRAY[3, -3])",
        ),
        ("integer", "'[5:6]={1,2}'::integer[]", "unnest(ARRAY[1, 2])"),
        (
            "text",
            "'{{a,NULL},{\"\",b}}'::text[]",
            "unnest(ARRAY['a', '', 'b'])",
        ),
        ("text", "'{}'::text[]", "unnest('{}'::text[])"),
        (
            "bigint",
            "array_agg(i) FROM generate_series(1, 5000::bigint) i",
            "generate_series(1, 5000::bigint)",
        ),
        ("uuid", "ARRAY[md5('a')::uuid, NULL]", "md5('a')::uuid"),
    ];
    for (kind, array, elements) in cases {
        let (_, expected) = keys(&format!("SELECT {elements}"));
        let found = query(&format!("SELECT {array}"), &[], |table, rows| {
            // SAFETY: the only column of the result.
            let of_array = unsafe { type_of(table) };
            let mut found = KeySet::default();
            for datum in datums(&rows) {
                // SAFETY: an array of that element type.
                for value in unsafe { of_array.element().elements(datum) } {
                    found.insert(&[value]);
                }
            }
            found
        });
        assert_eq!(found, expected, "{kind}: {array}");
    }
    // What is no array is its own element.
    assert_eq!(
        ColumnType::new(pg_sys::UUIDOID.to_u32(), 0)
            .element()
            .type_oid,
        pg_sys::UUIDOID
    );
}

/// # Safety
/// `table` must be a result with a column.
unsafe fn type_of(table: *mut pg_sys::SPITupleTable) -> ColumnType {
    // SAFETY: forwarded.
    let attribute = unsafe { &compat::attributes((*table).tupdesc)[0] };
    let (own, physical) = (
        ColumnType::new(attribute.atttypid.to_u32(), attribute.attcollation.to_u32()),
        Physical::of(attribute),
    );
    assert_eq!(
        (own.physical.len, own.physical.by_value, own.physical.align),
        (physical.len, physical.by_value, physical.align)
    );
    own
}

/// The memory that `f` keeps of the server's when it has run before.
fn kept_by(f: impl Fn()) -> usize {
    // SAFETY: a context made and deleted here; `f` leaves nothing in it that is used.
    unsafe {
        let context = pg_sys::AllocSetContextCreateInternal(
            pg_sys::CurrentMemoryContext,
            c"test".as_ptr(),
            0,
            8192,
            8 << 20,
        );
        let former = pg_sys::MemoryContextSwitchTo(context);
        f();
        let before = pg_sys::MemoryContextMemAllocated(context, true);
        for _ in 0..200 {
            f();
        }
        let after = pg_sys::MemoryContextMemAllocated(context, true);
        pg_sys::MemoryContextSwitchTo(former);
        pg_sys::MemoryContextDelete(context);
        after - before
    }
}

#[pg_test]
fn passing_values_keeps_no_memory() {
    run("CREATE TABLE tests_memory AS SELECT i, repeat(md5(i::text), 300) AS v, ARRAY[i, i + 1] AS a FROM generate_series(1, 20) i");
    let (columns, set): (HashedColumns, KeySet) = keys("SELECT v, i / 3.0 FROM tests_memory");
    assert_eq!(
        kept_by(|| set.iter().for_each(|tuple| _ = columns.hash(tuple, 1))),
        0,
        "hash"
    );
    assert_eq!(
        kept_by(|| set
            .iter()
            .for_each(|tuple| columns.with_datums(tuple, |_| ()))),
        0,
        "with_datums"
    );
    let arrays = || {
        for array in columns.arrays(&set) {
            // SAFETY: just made.
            unsafe { pg_sys::pfree(array.cast_mut_ptr()) };
        }
    };
    assert_eq!(kept_by(arrays), 0, "arrays");
    query("SELECT v FROM tests_memory", &[], |_, rows| {
        let datums = datums(&rows);
        // SAFETY: values of type text.
        let read = || {
            datums
                .iter()
                .for_each(|datum| drop(unsafe { columns.0[0].physical.value(*datum) }))
        };
        assert_eq!(kept_by(read), 0, "value");
    });
    query(
        "SELECT array_agg(i) FROM tests_memory",
        &[],
        |table, rows| {
            // SAFETY: the only column of the result; an array of that type.
            let (element, datum) = (unsafe { type_of(table) }.element(), datums(&rows)[0]);
            assert_eq!(
                kept_by(|| drop(unsafe { element.elements(datum) })),
                0,
                "elements"
            );
        },
    );
}

#[pg_test]
fn rows_with_nulls_are_left_out_where_nulls_are_no_values() {
    let sql = "SELECT i, NULLIF(i % 4, 0) FROM generate_series(1, 12) i";
    let (columns, all) = keys(sql);
    assert_eq!(all.len(), 12);
    let (left_out, some) = query(sql, &[], |table, _| {
        let mut set = KeySet::default();
        let mut collector = Collector::new(&columns, false, &mut set);
        // SAFETY: the result of the statement that just ran, whose columns these are.
        unsafe { ok(spi::hand_over(table, &mut collector)) };
        (collector.has_null, set)
    });
    assert!(left_out);
    assert_eq!(some.len(), 9);
    assert!(some
        .iter()
        .all(|tuple| !tuple.values().contains(&Value::Null)));
}
