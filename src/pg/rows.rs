//! Rows of a TVIEW's table written by the server's own functions, without a statement: setting a plan up and taking it
//! down costs several times what the row does.
//!
//! Only where a statement would do nothing else: no trigger but the guard, no rule, policy, child or generated column, and
//! every column of the table known. Constraints are checked and indexes kept as for any row.

use std::ffi::CStr;
use std::mem::size_of;
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::pg::compat;
use crate::pg::spi::Row;

/// Where the value of a table's column comes from.
#[derive(Debug, Clone, Copy)]
enum From {
    /// The column of the row given, from 0.
    Given(usize),
    /// The time of the transaction.
    Now,
    /// A column that is dropped.
    Nothing,
}

/// A table open for writing; closed when dropped.
pub struct Table {
    relation: pg_sys::Relation,
    state: *mut pg_sys::EState,
    target: *mut pg_sys::ResultRelInfo,
    /// The row to be written.
    row: *mut pg_sys::TupleTableSlot,
    /// Names the row to be overwritten.
    place: *mut pg_sys::TupleTableSlot,
    columns: Vec<From>,
}

/// Whether rows of a table, which is locked, can be written so. `several`: also more than one in any order, for which no
/// other unique index may look at them.
pub fn is_plain(table: u32, several: bool) -> bool {
    // SAFETY: the relation is open while its descriptor is read, and locked by the caller.
    unsafe {
        let relation = pg_sys::relation_open(pg_sys::Oid::from(table), pg_sys::NoLock as i32);
        let plain = pg_sys::ActiveSnapshotSet()
            && relation_is_plain(&*relation)
            && (!several || has_one_unique_index(relation));
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        plain
    }
}

unsafe fn relation_is_plain(relation: &pg_sys::RelationData) -> bool {
    // SAFETY: an open relation has a catalog row and a descriptor; triggers and constraints may be absent.
    unsafe {
        let facts = &*relation.rd_rel;
        let constraints = (*relation.rd_att).constr;
        facts.relkind as u8 == pg_sys::RELKIND_RELATION
            && !facts.relhasrules
            && !facts.relrowsecurity
            && !facts.relhassubclass
            && !facts.relispartition
            && (constraints.is_null() || !(*constraints).has_generated_stored)
            && has_guard_only(relation.trigdesc)
    }
}

unsafe fn has_guard_only(triggers: *const pg_sys::TriggerDesc) -> bool {
    // SAFETY: a table without triggers has no descriptor; names are C strings.
    unsafe {
        !triggers.is_null()
            && (*triggers).numtriggers == 1
            && CStr::from_ptr((*(*triggers).triggers).tgname) == c"pg_tviews_guard"
    }
}

/// Whether no index but that of the key restricts which rows a table, which is locked, can have.
pub fn has_one_constraint(table: u32) -> bool {
    // SAFETY: the relation is open while its indexes are looked at, and locked by the caller.
    unsafe {
        let relation = pg_sys::relation_open(pg_sys::Oid::from(table), pg_sys::NoLock as i32);
        let has_one = has_one_unique_index(relation);
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        has_one
    }
}

unsafe fn has_one_unique_index(relation: pg_sys::Relation) -> bool {
    // SAFETY: the indexes of a locked relation can be opened and read.
    unsafe {
        let list = pg_sys::RelationGetIndexList(relation);
        let mut restricting = 0;
        for i in 0..pg_sys::list_length(list) {
            let oid = pg_sys::list_nth_oid(list, i);
            let index = pg_sys::index_open(oid, pg_sys::AccessShareLock as i32);
            let facts = &*(*index).rd_index;
            restricting += i32::from(facts.indisunique || facts.indisexclusion);
            pg_sys::index_close(index, pg_sys::AccessShareLock as i32);
        }
        restricting == 1
    }
}

impl Table {
    /// Opens a plain table for rows whose first `count` columns are those of `descriptor`; none when the table has other
    /// columns or types.
    ///
    /// # Safety
    /// `descriptor` must be valid; the table must be locked for writing.
    pub unsafe fn open(table: u32, descriptor: pg_sys::TupleDesc, count: usize) -> Option<Self> {
        // SAFETY: forwarded; what is opened here is closed in `drop`, or by the abort after an error.
        unsafe {
            let relation = pg_sys::relation_open(pg_sys::Oid::from(table), pg_sys::NoLock as i32);
            let Some(columns) = match_columns((*relation).rd_att, descriptor, count) else {
                pg_sys::relation_close(relation, pg_sys::NoLock as i32);
                return None;
            };
            let state = pg_sys::CreateExecutorState();
            (*state).es_snapshot = pg_sys::GetActiveSnapshot();
            set_range_table(state, (*relation).rd_id);
            let target: *mut pg_sys::ResultRelInfo =
                pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast();
            pg_sys::InitResultRelInfo(target, relation, 1, null_mut(), 0);
            pg_sys::ExecOpenIndices(target, false);
            let slot = || {
                pg_sys::MakeSingleTupleTableSlot(
                    (*relation).rd_att,
                    &raw const pg_sys::TTSOpsVirtual,
                )
            };
            Some(Table {
                relation,
                state,
                target,
                row: slot(),
                place: slot(),
                columns,
            })
        }
    }

    /// Writes a row: over the one at its place, the column after those of the view, or as a new one. Nobody else writes
    /// the row meanwhile: its key is locked.
    pub fn write(&mut self, row: Row, width: usize) {
        let (values, nulls) = row.deform();
        // SAFETY: the slot has as many columns as the table; the values live in the result table of the row.
        unsafe {
            pg_sys::ExecClearTuple(self.row);
            for (i, from) in self.columns.iter().enumerate() {
                let (value, null) = match from {
                    From::Given(column) => (values[*column], nulls[*column]),
                    From::Now => (
                        Datum::from(pg_sys::GetCurrentTransactionStartTimestamp()),
                        false,
                    ),
                    From::Nothing => (Datum::null(), true),
                };
                *(*self.row).tts_values.add(i) = value;
                *(*self.row).tts_isnull.add(i) = null;
            }
            pg_sys::ExecStoreVirtualTuple(self.row);
            if nulls[width] {
                pg_sys::ExecSimpleRelationInsert(self.target, self.state, self.row);
            } else {
                (*self.place).tts_tid = *values[width].cast_mut_ptr::<pg_sys::ItemPointerData>();
                pg_sys::ExecSimpleRelationUpdate(
                    self.target,
                    self.state,
                    null_mut(),
                    self.place,
                    self.row,
                );
            }
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: what `open` opened; the lock on the table stays.
            unsafe {
                pg_sys::ExecDropSingleTupleTableSlot(self.place);
                pg_sys::ExecDropSingleTupleTableSlot(self.row);
                pg_sys::ExecCloseIndices(self.target);
                pg_sys::pfree(self.target.cast());
                pg_sys::FreeExecutorState(self.state);
                pg_sys::relation_close(self.relation, pg_sys::NoLock as i32);
                pg_sys::CommandCounterIncrement();
            }
        }
    }
}

/// Gives an executor's state the table as its only relation. Which columns change is asked for by no more than a hint
/// to indexes, which have their old keys in nearly every case: it is left empty.
unsafe fn set_range_table(state: *mut pg_sys::EState, table: pg_sys::Oid) {
    // SAFETY: nodes made here, in memory that outlives the state.
    unsafe {
        let entry: *mut pg_sys::RangeTblEntry =
            pg_sys::palloc0(size_of::<pg_sys::RangeTblEntry>()).cast();
        (*entry).type_ = pg_sys::NodeTag::T_RangeTblEntry;
        (*entry).rtekind = pg_sys::RTEKind::RTE_RELATION;
        (*entry).relid = table;
        (*entry).relkind = pg_sys::RELKIND_RELATION as std::ffi::c_char;
        (*entry).rellockmode = pg_sys::RowExclusiveLock as i32;
        let entries = pg_sys::lappend(null_mut(), entry.cast());
        #[cfg(feature = "pg15")]
        pg_sys::ExecInitRangeTable(state, entries);
        #[cfg(not(feature = "pg15"))]
        {
            let mut permissions = null_mut();
            pg_sys::addRTEPermissionInfo(&mut permissions, entry);
            #[cfg(not(feature = "pg18"))]
            pg_sys::ExecInitRangeTable(state, entries, permissions);
            #[cfg(feature = "pg18")]
            pg_sys::ExecInitRangeTable(state, entries, permissions, pg_sys::bms_make_singleton(1));
        }
    }
}

/// Pairs the columns of a table with the first `count` of a row, by name; none unless each has its partner of the same
/// type and `updated_at` is the only one of the table that has none.
unsafe fn match_columns(
    table: pg_sys::TupleDesc,
    row: pg_sys::TupleDesc,
    count: usize,
) -> Option<Vec<From>> {
    // SAFETY: descriptors have `natts` attributes, of which the caller names at most as many.
    unsafe {
        let attributes = compat::attributes(table);
        let place = compat::attributes(row).get(count)?;
        if place.atttypid != pg_sys::TIDOID {
            return None;
        }
        let given = compat::attributes(row).get(..count)?;
        let name = |a: &pg_sys::FormData_pg_attribute| CStr::from_ptr(a.attname.data.as_ptr());
        let mut used = 0;
        let columns = attributes
            .iter()
            .map(|a| {
                if a.attisdropped {
                    return Some(From::Nothing);
                }
                if let Some(i) = given.iter().position(|g| name(g) == name(a)) {
                    used += 1;
                    let fits = given[i].atttypid == a.atttypid
                        && (a.atttypmod < 0 || given[i].atttypmod == a.atttypmod);
                    return fits.then_some(From::Given(i));
                }
                (name(a) == c"updated_at" && a.atttypid == pg_sys::TIMESTAMPTZOID)
                    .then_some(From::Now)
            })
            .collect::<Option<Vec<_>>>()?;
        (used == count).then_some(columns)
    }
}
