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
use crate::pg::identity::Settings;
use crate::pg::patch::Patched;
use crate::pg::raw;
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
    /// The same, for a table that has no rows yet, nor an index.
    First,
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

/// The indexes of a table, which is locked.
unsafe fn indexes_of(relation: pg_sys::Relation) -> Vec<pg_sys::Oid> {
    // SAFETY: forwarded; the list is a copy.
    unsafe {
        let list = pg_sys::RelationGetIndexList(relation);
        let oids = (0..pg_sys::list_length(list)).map(|i| pg_sys::list_nth_oid(list, i));
        let oids = oids.collect();
        pg_sys::list_free(list);
        oids
    }
}

unsafe fn has_one_unique_index(relation: pg_sys::Relation) -> bool {
    // SAFETY: the indexes of a locked relation can be opened and read.
    unsafe {
        let restricts = |oid: &pg_sys::Oid| {
            let index = Opened::index(*oid);
            let facts = &*(*index.0).rd_index;
            facts.indisunique || facts.indisexclusion
        };
        indexes_of(relation)
            .iter()
            .filter(|oid| restricts(oid))
            .count()
            == 1
    }
}

/// Whether the table has neither a row nor an index yet.
pub fn is_new(tview: &Tview) -> bool {
    // SAFETY: as in `plain`; a table has a main fork.
    unsafe {
        let relation = pg_sys::relation_open(pg_sys::Oid::from(tview.id), pg_sys::NoLock as i32);
        let is_new = !(*(*relation).rd_rel).relhasindex
            && pg_sys::RelationGetNumberOfBlocksInFork(relation, pg_sys::ForkNumber::MAIN_FORKNUM)
                == 0;
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        is_new
    }
}

/// A table open for writing; closed when dropped.
struct Target {
    relation: pg_sys::Relation,
    state: *mut pg_sys::EState,
    result: *mut pg_sys::ResultRelInfo,
    /// For what a row leaves, of which nothing is kept from row to row.
    of_row: pg_sys::MemoryContext,
}

impl Target {
    /// # Safety
    /// The table of the TVIEW must be locked for writing, and plain.
    unsafe fn open(tview: &Tview) -> Self {
        let id = pg_sys::Oid::from(tview.id);
        // SAFETY: what is opened here is closed in `drop`, or by the abort after an error.
        unsafe {
            raw::guarded(|| {
                let relation = raw::relation_open(id, pg_sys::NoLock as i32);
                let state = raw::CreateExecutorState();
                (*state).es_snapshot = raw::GetActiveSnapshot();
                set_range_table(state, id);
                // As the server's own function does it, but for the triggers: row triggers are the library's, and there is
                // no query whose end could fire them.
                let result: *mut pg_sys::ResultRelInfo =
                    raw::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast();
                (*result).type_ = pg_sys::NodeTag::T_ResultRelInfo;
                (*result).ri_RangeTableIndex = 1;
                (*result).ri_RelationDesc = relation;
                Target {
                    relation,
                    state,
                    result,
                    of_row: (*raw::MakePerTupleExprContext(state)).ecxt_per_tuple_memory,
                }
            })
        }
    }

    /// Whether opening the indexes and writing a row takes no functions but those by which the server compares its own types: no
    /// checks, no expressions and no operators of users. Opening an index simplifies its expressions, which may run them.
    fn evaluates_nothing(&self) -> bool {
        // SAFETY: an open table; its indexes are as the catalog has them.
        unsafe {
            let constraints = (*(*self.relation).rd_att).constr;
            let is_plain = |oid: &pg_sys::Oid| Opened::index(*oid).is_plain();
            (constraints.is_null() || (*constraints).num_check == 0)
                && indexes_of(self.relation).iter().all(is_plain)
        }
    }

    /// The primary key among the indexes that have been opened.
    fn primary_key(&self) -> Option<pg_sys::Relation> {
        // SAFETY: so many open indexes.
        unsafe {
            (0..(*self.result).ri_NumIndices as usize)
                .map(|i| *(*self.result).ri_IndexRelationDescs.add(i))
                .find(|index| (*(**index).rd_index).indisprimary)
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: what `open` opened; the lock on the table stays.
            unsafe {
                raw::guarded(|| {
                    raw::ExecCloseIndices(self.result);
                    raw::pfree(self.result.cast());
                    raw::FreeExecutorState(self.state);
                    raw::relation_close(self.relation, pg_sys::NoLock as i32);
                    raw::CommandCounterIncrement();
                });
            }
        }
    }
}

/// A table open for rows to be written.
pub struct Table {
    /// The row to be written.
    row: *mut pg_sys::TupleTableSlot,
    /// The row that is there.
    found: Slot,
    columns: Vec<From>,
    /// By column of the table.
    physical: Vec<Physical>,
    /// The primary key; none when the table has no rows to be looked for.
    index: Option<Index>,
    /// For each column of the key, that of the row given, from 0.
    key: Vec<usize>,
    feed: Option<Feed>,
    /// The memory the table was opened in, where the scan keeps what it makes.
    memory: pg_sys::MemoryContext,
    target: Target,
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
        // SAFETY: forwarded; the slots are freed in `drop`.
        unsafe {
            let target = Target::open(tview);
            if !target.evaluates_nothing() {
                Settings::needed();
            }
            pg_sys::ExecOpenIndices(target.result, false);
            let table = (*target.relation).rd_att;
            let columns = match_columns(table, descriptor, what)?;
            let names = &tview.plan.key;
            let key = names.iter().map(|k| position(descriptor, &k.name));
            let key = key.collect::<Option<Vec<_>>>()?;
            let index = match what {
                Given::First => None,
                _ => Some(Index::of_table(target.primary_key()?, &target, tview)?),
            };
            let physical = compat::attributes(table).iter().map(Physical::of).collect();
            let row = pg_sys::MakeSingleTupleTableSlot(table, &raw const pg_sys::TTSOpsVirtual);
            let found = Slot::of(target.relation);
            Some(Table {
                row,
                found,
                columns,
                physical,
                index,
                key,
                feed,
                memory: pg_sys::CurrentMemoryContext,
                target,
            })
        }
    }

    /// The hash of the key of a row given; none when one of its columns is null.
    pub fn hash(&self, key: &HashedColumns, values: &[Datum], nulls: &[bool]) -> Option<u64> {
        let places = &self.key;
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
            let former = pg_sys::MemoryContextSwitchTo(self.target.of_row);
            let written = self.put_row(values, nulls);
            pg_sys::MemoryContextSwitchTo(former);
            raw::MemoryContextReset(self.target.of_row);
            written
        }
    }

    unsafe fn put_row(&mut self, values: &[Datum], nulls: &[bool]) -> Written {
        // SAFETY: the slots have as many columns as the table; the values given outlive the call.
        unsafe {
            raw::ExecClearTuple(self.row);
            for (i, from) in self.columns.iter().enumerate() {
                let (value, null) = match from {
                    From::Given(column) => (values[*column], nulls[*column]),
                    From::Now => (
                        Datum::from(raw::GetCurrentTransactionStartTimestamp()),
                        false,
                    ),
                    From::Stored | From::Nothing => (Datum::null(), true),
                };
                *(*self.row).tts_values.add(i) = value;
                *(*self.row).tts_isnull.add(i) = null;
            }
            raw::ExecStoreVirtualTuple(self.row);
            let new = Image::whole(self.row);
            if !self.find(values) {
                if let Some(feed) = &mut self.feed {
                    feed.inserted(&new);
                }
                let target = &self.target;
                pg_sys::ExecSimpleRelationInsert(target.result, target.state, self.row);
                return Written::Inserted;
            }
            pg_sys::slot_getsomeattrs_int(self.found.0, self.columns.len() as i32);
            let old = Image::whole(self.found.0);
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
            let former = pg_sys::MemoryContextSwitchTo(self.target.of_row);
            let patched = self.patch_row(values, change);
            pg_sys::MemoryContextSwitchTo(former);
            raw::MemoryContextReset(self.target.of_row);
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
            if !self.find(values) {
                return Ok(None);
            }
            pg_sys::slot_getsomeattrs_int(self.found.0, self.columns.len() as i32);
            let old = Image::whole(self.found.0);
            raw::ExecClearTuple(self.row);
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
                        Datum::from(raw::GetCurrentTransactionStartTimestamp()),
                        false,
                    ),
                    From::Nothing => (Datum::null(), true),
                };
                *(*self.row).tts_values.add(i) = value;
                *(*self.row).tts_isnull.add(i) = null;
            }
            raw::ExecStoreVirtualTuple(self.row);
            self.overwrite(&old, &Image::whole(self.row));
        }
        Ok(Some(Written::Updated))
    }

    /// Looks for the row that has the key of a row given.
    unsafe fn find(&mut self, values: &[Datum]) -> bool {
        let Some(index) = &mut self.index else {
            return false;
        };
        // SAFETY: the slot is of the table's kind, and the memory outlives the scan.
        unsafe {
            let former = pg_sys::MemoryContextSwitchTo(self.memory);
            let found = index.find(|column| values[self.key[column]], self.found.0);
            pg_sys::MemoryContextSwitchTo(former);
            found
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
                self.target.result,
                self.target.state,
                null_mut(),
                self.found.0,
                self.row,
            );
        }
    }

    /// Deletes the row with a key, if there is one; returns whether there was.
    pub fn delete(&mut self, key: &HashedColumns, tuple: Tuple<'_>) -> bool {
        let Some(index) = &mut self.index else {
            return false;
        };
        // SAFETY: the parts of an open table.
        unsafe {
            delete(
                &self.target,
                index,
                self.found.0,
                &mut self.feed,
                key,
                tuple,
            )
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
            // SAFETY: what `open` opened.
            unsafe { raw::ExecDropSingleTupleTableSlot(self.row) };
        }
    }
}

/// A table open for rows to be deleted.
pub struct Deletion {
    index: Index,
    found: Slot,
    feed: Option<Feed>,
    _primary_key: Opened,
    target: Target,
}

impl Deletion {
    /// Opens the table of a TVIEW on the active snapshot; none when its primary key is not the key.
    ///
    /// # Safety
    /// The table must be locked for writing, and plain.
    pub unsafe fn open(tview: &Tview, feed: Option<Feed>) -> Option<Self> {
        // SAFETY: forwarded.
        unsafe {
            let target = Target::open(tview);
            let primary_key = Opened::primary_key(target.relation)?;
            Some(Deletion {
                index: Index::of_table(primary_key.0, &target, tview)?,
                found: Slot::of(target.relation),
                feed,
                _primary_key: primary_key,
                target,
            })
        }
    }

    /// Deletes the row with a key, if there is one; returns whether there was.
    pub fn delete(&mut self, key: &HashedColumns, tuple: Tuple<'_>) -> bool {
        let (index, found) = (&mut self.index, self.found.0);
        // SAFETY: the parts of an open table.
        unsafe { delete(&self.target, index, found, &mut self.feed, key, tuple) }
    }
}

/// Whether a relation is a table without parts that holds each value of these columns at most once, as its primary key. A
/// deferred one looks too late.
pub fn has_each_key_once(relation: u32, columns: &[i16]) -> bool {
    // SAFETY: what is opened is closed when dropped, or by the abort after an error; the columns of a key follow one another.
    unsafe {
        let relation = Opened::relation(relation);
        let facts = &*(*relation.0).rd_rel;
        if facts.relkind as u8 != pg_sys::RELKIND_RELATION || facts.relhassubclass {
            return false;
        }
        let Some(primary_key) = Opened::primary_key(relation.0) else {
            return false;
        };
        let index = &*(*primary_key.0).rd_index;
        let count = index.indnkeyatts as usize;
        let keys = index.indkey.values.as_slice(count);
        index.indimmediate
            && index.indisvalid
            && count == columns.len()
            && keys.iter().all(|key| columns.contains(key))
    }
}

/// Whether a relation, which is locked, holds each combination of values of these columns at most once: it has a unique key within them
/// which tells apart what the columns do. One that is being dropped does not count any more, though the plan may still say that it is there.
pub fn has_key_within(relation: u32, columns: &[i16]) -> bool {
    // SAFETY: what is opened is closed when dropped, or by the abort after an error; an index has an entry per key column.
    unsafe {
        let relation = Opened::relation(relation);
        let attributes = compat::attributes((*relation.0).rd_att);
        let is_key = |oid: &pg_sys::Oid| {
            let index = Opened::index(*oid);
            let facts = &*(*index.0).rd_index;
            let count = facts.indnkeyatts as usize;
            let is_whole = |(i, number): (usize, &i16)| {
                let place = usize::try_from(*number).ok().and_then(|n| n.checked_sub(1));
                let Some(attribute) = place.and_then(|place| attributes.get(place)) else {
                    return false;
                };
                let base = pg_sys::getBaseType(attribute.atttypid);
                let of_type =
                    pg_sys::lookup_type_cache(base, pg_sys::TYPECACHE_BTREE_OPFAMILY as i32);
                columns.contains(number)
                    && *(*index.0).rd_indcollation.add(i) == attribute.attcollation
                    && *(*index.0).rd_opfamily.add(i) == (*of_type).btree_opf
            };
            facts.indisunique
                && facts.indimmediate
                && facts.indisvalid
                && index.is_of_all_rows()
                && facts
                    .indkey
                    .values
                    .as_slice(count)
                    .iter()
                    .enumerate()
                    .all(is_whole)
        };
        indexes_of(relation.0).iter().any(is_key)
    }
}

/// A slot for rows of a table.
struct Slot(*mut pg_sys::TupleTableSlot);

impl Slot {
    /// # Safety
    /// The relation must be open, and a table.
    unsafe fn of(relation: pg_sys::Relation) -> Self {
        // SAFETY: forwarded.
        Slot(unsafe { pg_sys::table_slot_create(relation, null_mut()) })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: made in `of`.
            unsafe { raw::ExecDropSingleTupleTableSlot(self.0) };
        }
    }
}

/// A relation that is open while this lives; the lock on it stays.
struct Opened(pg_sys::Relation);

impl Opened {
    /// A relation that is locked.
    fn relation(oid: u32) -> Self {
        // SAFETY: closed in `drop`, or by the abort after an error.
        Opened(unsafe { pg_sys::relation_open(pg_sys::Oid::from(oid), pg_sys::NoLock as i32) })
    }

    /// The primary key of a table, if it has one.
    ///
    /// # Safety
    /// The table must be open and locked.
    unsafe fn primary_key(table: pg_sys::Relation) -> Option<Self> {
        // SAFETY: forwarded; the list is a copy, and the descriptor says afterwards which of them is the primary key.
        unsafe {
            pg_sys::list_free(pg_sys::RelationGetIndexList(table));
            let oid = (*table).rd_pkindex;
            (oid != pg_sys::InvalidOid).then(|| Opened::index(oid))
        }
    }

    /// # Safety
    /// It must be an index of a table that is locked.
    unsafe fn index(oid: pg_sys::Oid) -> Self {
        // SAFETY: forwarded; closed in `drop`, or by the abort after an error.
        Opened(unsafe { pg_sys::index_open(oid, pg_sys::AccessShareLock as i32) })
    }

    /// Whether an index holds columns, no expressions, and those of all rows.
    ///
    /// # Safety
    /// It must be an index.
    unsafe fn is_of_all_rows(&self) -> bool {
        // SAFETY: an open index has its row of the catalog.
        unsafe {
            let has_none = |number: u32| {
                let row = (*self.0).rd_indextuple;
                pg_sys::heap_attisnull(row, number as i32, null_mut())
            };
            has_none(pg_sys::Anum_pg_index_indexprs) && has_none(pg_sys::Anum_pg_index_indpred)
        }
    }

    /// Whether an index holds columns of the server's own types, compared by its own operators, of all rows.
    ///
    /// # Safety
    /// It must be an index.
    unsafe fn is_plain(&self) -> bool {
        let is_own = |oid: pg_sys::Oid| oid.to_u32() < pg_sys::FirstNormalObjectId;
        // SAFETY: an open index has its row of the catalog, and an operator family and a column per key.
        unsafe {
            let index = &*self.0;
            let keys = (*index.rd_index).indnkeyatts as usize;
            let families = std::slice::from_raw_parts(index.rd_opfamily, keys);
            self.is_of_all_rows()
                && families.iter().all(|family| is_own(*family))
                && compat::attributes(index.rd_att)[..keys]
                    .iter()
                    .all(|column| is_own(column.atttypid))
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: open since `relation` or `primary_key`.
            unsafe { pg_sys::relation_close(self.0, pg_sys::NoLock as i32) };
        }
    }
}

/// Deletes the row with a key, if there is one; returns whether there was.
///
/// # Safety
/// The index is one of the table's, and the slot of the table's kind.
unsafe fn delete(
    target: &Target,
    index: &mut Index,
    found: *mut pg_sys::TupleTableSlot,
    feed: &mut Option<Feed>,
    key: &HashedColumns,
    tuple: Tuple<'_>,
) -> bool {
    // SAFETY: forwarded.
    unsafe {
        let is_there = key.with_datums(tuple, |datums| index.find(|column| datums[column], found));
        if is_there {
            let former = pg_sys::MemoryContextSwitchTo(target.of_row);
            if let Some(feed) = feed {
                let columns = (*(*target.relation).rd_att).natts;
                pg_sys::slot_getsomeattrs_int(found, columns);
                feed.deleted(&Image::whole(found));
            }
            pg_sys::ExecSimpleRelationDelete(target.result, target.state, null_mut(), found);
            pg_sys::MemoryContextSwitchTo(former);
            raw::MemoryContextReset(target.of_row);
        }
        is_there
    }
}

/// An index open for look-ups by a key.
struct Index {
    scan: pg_sys::IndexScanDesc,
    conditions: Vec<pg_sys::ScanKeyData>,
    /// For each of its columns, the column of the key.
    of_key: Vec<usize>,
}

impl Index {
    /// Opens the primary key of a TVIEW's table for look-ups on the active snapshot; none unless it is of just the columns and
    /// types of the key.
    ///
    /// # Safety
    /// The index must be open and one of the table's.
    unsafe fn of_table(index: pg_sys::Relation, target: &Target, tview: &Tview) -> Option<Self> {
        // SAFETY: forwarded; an open index has its row of the catalog, and its arrays have an entry per key column.
        unsafe {
            let (names, key) = (&tview.plan.key, &tview.key);
            let (facts, count) = (&*(*index).rd_index, key.0.len());
            if !facts.indimmediate || !facts.indisvalid || facts.indnkeyatts as usize != count {
                return None;
            }
            let attributes = compat::attributes((*target.relation).rd_att);
            let (mut conditions, mut of_key) = (Vec::new(), Vec::new());
            for i in 0..count {
                let number = *facts.indkey.values.as_slice(count).get(i)?;
                let attribute = attributes.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
                let name = name_of(attribute).to_bytes();
                let column = names.iter().position(|k| k.name.as_bytes() == name)?;
                if of_key.contains(&column) {
                    return None;
                }
                let wanted = key.0[column].type_oid;
                let condition = raw::guarded(|| equality(index, i, attribute.atttypid, wanted))?;
                conditions.push(condition);
                of_key.push(column);
            }
            let scan = raw::guarded(|| {
                let snapshot = raw::GetActiveSnapshot();
                compat::begin_index_scan(target.relation, index, snapshot, count as i32)
            });
            Some(Index {
                scan,
                conditions,
                of_key,
            })
        }
    }

    /// Looks for a row with the values given for the columns of the key, on the snapshot the index was opened on.
    ///
    /// # Safety
    /// They must be of the key's types, the slot of the table's kind. What the scan makes as it goes it frees in the end, so
    /// the current memory must outlive it.
    unsafe fn find(
        &mut self,
        value: impl Fn(usize) -> Datum,
        slot: *mut pg_sys::TupleTableSlot,
    ) -> bool {
        for (condition, column) in self.conditions.iter_mut().zip(&self.of_key) {
            condition.sk_argument = value(*column);
        }
        // SAFETY: forwarded; an open scan of as many conditions.
        unsafe {
            let count = self.conditions.len() as i32;
            raw::guarded(|| {
                raw::index_rescan(
                    self.scan,
                    self.conditions.as_mut_ptr(),
                    count,
                    null_mut(),
                    0,
                );
                let forward = pg_sys::ScanDirection::ForwardScanDirection;
                raw::index_getnext_slot(self.scan, forward, slot)
            })
        }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: begun in `open`; its relations are still open.
            unsafe { pg_sys::index_endscan(self.scan) };
        }
    }
}

/// The condition that a column of an index, counted from 0, equals a value; none unless what it holds is of the type wanted.
///
/// # Safety
/// Under a guard only; the index must be open and have the column.
unsafe fn equality(
    index: pg_sys::Relation,
    i: usize,
    held: pg_sys::Oid,
    wanted: pg_sys::Oid,
) -> Option<pg_sys::ScanKeyData> {
    // SAFETY: forwarded.
    unsafe {
        if raw::getBaseType(held) != wanted {
            return None;
        }
        let (family, class) = (*(*index).rd_opfamily.add(i), *(*index).rd_opcintype.add(i));
        let strategy = pg_sys::BTEqualStrategyNumber as i16;
        let operator = raw::get_opfamily_member(family, class, class, strategy);
        let procedure = raw::get_opcode(operator);
        if procedure == pg_sys::InvalidOid {
            return None;
        }
        let mut condition = pg_sys::ScanKeyData::default();
        raw::ScanKeyEntryInitialize(
            &mut condition,
            0,
            i as i16 + 1,
            strategy as u16,
            pg_sys::InvalidOid,
            *(*index).rd_indcollation.add(i),
            procedure,
            Datum::null(),
        );
        Some(condition)
    }
}

unsafe fn name_of(attribute: &pg_sys::FormData_pg_attribute) -> &CStr {
    // SAFETY: an attribute has a name.
    unsafe { CStr::from_ptr(attribute.attname.data.as_ptr()) }
}

/// The place of a column among those of a row, from 0.
unsafe fn position(row: pg_sys::TupleDesc, name: &str) -> Option<usize> {
    // SAFETY: a valid descriptor.
    unsafe {
        compat::attributes(row)
            .iter()
            .position(|a| name_of(a).to_bytes() == name.as_bytes())
    }
}

/// Gives an executor's state the table as its only relation. Which columns change is asked for by no more than a hint
/// to indexes, which have their old keys in nearly every case: it is left empty.
///
/// # Safety
/// Under a guard only.
unsafe fn set_range_table(state: *mut pg_sys::EState, table: pg_sys::Oid) {
    // SAFETY: nodes made here, in memory that outlives the state.
    unsafe {
        let entry: *mut pg_sys::RangeTblEntry =
            raw::palloc0(size_of::<pg_sys::RangeTblEntry>()).cast();
        (*entry).type_ = pg_sys::NodeTag::T_RangeTblEntry;
        (*entry).rtekind = pg_sys::RTEKind::RTE_RELATION;
        (*entry).relid = table;
        (*entry).relkind = pg_sys::RELKIND_RELATION as std::ffi::c_char;
        (*entry).rellockmode = pg_sys::RowExclusiveLock as i32;
        compat::init_range_table(state, entry);
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
        let mut used = 0;
        let columns = attributes
            .iter()
            .map(|a| {
                if a.attisdropped {
                    return Some(From::Nothing);
                }
                if let Some(i) = given.iter().position(|g| name_of(g) == name_of(a)) {
                    used += 1;
                    let fits = given[i].atttypid == a.atttypid
                        && (a.atttypmod < 0 || given[i].atttypmod == a.atttypmod);
                    return fits.then_some(From::Given(i));
                }
                let is_stamp = name_of(a) == c"updated_at" && a.atttypid == pg_sys::TIMESTAMPTZOID;
                match what {
                    Given::Row | Given::First => is_stamp.then_some(From::Now),
                    Given::Document { is_stamped: true } if is_stamp => Some(From::Now),
                    Given::Document { .. } => Some(From::Stored),
                }
            })
            .collect::<Option<Vec<_>>>()?;
        let last = given.last().map(|a| a.atttypid);
        let is_whole = matches!(what, Given::Row | Given::First);
        let fits = is_whole || last == Some(pg_sys::JSONBOID);
        (fits && used == given.len()).then_some(columns)
    }
}
