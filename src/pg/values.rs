//! Subqueries with one value for all rows of a view: what a TVIEW shows of them is kept beside it, in `_pg_tviews_values`, and
//! looked at before all of it is compared (docs/architecture.md, "One value").
//!
//! What is kept is read and written only under the lock on the whole TVIEW, on the state as it is then.

use std::collections::{BTreeMap, BTreeSet};

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::{Array, FromDatum, IntoDatum};

use crate::error::{Error, Result};
use crate::key::Value;
use crate::pg::backend;
use crate::pg::catalog::{Tview, Use};
use crate::pg::compat;
use crate::pg::flush::{ActiveSnapshot, Work};
use crate::pg::spi::{Planning, Sink};
use crate::pg::types::Physical;
use crate::queue::Edge;

/// Bytes up to which a value is kept. For a longer one all of the TVIEW is compared.
const LIMIT: usize = 1 << 20;

/// Values by the statement that gives them, as bytes that are equal only where the values look the same.
type Values = BTreeMap<String, Vec<u8>>;

impl Work<'_> {
    /// Whether one of these values is another than the one that the TVIEW shows, or that cannot be told.
    pub(super) fn have_changed(&self, occurrences: &BTreeSet<Edge>) -> Result<bool> {
        // A row that was computed while a statement ran may show a value that was another before and after it.
        let can_tell = backend::look_at_queue(|queue| queue.can_tell(self.tview.id));
        if !can_tell || self.is_on_old_snapshot() {
            return Ok(true);
        }
        let shown = match Kept::open(self.tview) {
            Some(kept) => kept.read()?,
            None => return Ok(true),
        };
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let mut asked = BTreeSet::new();
        for &occurrence in occurrences {
            let Some(statement) = self.tview.value(occurrence) else {
                return Ok(true);
            };
            if asked.insert(statement) {
                let Some(shown) = shown.get(statement) else {
                    return Ok(true);
                };
                if self.value(occurrence)?.as_ref() != Some(shown) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Keeps the values that all of the TVIEW is about to be written with, also that there are none: a plan that had some may come back. What is written on an old snapshot is written again at
    /// the end of the transaction.
    pub(super) fn keep_values(&self) -> Result<()> {
        let all = 0..self.tview.plan.occurrences.len();
        let parts: Vec<_> = all
            .filter_map(|o| Some((o, self.tview.value(o)?)))
            .collect();
        if self.is_on_old_snapshot() {
            return Ok(());
        }
        let Some(kept) = Kept::open(self.tview) else {
            return Ok(());
        };
        let _snapshot = ActiveSnapshot::after_command(self.occasion);
        let mut values = Values::new();
        for (occurrence, statement) in parts {
            if !values.contains_key(statement) {
                if let Some(value) = self.value(occurrence)? {
                    values.insert(statement.to_owned(), value);
                }
            }
        }
        kept.write(values);
        Ok(())
    }

    /// The value that an occurrence is part of, on the active snapshot; none when there are several, or it is too long.
    fn value(&self, occurrence: usize) -> Result<Option<Vec<u8>>> {
        let usage = Use::Value(occurrence);
        let statement = self.tview.statement(usage, Planning::Generic, Vec::new)?;
        let mut only = Only::default();
        statement.stream(&[], &mut only)?;
        Ok((only.rows <= 1 && only.image.len() <= LIMIT).then_some(only.image))
    }
}

/// Takes the only row of a query.
#[derive(Default)]
struct Only {
    columns: Vec<Physical>,
    rows: usize,
    /// Nothing without a row. Of each of its values whether there is one, how long it is, and its bytes.
    image: Vec<u8>,
}

impl Sink for Only {
    unsafe fn begin(&mut self, columns: pg_sys::TupleDesc) -> Result<()> {
        // SAFETY: forwarded.
        let attributes = unsafe { compat::attributes(columns) };
        self.columns = attributes.iter().map(Physical::of).collect();
        Ok(())
    }

    unsafe fn row(&mut self, values: &[Datum], nulls: &[bool]) -> Result<()> {
        self.rows += 1;
        if self.rows > 1 {
            return Ok(());
        }
        for (column, (value, null)) in self.columns.iter().zip(values.iter().zip(nulls)) {
            // SAFETY: forwarded: a value of the column.
            let value = (!null).then(|| unsafe { column.value(*value) });
            let (kind, bytes): (u8, &[u8]) = match &value {
                None | Some(Value::Null) => (0, &[]),
                Some(Value::Word(word)) => (1, &word.to_ne_bytes()),
                Some(Value::Bytes(bytes)) => (2, bytes),
            };
            self.image.push(kind);
            self.image.extend(bytes.len().to_ne_bytes());
            self.image.extend(bytes);
        }
        // A row without columns is there all the same.
        self.image.push(u8::MAX);
        Ok(())
    }
}

/// The row of `_pg_tviews_values` for a TVIEW. Nobody but this library may write it, whoever the flush runs as, so it is not
/// written by a statement.
struct Kept {
    tview: pg_sys::Oid,
    table: pg_sys::Relation,
}

impl Kept {
    /// None where the catalog is of a version without the table.
    fn open(tview: &Tview) -> Option<Self> {
        // SAFETY: closed in `drop`, or by the abort after an error.
        let table = unsafe {
            pg_sys::try_relation_open(tview.values?, pg_sys::RowExclusiveLock as pg_sys::LOCKMODE)
        };
        (!table.is_null()).then_some(Kept {
            tview: tview.id.into(),
            table,
        })
    }

    /// Calls `f` with the row, or null when there is none.
    fn with_row<R>(&self, f: impl FnOnce(pg_sys::HeapTuple) -> R) -> R {
        // SAFETY: the table is open, and its primary key is `table_oid`, the first column. What this transaction sees of it is
        // what is committed, since whoever writes it holds the lock on the TVIEW, and what it has done itself. As no snapshot
        // of the transaction's takes part, neither does the isolation level.
        unsafe {
            let mut condition = pg_sys::ScanKeyData::default();
            pg_sys::ScanKeyInit(
                &mut condition,
                1,
                pg_sys::BTEqualStrategyNumber as pg_sys::StrategyNumber,
                pg_sys::Oid::from(pg_sys::F_OIDEQ),
                self.tview.into_datum().unwrap_or(Datum::null()),
            );
            pg_sys::list_free(pg_sys::RelationGetIndexList(self.table));
            let scan = pg_sys::systable_beginscan(
                self.table,
                (*self.table).rd_pkindex,
                true,
                &raw mut pg_sys::SnapshotSelfData,
                1,
                &mut condition,
            );
            let result = f(pg_sys::systable_getnext(scan));
            pg_sys::systable_endscan(scan);
            result
        }
    }

    fn read(&self) -> Result<Values> {
        let (queries, images) = self.with_row(|row| {
            if row.is_null() {
                return (None, None);
            }
            let (mut values, mut nulls) = ([Datum::null(); 3], [false; 3]);
            // SAFETY: a row of the table, which has three columns of these types.
            unsafe {
                let columns = (*self.table).rd_att;
                pg_sys::heap_deform_tuple(row, columns, values.as_mut_ptr(), nulls.as_mut_ptr());
                (
                    Vec::<String>::from_datum(values[1], nulls[1]),
                    Array::<&[u8]>::from_datum(values[2], nulls[2]).map(|images| {
                        images
                            .iter()
                            .flatten()
                            .map(<[u8]>::to_vec)
                            .collect::<Vec<_>>()
                    }),
                )
            }
        });
        let (queries, images) = (queries.unwrap_or_default(), images.unwrap_or_default());
        if queries.len() != images.len() {
            return Err(Error::internal("what is kept of values is damaged"));
        }
        Ok(queries.into_iter().zip(images).collect())
    }

    fn write(&self, values: Values) {
        let is_empty = values.is_empty();
        let (queries, images): (Vec<String>, Vec<Vec<u8>>) = values.into_iter().unzip();
        let mut row = [
            self.tview.into_datum(),
            queries.into_datum(),
            images.into_datum(),
        ]
        .map(|value| value.unwrap_or(Datum::null()));
        self.with_row(|former| {
            // SAFETY: values of the columns of the table, which is open. A command has ended since it was last written.
            unsafe {
                let is_new = former.is_null();
                if is_empty {
                    if !is_new {
                        pg_sys::CatalogTupleDelete(self.table, &mut (*former).t_self);
                    }
                    return;
                }
                let columns = (*self.table).rd_att;
                let tuple =
                    pg_sys::heap_form_tuple(columns, row.as_mut_ptr(), [false; 3].as_mut_ptr());
                if is_new {
                    pg_sys::CatalogTupleInsert(self.table, tuple);
                } else {
                    pg_sys::CatalogTupleUpdate(self.table, &mut (*former).t_self, tuple);
                }
                pg_sys::heap_freetuple(tuple);
            }
        });
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: open since `open`; the lock stays.
            unsafe { pg_sys::relation_close(self.table, pg_sys::NoLock as i32) };
        }
    }
}
