//! Rows of a TVIEW's table found and written by the server's own functions, without a statement: setting a plan up and
//! taking it down costs several times what the row does.
//!
//! Only where a statement would do nothing else: no trigger but the library's, no rule, policy, child or generated column,
//! every column of the table known, and a primary key that is the key. Constraints are checked and indexes kept as for any
//! row. Where the table has capture triggers, what they would capture is captured here.

use std::ffi::CStr;
use std::mem::size_of;
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::Result;
use crate::key::Tuple;
use crate::pg::capture::{Feed, Image};
use crate::pg::catalog::Tview;
use crate::pg::compat;
use crate::pg::patch::Patched;
use crate::pg::types::{HashedColumns, Physical};

/// Where the value of a table's column comes from.
#[derive(Debug, Clone, Copy)]
enum From {
    /// The column of the row given, from 0.
    Given(usize),
    /// The row that is there.
    Stored,
    /// The time of the transaction.
    Now,
    /// A column that is dropped.
    Nothing,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Inserted,
    Updated,
    /// The table has it as it is.
    Same,
}

/// What is given of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// All that the view has.
    Row,
    /// The key and a document, to be patched into the row that is there.
    Document {
        /// The table has `updated_at` beside the columns of the view.
        is_stamped: bool,
    },
}

/// Whether the rows of a table, which is locked, can be written so, and what else has to be done for each.
pub enum Plain {
    No,
    Yes,
    /// TVIEWs read this one: its triggers capture for them.
    Captured,
}

/// Looks at a TVIEW's table. `several`: more than one row is to be written, in any order, for which no other unique index
/// may look at them.
pub fn plain(tview: &Tview, several: bool) -> Plain {
    // SAFETY: the relation is open while its descriptor is read, and locked by the caller.
    unsafe {
        let relation = pg_sys::relation_open(pg_sys::Oid::from(tview.id), pg_sys::NoLock as i32);
        let mut plain = if relation_is_plain(&*relation) {
            kind_of_triggers((*relation).trigdesc, tview.capture)
        } else {
            Plain::No
        };
        if several && !matches!(plain, Plain::No) && !has_one_unique_index(relation) {
            plain = Plain::No;
        }
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        plain
    }
}

unsafe fn relation_is_plain(relation: &pg_sys::RelationData) -> bool {
    // SAFETY: an open relation has a catalog row and a descriptor; constraints may be absent.
    unsafe {
        let facts = &*relation.rd_rel;
        let constraints = (*relation.rd_att).constr;
        facts.relkind as u8 == pg_sys::RELKIND_RELATION
            && !facts.relhasrules
            && !facts.relrowsecurity
            && !facts.relhassubclass
            && !facts.relispartition
            && (constraints.is_null() || !(*constraints).has_generated_stored)
    }
}

/// Plain are the guard, and capture that is enabled: all else a trigger does is up to the server.
unsafe fn kind_of_triggers(triggers: *const pg_sys::TriggerDesc, capture: pg_sys::Oid) -> Plain {
    // SAFETY: a table without triggers has no descriptor; names are C strings.
    unsafe {
        if triggers.is_null() {
            return Plain::No;
        }
        let (mut guards, mut captures) = (0, 0);
        let count = (*triggers).numtriggers;
        for i in 0..count as usize {
            let trigger = &*(*triggers).triggers.add(i);
            let enabled = matches!(trigger.tgenabled as u8, b'O' | b'A');
            if CStr::from_ptr(trigger.tgname) == c"pg_tviews_guard" {
                guards += 1;
            } else if enabled && trigger.tgfoid == capture {
                captures += 1;
            }
        }
        match (guards, captures) {
            (1, 0) if count == 1 => Plain::Yes,
            (1, _) if count == 1 + captures => Plain::Captured,
            _ => Plain::No,
        }
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

/// A table open for writing; closed when dropped.
pub struct Table {
    relation: pg_sys::Relation,
    state: *mut pg_sys::EState,
    target: *mut pg_sys::ResultRelInfo,
    /// The row to be written.
    row: *mut pg_sys::TupleTableSlot,
    /// The row that is there.
    found: *mut pg_sys::TupleTableSlot,
    columns: Vec<From>,
    /// By column of the table.
    physical: Vec<Physical>,
    index: Index,
    feed: Option<Feed>,
    /// The memory the table was opened in, where the scan keeps what it makes.
    memory: pg_sys::MemoryContext,
    /// For what a row leaves, of which nothing is kept from row to row.
    of_row: pg_sys::MemoryContext,
}

/// The primary key, open for look-ups.
struct Index {
    scan: pg_sys::IndexScanDesc,
    conditions: Vec<pg_sys::ScanKeyData>,
    /// For each of its columns, the column of the key.
    of_key: Vec<usize>,
    /// For each column of the key, that of the row given, from 0.
    given: Vec<usize>,
}

impl Table {
    /// Opens the table of a TVIEW for rows that have the columns of `descriptor`, on the active snapshot; none when the
    /// table has other columns, or its primary key is not the key. What `feed` captures are the rows written.
    ///
    /// # Safety
    /// `descriptor` must be valid; the table must be locked for writing, and plain.
    pub unsafe fn open(
        tview: &Tview,
        descriptor: pg_sys::TupleDesc,
        what: Given,
        feed: Option<Feed>,
    ) -> Option<Self> {
        // SAFETY: forwarded; what is opened here is closed in `drop`, or by the abort after an error.
        unsafe {
            let relation =
                pg_sys::relation_open(pg_sys::Oid::from(tview.id), pg_sys::NoLock as i32);
            let state = pg_sys::CreateExecutorState();
            (*state).es_snapshot = pg_sys::GetActiveSnapshot();
            set_range_table(state, (*relation).rd_id);
            let target: *mut pg_sys::ResultRelInfo =
                pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast();
            pg_sys::InitResultRelInfo(target, relation, 1, null_mut(), 0);
            // Row triggers are the library's own, and there is no query whose end could fire them.
            (*target).ri_TrigDesc = null_mut();
            pg_sys::ExecOpenIndices(target, false);
            let columns = match_columns((*relation).rd_att, descriptor, what);
            let index = Index::open(&*target, relation, tview, descriptor);
            let (Some(columns), Some(index)) = (columns, index) else {
                close(relation, state, target);
                return None;
            };
            let physical = compat::attributes((*relation).rd_att)
                .iter()
                .map(Physical::of)
                .collect();
            let row = pg_sys::MakeSingleTupleTableSlot(
                (*relation).rd_att,
                &raw const pg_sys::TTSOpsVirtual,
            );
            let found = pg_sys::table_slot_create(relation, null_mut());
            Some(Table {
                relation,
                state,
                target,
                row,
                found,
                columns,
                physical,
                index,
                feed,
                memory: pg_sys::CurrentMemoryContext,
                of_row: (*pg_sys::MakePerTupleExprContext(state)).ecxt_per_tuple_memory,
            })
        }
    }

    /// The hash of the key of a row given; none when one of its columns is null.
    pub fn hash(&self, key: &HashedColumns, values: &[Datum], nulls: &[bool]) -> Option<u64> {
        let places = &self.index.given;
        if places.iter().any(|place| nulls[*place]) {
            return None;
        }
        // SAFETY: the key's columns have its types, in the view as in the plan.
        Some(unsafe { key.hash_datums(places.iter().map(|place| values[*place])) })
    }

    /// Writes the row given: over the one that has its key, if that is another, or as a new one. Nobody else writes the
    /// row meanwhile, for its key is locked; nor was it written since the table was opened.
    ///
    /// # Safety
    /// They must be values of the columns the table was opened for.
    pub unsafe fn put(&mut self, values: &[Datum], nulls: &[bool]) -> Written {
        // SAFETY: forwarded; the context is put back, or by who catches an error.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.of_row);
            let written = self.put_row(values, nulls);
            pg_sys::MemoryContextSwitchTo(former);
            pg_sys::MemoryContextReset(self.of_row);
            written
        }
    }

    unsafe fn put_row(&mut self, values: &[Datum], nulls: &[bool]) -> Written {
        // SAFETY: the slots have as many columns as the table; the values given outlive the call.
        unsafe {
            pg_sys::ExecClearTuple(self.row);
            for (i, from) in self.columns.iter().enumerate() {
                let (value, null) = match from {
                    From::Given(column) => (values[*column], nulls[*column]),
                    From::Now => (
                        Datum::from(pg_sys::GetCurrentTransactionStartTimestamp()),
                        false,
                    ),
                    From::Stored | From::Nothing => (Datum::null(), true),
                };
                *(*self.row).tts_values.add(i) = value;
                *(*self.row).tts_isnull.add(i) = null;
            }
            pg_sys::ExecStoreVirtualTuple(self.row);
            let new = Image::whole(self.row);
            self.seek(values);
            if !self.find() {
                if let Some(feed) = &mut self.feed {
                    feed.inserted(&new);
                }
                pg_sys::ExecSimpleRelationInsert(self.target, self.state, self.row);
                return Written::Inserted;
            }
            pg_sys::slot_getsomeattrs_int(self.found, self.columns.len() as i32);
            let old = Image::whole(self.found);
            if !self.differs(&old, &new) {
                return Written::Same;
            }
            self.overwrite(&old, &new);
        }
        Written::Updated
    }

    /// Makes of the document of the row that has the key given, whose partner is the last column, what `change` does. None
    /// when there is no such row, or it does not fit.
    ///
    /// # Safety
    /// They must be values of the columns the table was opened for, but for the document, which is not looked at.
    pub unsafe fn patch(
        &mut self,
        values: &[Datum],
        change: impl FnOnce(Datum) -> Result<Patched>,
    ) -> Result<Option<Written>> {
        // SAFETY: as for `put`.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.of_row);
            let patched = self.patch_row(values, change);
            pg_sys::MemoryContextSwitchTo(former);
            pg_sys::MemoryContextReset(self.of_row);
            patched
        }
    }

    unsafe fn patch_row(
        &mut self,
        values: &[Datum],
        change: impl FnOnce(Datum) -> Result<Patched>,
    ) -> Result<Option<Written>> {
        let document = values.len() - 1;
        let mut change = Some(change);
        // SAFETY: as in `put_row`.
        unsafe {
            self.seek(values);
            if !self.find() {
                return Ok(None);
            }
            pg_sys::slot_getsomeattrs_int(self.found, self.columns.len() as i32);
            let old = Image::whole(self.found);
            pg_sys::ExecClearTuple(self.row);
            for (i, from) in self.columns.iter().enumerate() {
                let (value, null) = match from {
                    From::Given(column) if *column == document => {
                        let Some(change) = change.take().filter(|_| !old.nulls[i]) else {
                            return Ok(None);
                        };
                        match change(old.values[i])? {
                            Patched::Changed(document) => (document, false),
                            Patched::Same => return Ok(Some(Written::Same)),
                            Patched::Misfit => return Ok(None),
                        }
                    }
                    From::Given(_) | From::Stored => (old.values[i], old.nulls[i]),
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
            self.overwrite(&old, &Image::whole(self.row));
        }
        Ok(Some(Written::Updated))
    }

    /// Makes the conditions those of the key of a row given.
    fn seek(&mut self, values: &[Datum]) {
        let index = &mut self.index;
        for (condition, column) in index.conditions.iter_mut().zip(&index.of_key) {
            condition.sk_argument = values[index.given[*column]];
        }
    }

    /// Writes the row over the one that was found.
    unsafe fn overwrite(&mut self, old: &Image<'_>, new: &Image<'_>) {
        // SAFETY: images of the two rows, which the slots keep.
        unsafe {
            if let Some(feed) = &mut self.feed {
                feed.updated(old, new);
            }
            pg_sys::ExecSimpleRelationUpdate(
                self.target,
                self.state,
                null_mut(),
                self.found,
                self.row,
            );
        }
    }

    /// Deletes the row with a key, if there is one; returns whether there was.
    pub fn delete(&mut self, key: &HashedColumns, tuple: Tuple<'_>) -> bool {
        // SAFETY: as in `put`.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.of_row);
            let datums = key.datums(tuple);
            for (condition, column) in self.index.conditions.iter_mut().zip(&self.index.of_key) {
                condition.sk_argument = datums[*column];
            }
            let is_there = self.find();
            if is_there {
                if let Some(feed) = &mut self.feed {
                    pg_sys::slot_getsomeattrs_int(self.found, self.columns.len() as i32);
                    feed.deleted(&Image::whole(self.found));
                }
                pg_sys::ExecSimpleRelationDelete(self.target, self.state, null_mut(), self.found);
            }
            pg_sys::MemoryContextSwitchTo(former);
            pg_sys::MemoryContextReset(self.of_row);
            is_there
        }
    }

    /// Looks for the row that fulfils the conditions, on the snapshot the table was opened on.
    unsafe fn find(&mut self) -> bool {
        let index = &mut self.index;
        // SAFETY: an open scan of as many conditions; the slot is of the table's kind. What the scan makes as it goes it
        // frees in the end, so it must not be in memory that is reset before.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.memory);
            pg_sys::index_rescan(
                index.scan,
                index.conditions.as_mut_ptr(),
                index.conditions.len() as i32,
                null_mut(),
                0,
            );
            let found = pg_sys::index_getnext_slot(
                index.scan,
                pg_sys::ScanDirection::ForwardScanDirection,
                self.found,
            );
            pg_sys::MemoryContextSwitchTo(former);
            found
        }
    }

    /// Whether a row has another image than the one in the table, `updated_at` left aside.
    unsafe fn differs(&self, old: &Image<'_>, new: &Image<'_>) -> bool {
        self.columns.iter().enumerate().any(|(i, from)| {
            matches!(from, From::Given(_))
                && match (old.nulls[i], new.nulls[i]) {
                    (true, true) => false,
                    // SAFETY: values of the column's type.
                    (false, false) => unsafe {
                        !self.physical[i].same_image(old.values[i], new.values[i])
                    },
                    _ => true,
                }
        })
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: what `open` opened; the lock on the table stays.
            unsafe {
                pg_sys::index_endscan(self.index.scan);
                pg_sys::ExecDropSingleTupleTableSlot(self.found);
                pg_sys::ExecDropSingleTupleTableSlot(self.row);
                close(self.relation, self.state, self.target);
                pg_sys::CommandCounterIncrement();
            }
        }
    }
}

/// SAFETY: the three must have been opened together, and be used no more.
unsafe fn close(
    relation: pg_sys::Relation,
    state: *mut pg_sys::EState,
    target: *mut pg_sys::ResultRelInfo,
) {
    unsafe {
        pg_sys::ExecCloseIndices(target);
        pg_sys::pfree(target.cast());
        pg_sys::FreeExecutorState(state);
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
    }
}

impl Index {
    /// Opens the primary key among the indexes of `target` for look-ups; none when there is none of just the key's
    /// columns and types.
    unsafe fn open(
        target: &pg_sys::ResultRelInfo,
        relation: pg_sys::Relation,
        tview: &Tview,
        given: pg_sys::TupleDesc,
    ) -> Option<Self> {
        // SAFETY: open indexes of a locked table; the arrays of an index have an entry per key column.
        unsafe {
            let name = |a: &pg_sys::FormData_pg_attribute| CStr::from_ptr(a.attname.data.as_ptr());
            let index = (0..target.ri_NumIndices as usize)
                .map(|i| *target.ri_IndexRelationDescs.add(i))
                .find(|index| (*(**index).rd_index).indisprimary)?;
            let (facts, count) = (&*(*index).rd_index, tview.key.0.len());
            if facts.indnkeyatts as usize != count || !facts.indimmediate || !facts.indisvalid {
                return None;
            }
            let key = &tview.plan.key;
            let attributes = compat::attributes((*relation).rd_att);
            let (mut conditions, mut of_key) = (Vec::new(), Vec::new());
            for i in 0..count {
                let number = *facts.indkey.values.as_slice(count).get(i)?;
                let attribute = attributes.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
                let column = key
                    .iter()
                    .position(|k| k.name.as_bytes() == name(attribute).to_bytes())?;
                let held = pg_sys::getBaseType(attribute.atttypid);
                if held != tview.key.0[column].type_oid || of_key.contains(&column) {
                    return None;
                }
                let class = *(*index).rd_opcintype.add(i);
                let equal = pg_sys::get_opfamily_member(
                    *(*index).rd_opfamily.add(i),
                    class,
                    class,
                    pg_sys::BTEqualStrategyNumber as i16,
                );
                let procedure = pg_sys::get_opcode(equal);
                if procedure == pg_sys::InvalidOid {
                    return None;
                }
                let mut condition = pg_sys::ScanKeyData::default();
                pg_sys::ScanKeyEntryInitialize(
                    &mut condition,
                    0,
                    i as i16 + 1,
                    pg_sys::BTEqualStrategyNumber as u16,
                    pg_sys::InvalidOid,
                    *(*index).rd_indcollation.add(i),
                    procedure,
                    Datum::null(),
                );
                conditions.push(condition);
                of_key.push(column);
            }
            let columns = compat::attributes(given);
            let given = key.iter().map(|k| {
                columns
                    .iter()
                    .position(|g| name(g).to_bytes() == k.name.as_bytes())
            });
            let given = given.collect::<Option<Vec<_>>>()?;
            let scan =
                compat::index_beginscan(relation, index, pg_sys::GetActiveSnapshot(), count as i32);
            Some(Index {
                scan,
                conditions,
                of_key,
                given,
            })
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

/// Pairs the columns of a table with those of a row, by name; none unless each has its partner of the same type and
/// `updated_at` is the only one of the table that has none. Of a row that is patched more may have none, and the last
/// given is the document. What the statement says is up to the owner of the TVIEW: it is not trusted.
unsafe fn match_columns(
    table: pg_sys::TupleDesc,
    row: pg_sys::TupleDesc,
    what: Given,
) -> Option<Vec<From>> {
    // SAFETY: valid descriptors, whose attributes have names.
    unsafe {
        let attributes = compat::attributes(table);
        let given = compat::attributes(row);
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
                let is_stamp = name(a) == c"updated_at" && a.atttypid == pg_sys::TIMESTAMPTZOID;
                match what {
                    Given::Row => is_stamp.then_some(From::Now),
                    Given::Document { is_stamped: true } if is_stamp => Some(From::Now),
                    Given::Document { .. } => Some(From::Stored),
                }
            })
            .collect::<Option<Vec<_>>>()?;
        let last = given.last().map(|a| a.atttypid);
        let fits = what == Given::Row || last == Some(pg_sys::JSONBOID);
        (fits && used == given.len()).then_some(columns)
    }
}
