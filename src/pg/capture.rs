//! Capture: from the transition tables of a statement to queue entries.

use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{code, Error, Result};
use crate::key::Value;
use crate::lineage::{Occurrence, Strategy};
use crate::pg::backend;
use crate::pg::catalog::{Family, Tview};
use crate::pg::compat;
use crate::pg::copies::Copying;
use crate::pg::counters::Counting;
use crate::pg::merge;
use crate::pg::raw;
use crate::pg::restriction::Restriction;
use crate::pg::rows;
use crate::pg::settings::{queue_bytes, QUEUE_LIMIT};
use crate::pg::types::{Attribute, ColumnType, Physical};
use crate::queue::{Edge, Queue};

/// What capture needs to know about a relation.
pub struct Source {
    watches: Vec<Watch>,
    /// Highest attribute number any watch reads.
    last_attribute: i16,
}

/// One occurrence of the relation in one TVIEW, in terms of the relation's own attributes (those of a partition
/// may be numbered otherwise than those of the table that the view names).
struct Watch {
    tview: Rc<Tview>,
    /// The columns that matter.
    relevant: Vec<Attribute>,
    /// Rows of which one of these is not true are as good as absent.
    restrictions: Vec<Restriction>,
    /// Those of them whose change cannot be patched, and the occurrence, when the change of others can.
    unpatched: Option<(Edge, Vec<Attribute>)>,
    /// What is copied of an updated row that is patched.
    copying: Option<Copying>,
    carried: Carried,
    /// A null in a carried column is a value like others.
    nulls: bool,
    /// Per edge that arrives here from further away: the columns it arrives at, and whether nulls arrive as well.
    away: Vec<(Edge, Vec<Attribute>, bool)>,
    /// A null in a carried column may be a null key.
    null_key: bool,
    /// Each row alone gives the view its key, which goes with it.
    takes_key: bool,
    /// Only some rows of the relation are those of the occurrence: an update can move a row in or out.
    partial: bool,
    /// How the occurrence is counted; none when it is not.
    counting: Option<Counting>,
}

/// What a changed row contributes.
enum Carried {
    Key(Vec<Attribute>),
    /// The key and the number of an element of an array that the row makes.
    Element(Edge, Vec<Attribute>),
    Climb(Edge, Vec<Attribute>),
    /// The elements of an array.
    Elements(Edge, [Attribute; 1], ColumnType),
    /// A part of one value.
    Value(Edge),
    Whole,
}

impl Carried {
    /// The attributes whose values lead to the key.
    fn attributes(&self) -> &[Attribute] {
        match self {
            Carried::Key(attributes)
            | Carried::Element(_, attributes)
            | Carried::Climb(_, attributes) => attributes,
            Carried::Elements(_, array, _) => array,
            Carried::Value(_) | Carried::Whole => &[],
        }
    }
}

impl Source {
    /// Finds out what capture on `relation` has to do.
    fn build(relation: pg_sys::Oid, columns: &Columns) -> Result<Self> {
        let id = relation.to_u32();
        let watchers = backend::watchers(id)?;
        let mut watches = Vec::new();
        let mut family: Option<Family> = None;
        for tview in watchers.iter() {
            for occurrence in &tview.plan.occurrences {
                let mut partial = false;
                if occurrence.source != id {
                    let family = match &mut family {
                        Some(family) => family,
                        slot => slot.insert(backend::family(id)?),
                    };
                    partial = !family.ancestors.contains(&occurrence.source);
                    if partial && !family.sharers.contains(&occurrence.source) {
                        continue;
                    }
                }
                let watch = Watch::build(tview, occurrence, id, columns, partial);
                // One occurrence counts for all.
                if !watch
                    .counting
                    .as_ref()
                    .is_some_and(|c| c.follows(occurrence.id))
                {
                    watches.push(watch);
                }
            }
        }
        let last_attribute = watches
            .iter()
            .flat_map(|watch| watch.attributes())
            .map(|attribute| attribute.num)
            .max()
            .unwrap_or(0);
        Ok(Source {
            watches,
            last_attribute,
        })
    }
}

impl Watch {
    fn build(
        tview: &Rc<Tview>,
        occurrence: &Occurrence,
        relation: u32,
        columns: &Columns,
        partial: bool,
    ) -> Self {
        let map = |nums: &[i16]| columns.map(occurrence.source, relation, nums);
        // None when some are not in the rows: then what they depend on is not known either.
        let matter = occurrence.columns.as_ref().filter(|_| !partial);
        let mapped = matter.and_then(|nums| map(nums));
        let patched = occurrence.patch.as_ref().filter(|_| mapped.is_some());
        let number = patched.and_then(|patch| Some(patch.elements.as_ref()?.column));
        let unpatched = patched
            .filter(|_| number.is_none())
            .and_then(|patch| map(&patch.columns))
            .map(|patched| {
                let is_patched = |a: &Attribute| patched.iter().any(|p| p.num == a.num);
                let others = mapped.iter().flatten().filter(|a| !is_patched(a));
                (occurrence.id as usize, others.copied().collect())
            });
        let copying = patched.and_then(|patch| Copying::build(patch, map));
        let counting = occurrence
            .counters
            .as_ref()
            .filter(|_| mapped.is_some())
            .and_then(|counters| Counting::build(counters, &occurrence.strategy, relation, map));
        let relevant = match &counting {
            Some(counting) => counting.attributes(),
            None => mapped.unwrap_or_else(|| columns.all()),
        };
        let carried = match &occurrence.strategy {
            Strategy::Key {
                columns,
                lookup: None,
            } => map(columns).map(|columns| match number.and_then(|number| map(&[number])) {
                Some(number) => {
                    Carried::Element(occurrence.id as usize, [columns, number].concat())
                }
                None => Carried::Key(columns),
            }),
            Strategy::Link {
                from,
                elements: true,
                ..
            } => map(from).and_then(|from| {
                let edge = occurrence.id as usize;
                let hop = tview.hops.get(edge)?.as_ref()?;
                let (array, element) = (from.first()?, hop.from.0.first()?);
                Some(Carried::Elements(edge, [*array], *element))
            }),
            Strategy::Key { columns: from, .. } | Strategy::Link { from, .. } => {
                map(from).map(|from| Carried::Climb(occurrence.id as usize, from))
            }
            Strategy::Full if occurrence.value.is_some() => {
                Some(Carried::Value(occurrence.id as usize))
            }
            Strategy::Full => Some(Carried::Whole),
        };
        let arriving = tview
            .plan
            .occurrences
            .iter()
            .filter_map(|other| match &other.strategy {
                Strategy::Link {
                    to,
                    to_columns,
                    nulls,
                    ..
                } if *to == occurrence.id => Some((other.id as usize, to_columns, *nulls)),
                _ => None,
            });
        let away = arriving
            .map(|(edge, nums, nulls)| Some((edge, map(nums)?, nulls)))
            .collect::<Option<Vec<_>>>();
        let (carried, away) = match (carried, away) {
            (Some(carried), Some(away)) => (carried, away),
            // This part of the table lacks a column that leads on: nothing finer is known.
            _ => (Carried::Whole, Vec::new()),
        };
        // Other tables than this one may have rows of the occurrence, too, but only as its parts or wholes.
        let takes_key = occurrence.gives_key
            && occurrence.source == relation
            && match (&occurrence.strategy, &carried) {
                (Strategy::Key { columns, .. }, Carried::Key(_)) => {
                    rows::has_each_key_once(relation, columns)
                }
                _ => false,
            };
        // Of an attribute that is not there nothing is asked; who counts for others tests for each value.
        let is_asked = !partial && counting.is_none();
        let restrictions = occurrence.restrictions.iter().filter(|_| is_asked);
        let restrictions = restrictions
            .filter_map(|r| {
                let attribute = *map(&[r.column])?.first()?;
                Restriction::build(r, relation, attribute)
            })
            .collect();
        Watch {
            tview: tview.clone(),
            relevant,
            restrictions,
            unpatched,
            copying,
            carried,
            nulls: matches!(occurrence.strategy, Strategy::Link { nulls: true, .. }),
            away,
            null_key: occurrence.null_key && matches!(occurrence.strategy, Strategy::Key { .. }),
            takes_key,
            partial,
            counting,
        }
    }

    fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.relevant
            .iter()
            .chain(self.restrictions.iter().map(|r| &r.attribute))
            .chain(self.carried.attributes())
            .chain(self.away.iter().flat_map(|(_, attributes, _)| attributes))
    }

    /// Queues what a row image stands for on the way to the key.
    ///
    /// # Safety
    /// `row` must be an image of a row of the relation this watch was built for.
    unsafe fn record(&self, row: &Image<'_>, queue: &mut Queue, tuple: &mut Vec<Value>) {
        let entry = |queue: &mut Queue, f: &dyn Fn(&mut crate::queue::Pending)| {
            f(queue.entry(self.tview.id));
        };
        // SAFETY: forwarded.
        unsafe {
            match &self.carried {
                Carried::Whole => entry(queue, &|pending| pending.mark_whole()),
                Carried::Value(occurrence) => {
                    entry(queue, &|pending| pending.add_value(*occurrence));
                }
                Carried::Key(attributes) => {
                    if row.read(attributes, false, tuple) {
                        entry(queue, &|pending| pending.add_key(tuple));
                    } else if self.null_key {
                        entry(queue, &|pending| pending.null_key = true);
                    }
                }
                Carried::Element(occurrence, attributes) => {
                    if row.read(attributes, false, tuple) {
                        entry(queue, &|pending| pending.add_element(*occurrence, tuple));
                    } else if row.read(&attributes[..attributes.len() - 1], false, tuple) {
                        entry(queue, &|pending| pending.add_key(tuple));
                    } else if self.null_key {
                        entry(queue, &|pending| pending.null_key = true);
                    }
                }
                Carried::Elements(edge, [array], element) => {
                    let i = array.num as usize - 1;
                    if !row.nulls[i] {
                        for value in element.elements(row.values[i]) {
                            entry(queue, &|pending| {
                                pending.add_climb(*edge, std::slice::from_ref(&value));
                            });
                        }
                    }
                }
                Carried::Climb(edge, attributes) => {
                    if row.read(attributes, self.nulls, tuple) {
                        entry(queue, &|pending| pending.add_climb(*edge, tuple));
                    } else if self.null_key {
                        entry(queue, &|pending| pending.null_key = true);
                    }
                }
            }
        }
    }

    /// Queues the values with which a new image points away from the key.
    ///
    /// # Safety
    /// As for `record`.
    unsafe fn introduce(&self, row: &Image<'_>, queue: &mut Queue, tuple: &mut Vec<Value>) {
        for (edge, attributes, nulls) in &self.away {
            // SAFETY: forwarded.
            if unsafe { row.read(attributes, *nulls, tuple) } {
                queue.entry(self.tview.id).add_introduced(*edge, tuple);
            }
        }
    }

    /// Whether a row can have any influence.
    ///
    /// # Safety
    /// As for `record`.
    unsafe fn counts(&self, row: &Image<'_>) -> bool {
        // SAFETY: forwarded.
        self.restrictions.iter().all(|r| unsafe { r.holds(row) })
    }

    /// Queues a row that is there now, whether or not it can have any influence.
    ///
    /// # Safety
    /// As for `record`.
    unsafe fn appeared(&self, row: &Image<'_>, queue: &mut Queue, tuple: &mut Vec<Value>) {
        // SAFETY: forwarded.
        unsafe {
            self.record(row, queue, tuple);
            self.introduce(row, queue, tuple);
        }
    }

    /// Counts a row that has changed, where that can be done; tells whether nothing more is to be done.
    ///
    /// # Safety
    /// As for `record`, for both images.
    unsafe fn count(
        &self,
        old: Option<&Image<'_>>,
        new: Option<&Image<'_>>,
        queue: &mut Queue,
    ) -> bool {
        let counting = self.counting.as_ref();
        // SAFETY: forwarded.
        counting.is_some_and(|counting| unsafe { counting.count(old, new, self.tview.id, queue) })
    }

    /// Queues an inserted row.
    ///
    /// # Safety
    /// As for `record`.
    unsafe fn inserted(&self, row: &Image<'_>, queue: &mut Queue, tuple: &mut Vec<Value>) {
        // SAFETY: forwarded.
        unsafe {
            if self.counts(row) && !self.count(None, Some(row), queue) {
                self.appeared(row, queue, tuple);
            }
        }
    }

    /// Queues a deleted row.
    ///
    /// # Safety
    /// As for `record`.
    unsafe fn deleted(&self, row: &Image<'_>, queue: &mut Queue, tuple: &mut Vec<Value>) {
        // SAFETY: forwarded.
        unsafe {
            if !self.counts(row) || self.count(Some(row), None, queue) {
                return;
            }
            if self.takes_key && queue.can_tell(self.tview.id) {
                if row.read(self.carried.attributes(), false, tuple) {
                    queue.entry(self.tview.id).add_gone(tuple);
                }
                return;
            }
            self.record(row, queue, tuple);
        }
    }

    /// Queues a row of which only columns changed that can be patched.
    ///
    /// # Safety
    /// As for `record`, for both images.
    unsafe fn patch(
        &self,
        occurrence: Edge,
        old: &Image<'_>,
        new: &Image<'_>,
        queue: &mut Queue,
        tuple: &mut Vec<Value>,
    ) {
        let id = self.tview.id;
        // SAFETY: forwarded.
        unsafe {
            match (&self.carried, &self.copying) {
                // What has been computed may be newer than what is captured now.
                (Carried::Key(attributes) | Carried::Climb(_, attributes), Some(copying))
                    if queue.can_tell(id) =>
                {
                    if new.read(attributes, false, tuple) {
                        let cells = copying.cells(old, new);
                        queue.entry(id).copy(occurrence, tuple, cells);
                    }
                }
                (Carried::Key(attributes) | Carried::Climb(_, attributes), _) => {
                    if new.read(attributes, self.nulls, tuple) {
                        queue.entry(id).add_patch(occurrence, tuple);
                    }
                }
                _ => self.record(new, queue, tuple),
            }
        }
    }

    /// Queues an updated row when a column that matters changed.
    ///
    /// # Safety
    /// As for `record`, for both images.
    unsafe fn updated(
        &self,
        old: &Image<'_>,
        new: &Image<'_>,
        queue: &mut Queue,
        tuple: &mut Vec<Value>,
    ) {
        // SAFETY: forwarded.
        unsafe {
            if !Image::differ(old, new, &self.relevant) || self.count(Some(old), Some(new), queue) {
                return;
            }
            // A row of which a restriction is not true is not there: an update may bring it or take it away.
            match (self.counts(old), self.counts(new)) {
                (true, true) => {}
                (true, false) => return self.record(old, queue, tuple),
                (false, true) => return self.appeared(new, queue, tuple),
                (false, false) => return,
            }
            if let Some((occurrence, others)) = &self.unpatched {
                // Then the links are the same in both.
                if !Image::differ(old, new, others) {
                    self.patch(*occurrence, old, new, queue, tuple);
                    return;
                }
            }
            self.record(old, queue, tuple);
            let moved = self.partial || Image::differ(old, new, self.carried.attributes());
            if moved {
                self.record(new, queue, tuple);
            }
            // A row that leaves all its links alone needs no lock on what it points to.
            let points_elsewhere = self
                .away
                .iter()
                .any(|(_, attributes, _)| Image::differ(old, new, attributes));
            if moved || points_elsewhere {
                self.introduce(new, queue, tuple);
            }
        }
    }
}

/// The columns of a relation that its rows hold, by number. One that is computed when it is read is not among them: an
/// occurrence that needs it watches all the others.
pub struct Columns(BTreeMap<i16, Attribute>);

impl Columns {
    /// # Safety
    /// `descriptor` must be a valid tuple descriptor.
    pub unsafe fn of(descriptor: pg_sys::TupleDesc) -> Self {
        // SAFETY: forwarded.
        let attributes = unsafe { compat::attributes(descriptor) };
        Columns(
            attributes
                .iter()
                .filter(|a| !a.attisdropped && !compat::is_virtual(a))
                .map(|a| {
                    let (num, physical) = (a.attnum, Physical::of(a));
                    (num, Attribute { num, physical })
                })
                .collect(),
        )
    }

    fn all(&self) -> Vec<Attribute> {
        self.0.values().copied().collect()
    }

    /// The attributes of `relation` that have the names of `nums` of `source`; none when one is not there.
    fn map(&self, source: u32, relation: u32, nums: &[i16]) -> Option<Vec<Attribute>> {
        nums.iter()
            .map(|num| {
                let num = if source == relation {
                    *num
                } else {
                    // SAFETY: catalog look-ups that give null, or 0, for what is not there.
                    unsafe {
                        let name = pg_sys::get_attname(pg_sys::Oid::from(source), *num, true);
                        if name.is_null() {
                            return None;
                        }
                        pg_sys::get_attnum(pg_sys::Oid::from(relation), name)
                    }
                };
                self.0.get(&num).copied()
            })
            .collect()
    }
}

/// One version of a row: its attributes from the first on.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    pub values: &'a [Datum],
    pub nulls: &'a [bool],
}

impl Image<'_> {
    /// The first `count` attributes of the row in `slot`.
    ///
    /// # Safety
    /// `slot` must hold a row of at least that many attributes and keep it as long as the image lives.
    unsafe fn of<'a>(slot: *mut pg_sys::TupleTableSlot, count: i16) -> Image<'a> {
        // SAFETY: forwarded.
        unsafe {
            if (*slot).tts_nvalid < count {
                raw::guarded(|| raw::slot_getsomeattrs_int(slot, c_int::from(count)));
            }
            Image::read_from(slot, count)
        }
    }

    /// The same, of attributes that have been read.
    ///
    /// # Safety
    /// As for `of`.
    unsafe fn read_from<'a>(slot: *mut pg_sys::TupleTableSlot, count: i16) -> Image<'a> {
        // SAFETY: reading has filled `count` values, which point into the slot's row.
        unsafe {
            let count = count as usize;
            Image {
                values: std::slice::from_raw_parts((*slot).tts_values, count),
                nulls: std::slice::from_raw_parts((*slot).tts_isnull, count),
            }
        }
    }

    /// The row in `slot`, all of whose attributes have been read.
    ///
    /// # Safety
    /// `slot` must keep the row as long as the image lives.
    pub unsafe fn whole<'a>(slot: *mut pg_sys::TupleTableSlot) -> Image<'a> {
        // SAFETY: forwarded; so many values have been read.
        unsafe { Image::read_from(slot, (*slot).tts_nvalid) }
    }

    /// Whether any of `attributes` has another image in `b` than in `a`.
    ///
    /// # Safety
    /// Both must be images of rows of the relation the attributes describe.
    pub unsafe fn differ(a: &Image<'_>, b: &Image<'_>, attributes: &[Attribute]) -> bool {
        attributes.iter().any(|attribute| {
            let i = attribute.num as usize - 1;
            match (a.nulls[i], b.nulls[i]) {
                (true, true) => false,
                (false, false) => {
                    // SAFETY: non-null values of the attribute's type.
                    !unsafe { attribute.physical.same_image(a.values[i], b.values[i]) }
                }
                _ => true,
            }
        })
    }

    /// Reads the attributes into `tuple`; false when one of them is null and `nulls` are no values here.
    ///
    /// # Safety
    /// As for `differ`.
    pub unsafe fn read(
        &self,
        attributes: &[Attribute],
        nulls: bool,
        tuple: &mut Vec<Value>,
    ) -> bool {
        tuple.clear();
        for attribute in attributes {
            let i = attribute.num as usize - 1;
            if self.nulls[i] && nulls {
                tuple.push(Value::Null);
                continue;
            }
            if self.nulls[i] {
                return false;
            }
            // SAFETY: a non-null value of the attribute's type.
            tuple.push(unsafe { attribute.physical.value(self.values[i]) });
        }
        true
    }
}

/// Reads a transition table from its start, on a read pointer of its own: other triggers read it too.
struct Scan {
    store: *mut pg_sys::Tuplestorestate,
    pointer: i32,
    slot: *mut pg_sys::TupleTableSlot,
    last_attribute: i16,
}

impl Scan {
    /// # Safety
    /// `store` must be a transition table of `relation` that outlives the scan.
    unsafe fn new(
        store: *mut pg_sys::Tuplestorestate,
        relation: pg_sys::Relation,
        last_attribute: i16,
    ) -> Self {
        // SAFETY: forwarded; the slot takes the tuples the store gives.
        unsafe {
            raw::guarded(|| {
                let flags = pg_sys::EXEC_FLAG_REWIND as c_int;
                let pointer = raw::tuplestore_alloc_read_pointer(store, flags);
                raw::tuplestore_select_read_pointer(store, pointer);
                raw::tuplestore_rescan(store);
                let operations = &raw const pg_sys::TTSOpsMinimalTuple;
                let slot = raw::MakeSingleTupleTableSlot((*relation).rd_att, operations);
                Scan {
                    store,
                    pointer,
                    slot,
                    last_attribute,
                }
            })
        }
    }

    /// Goes to the next row, if there is one.
    ///
    /// # Safety
    /// Under a guard only.
    unsafe fn advance(&mut self) -> bool {
        // SAFETY: store and slot are valid (see `new`); the relation has `last_attribute` attributes.
        unsafe {
            raw::tuplestore_select_read_pointer(self.store, self.pointer);
            let is_there = raw::tuplestore_gettupleslot(self.store, true, false, self.slot);
            if is_there && self.last_attribute > 0 {
                raw::slot_getsomeattrs_int(self.slot, c_int::from(self.last_attribute));
            }
            is_there
        }
    }

    /// The next row; its image is valid until the next call.
    fn next(&mut self) -> Option<Image<'_>> {
        // SAFETY: the call stands alone under the guard.
        unsafe { raw::guarded(|| self.advance()).then(|| self.row()) }
    }

    /// The next rows of two scans of as many rows.
    fn next_of_both<'a>(a: &'a mut Scan, b: &'a mut Scan) -> Option<(Image<'a>, Image<'a>)> {
        // SAFETY: as in `next`.
        unsafe { raw::guarded(|| a.advance() && b.advance()).then(|| (a.row(), b.row())) }
    }

    /// # Safety
    /// The scan must be at a row.
    unsafe fn row(&self) -> Image<'_> {
        // SAFETY: `advance` has read the attributes.
        unsafe { Image::read_from(self.slot, self.last_attribute) }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: made in `new`; after an error the server frees it with its memory context.
            unsafe { raw::ExecDropSingleTupleTableSlot(self.slot) };
        }
    }
}

/// Queued values are checked against the limit once per this many rows.
const LIMIT_CHECK_ROWS: u64 = 512;

fn enforce_limit(source: &Source) {
    if !backend::is_dirty() {
        return;
    }
    let (limit, bytes) = (QUEUE_LIMIT.get() as usize, queue_bytes());
    backend::with_queue(|queue| {
        for watch in &source.watches {
            if queue.is_pending(watch.tview.id) {
                let pending = queue.entry(watch.tview.id);
                if pending.bytes() > bytes {
                    pending.doubt();
                }
                if pending.len() > limit || pending.bytes() > bytes {
                    pending.mark_whole();
                }
            }
        }
    });
}

/// Feeds every row that `next` gives to the queue.
fn feed(source: &Source, mut next: impl FnMut(&mut Queue, &mut Vec<Value>) -> bool) {
    let mut tuple = Vec::new();
    let mut more = true;
    while more {
        backend::with_queue(|queue| {
            for _ in 0..LIMIT_CHECK_ROWS {
                more = next(queue, &mut tuple);
                if !more {
                    break;
                }
            }
        });
        enforce_limit(source);
        pgrx::check_for_interrupts!();
    }
}

fn mark_whole(source: &Source) {
    backend::with_queue(|queue| {
        for watch in &source.watches {
            queue.entry(watch.tview.id).mark_whole();
        }
    });
}

/// The capture trigger.
///
/// # Safety
/// `fcinfo` must be that of a call of the trigger function.
pub unsafe fn capture(fcinfo: pg_sys::FunctionCallInfo) -> Result<Datum> {
    // SAFETY: `trigger_data` checks the call; the event and the fields below go together in a statement trigger.
    unsafe {
        let data = trigger_data(fcinfo, "_pg_tviews_capture")?;
        let relation = (*data).tg_relation;
        let source = backend::source((*relation).rd_id.to_u32(), || {
            Source::build((*relation).rd_id, &Columns::of((*relation).rd_att))
        })?;
        if source.watches.is_empty() {
            return Ok(Datum::null());
        }
        if (*data).tg_event & pg_sys::TRIGGER_EVENT_ROW != 0 {
            return capture_row(&*data, &source);
        }
        let (old, new) = ((*data).tg_oldtable, (*data).tg_newtable);
        let scan = |store: *mut pg_sys::Tuplestorestate| {
            if store.is_null() {
                return Err(Error::new(
                    code::TRIGGER_PROTOCOL,
                    "capture trigger has no transition table",
                )
                .hint("Run pg_tviews_install_stmt_triggers()."));
            }
            Ok(Scan::new(store, relation, source.last_attribute))
        };
        match (*data).tg_event & pg_sys::TRIGGER_EVENT_OPMASK {
            pg_sys::TRIGGER_EVENT_INSERT => {
                let mut rows = scan(new)?;
                feed(&source, |queue, tuple| {
                    let Some(row) = rows.next() else { return false };
                    for watch in &source.watches {
                        watch.inserted(&row, queue, tuple);
                    }
                    true
                });
            }
            pg_sys::TRIGGER_EVENT_DELETE => {
                let mut rows = scan(old)?;
                feed(&source, |queue, tuple| {
                    let Some(row) = rows.next() else { return false };
                    for watch in &source.watches {
                        watch.deleted(&row, queue, tuple);
                    }
                    true
                });
            }
            pg_sys::TRIGGER_EVENT_UPDATE if merge::may_have_moved((*relation).rd_id.to_u32()) => {
                mark_whole(&source);
            }
            pg_sys::TRIGGER_EVENT_UPDATE => {
                let (mut old_rows, mut new_rows) = (scan(old)?, scan(new)?);
                if raw::tuplestore_tuple_count(old) == raw::tuplestore_tuple_count(new) {
                    feed(&source, |queue, tuple| {
                        let Some((old, new)) = Scan::next_of_both(&mut old_rows, &mut new_rows)
                        else {
                            return false;
                        };
                        for watch in &source.watches {
                            watch.updated(&old, &new, queue, tuple);
                        }
                        true
                    });
                } else {
                    // A row lost on its way to another partition: versions cannot be paired.
                    feed(&source, |queue, tuple| {
                        let Some(row) = old_rows.next() else {
                            return false;
                        };
                        for watch in &source.watches {
                            watch.deleted(&row, queue, tuple);
                        }
                        true
                    });
                    feed(&source, |queue, tuple| {
                        let Some(row) = new_rows.next() else {
                            return false;
                        };
                        for watch in &source.watches {
                            watch.inserted(&row, queue, tuple);
                        }
                        true
                    });
                }
            }
            _ => mark_whole(&source),
        }
        Ok(Datum::null())
    }
}

/// Captures one row, for a row-level trigger: the only kind that fires for what logical replication applies.
///
/// # Safety
/// `data` must be that of a call for each row, on the relation `source` was built for.
unsafe fn capture_row(data: &pg_sys::TriggerData, source: &Source) -> Result<Datum> {
    if data.tg_event & pg_sys::TRIGGER_EVENT_TIMINGMASK != pg_sys::TRIGGER_EVENT_AFTER {
        return Err(Error::new(
            code::TRIGGER_PROTOCOL,
            "capture trigger must be fired AFTER",
        ));
    }
    let image = |slot| {
        // SAFETY: the server fills the slots that go with the event and keeps them for the length of the call.
        unsafe { Image::of(slot, source.last_attribute) }
    };
    let row = image(data.tg_trigslot);
    let mut tuple = Vec::new();
    match data.tg_event & pg_sys::TRIGGER_EVENT_OPMASK {
        pg_sys::TRIGGER_EVENT_UPDATE => {
            let new = image(data.tg_newslot);
            backend::with_queue(|queue| {
                for watch in &source.watches {
                    // SAFETY: both are images of rows of the relation.
                    unsafe { watch.updated(&row, &new, queue, &mut tuple) };
                }
            });
        }
        operation => backend::with_queue(|queue| {
            for watch in &source.watches {
                // SAFETY: an image of a row of the relation.
                unsafe {
                    if operation == pg_sys::TRIGGER_EVENT_INSERT {
                        watch.inserted(&row, queue, &mut tuple);
                    } else {
                        watch.deleted(&row, queue, &mut tuple);
                    }
                }
            }
        }),
    }
    enforce_limit(source);
    Ok(Datum::null())
}

/// Treats a row as changed, whatever changed in it.
///
/// # Safety
/// `row` must be a whole row of `relation`, which `descriptor` describes.
pub unsafe fn touch(
    relation: pg_sys::Oid,
    descriptor: pg_sys::TupleDesc,
    row: &Image<'_>,
) -> Result<()> {
    let source = backend::source(relation.to_u32(), || {
        // SAFETY: forwarded.
        Source::build(relation, &unsafe { Columns::of(descriptor) })
    })?;
    backend::with_queue(|queue| {
        let mut tuple = Vec::new();
        for watch in &source.watches {
            // SAFETY: forwarded.
            unsafe { watch.appeared(row, queue, &mut tuple) };
        }
    });
    Ok(())
}

/// Captures the rows that a flush writes without a statement, in place of the table's triggers.
pub struct Feed {
    source: Rc<Source>,
    tuple: Vec<Value>,
    rows: u64,
}

impl Feed {
    /// For a table that is open and locked.
    pub fn new(relation: pg_sys::Oid) -> Result<Self> {
        let source = backend::source(relation.to_u32(), || {
            // SAFETY: the relation is open while its descriptor is read.
            unsafe {
                let open = pg_sys::relation_open(relation, pg_sys::NoLock as i32);
                let columns = Columns::of((*open).rd_att);
                pg_sys::relation_close(open, pg_sys::NoLock as i32);
                Source::build(relation, &columns)
            }
        })?;
        Ok(Feed {
            source,
            tuple: Vec::new(),
            rows: 0,
        })
    }

    /// # Safety
    /// As for the two below: rows of the relation, all of their attributes.
    pub unsafe fn inserted(&mut self, new: &Image<'_>) {
        // SAFETY: forwarded.
        self.each(|watch, queue, tuple| unsafe { watch.inserted(new, queue, tuple) });
    }

    /// # Safety
    /// See `inserted`.
    pub unsafe fn updated(&mut self, old: &Image<'_>, new: &Image<'_>) {
        // SAFETY: forwarded.
        self.each(|watch, queue, tuple| unsafe { watch.updated(old, new, queue, tuple) });
    }

    /// # Safety
    /// See `inserted`.
    pub unsafe fn deleted(&mut self, old: &Image<'_>) {
        // SAFETY: forwarded.
        self.each(|watch, queue, tuple| unsafe { watch.deleted(old, queue, tuple) });
    }

    fn each(&mut self, record: impl Fn(&Watch, &mut Queue, &mut Vec<Value>)) {
        let (watches, tuple) = (&self.source.watches, &mut self.tuple);
        backend::with_queue(|queue| {
            for watch in watches {
                record(watch, queue, tuple);
            }
        });
        self.rows += 1;
        if self.rows.is_multiple_of(LIMIT_CHECK_ROWS) {
            enforce_limit(&self.source);
        }
    }
}

/// The trigger that keeps users from writing a TVIEW's table.
///
/// # Safety
/// `fcinfo` must be that of a call of the trigger function.
pub unsafe fn guard(fcinfo: pg_sys::FunctionCallInfo) -> Result<Datum> {
    // SAFETY: `trigger_data` checks the call.
    let (id, name) = unsafe {
        let data = trigger_data(fcinfo, "_pg_tviews_guard")?;
        if (*data).tg_event & pg_sys::TRIGGER_EVENT_ROW != 0 {
            return Err(Error::new(
                code::TRIGGER_PROTOCOL,
                "function \"_pg_tviews_guard\" must be a statement trigger",
            ));
        }
        let relation = (*data).tg_relation;
        let name = std::ffi::CStr::from_ptr((*(*relation).rd_rel).relname.data.as_ptr());
        ((*relation).rd_id, name.to_string_lossy().into_owned())
    };
    if backend::is_writing(id.to_u32(), backend::trigger_depth()) {
        return Ok(Datum::null());
    }
    Err(Error::new(
        code::WRONG_OBJECT_TYPE,
        format!("cannot change TVIEW \"{name}\" directly"),
    )
    .detail("The rows of a TVIEW follow from its base tables.")
    .hint("Change the base tables, or call pg_tviews_refresh() to repair the TVIEW."))
}

unsafe fn trigger_data(
    fcinfo: pg_sys::FunctionCallInfo,
    function: &str,
) -> Result<*mut pg_sys::TriggerData> {
    // SAFETY: a trigger call is known by the node type of its context.
    unsafe {
        let context: *mut c_void = (*fcinfo).context.cast();
        if context.is_null() || (*(*fcinfo).context).type_ != pg_sys::NodeTag::T_TriggerData {
            return Err(Error::new(
                code::TRIGGER_PROTOCOL,
                format!("function \"{function}\" was not called as a trigger"),
            ));
        }
        Ok(context.cast())
    }
}
