//! Value locks: who computes which key when (docs/architecture.md, "Locks").
//!
//! A tag is an advisory lock tag whose fourth field SQL's advisory functions never use, so it is shown in `pg_locks`
//! and travels with a prepared transaction, and no user lock can meet it.

use std::cell::Cell;
use std::ffi::c_int;

use pgrx::pg_sys;

use crate::key::KeySet;
use crate::pg::raw;
use crate::pg::settings::LOCK_ESCALATION_THRESHOLD;
use crate::pg::stats::locking;
use crate::pg::types::HashedColumns;

/// Fourth field of the tag, by level. SQL uses 1 and 2.
const TVIEW_TAG: u16 = 0x7456;
const EDGE_TAG: u16 = 0x7457;
const VALUE_TAG: u16 = 0x7458;
const METADATA_TAG: u16 = 0x7459;

/// The edge number that stands for the key itself.
pub const KEY_EDGE: u32 = u32::MAX;

/// Modes of a value, an edge or a TVIEW. They map to table lock modes with the same conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    IntentShared,
    IntentExclusive,
    Shared,
    Exclusive,
}

impl Mode {
    fn server(self) -> pg_sys::LOCKMODE {
        (match self {
            Mode::IntentShared => pg_sys::RowShareLock,
            Mode::IntentExclusive => pg_sys::RowExclusiveLock,
            Mode::Shared => pg_sys::ShareLock,
            Mode::Exclusive => pg_sys::ExclusiveLock,
        }) as pg_sys::LOCKMODE
    }
}

fn tag(level: u16, field2: u32, field3: u32) -> pg_sys::LOCKTAG {
    pg_sys::LOCKTAG {
        // SAFETY: set when the backend connects.
        locktag_field1: unsafe { pg_sys::MyDatabaseId }.to_u32(),
        locktag_field2: field2,
        locktag_field3: field3,
        locktag_field4: level,
        locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
        locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
    }
}

fn acquire(level: u16, field2: u32, field3: u32, mode: Mode) {
    // SAFETY: the call stands alone under the guard.
    unsafe { raw::guarded(|| acquire_unguarded(level, field2, field3, mode)) }
}

/// # Safety
/// Under a guard only.
unsafe fn acquire_unguarded(level: u16, field2: u32, field3: u32, mode: Mode) {
    // SAFETY: a complete tag; the lock belongs to the transaction and is released with it.
    unsafe {
        raw::LockAcquire(&tag(level, field2, field3), mode.server(), false, false);
    }
}

/// Takes the locks on relations that a flush needs, parts of its sources included, before any lock of the protocol:
/// whoever holds a source (`TRUNCATE`, `ALTER TABLE`) may be about to lock the TVIEW. The view comes before the table,
/// as in a drop, for which this waits. A relation that is gone may be locked.
pub fn lock_relations(tview: u32, view: u32, sources: &[u32]) {
    let share = pg_sys::AccessShareLock as c_int;
    // SAFETY: the locks belong to the transaction; the list of parts to the open SPI connection. Nothing inside the guard
    // has to be dropped.
    unsafe {
        raw::guarded(|| {
            for &source in sources {
                let source = pg_sys::Oid::from(source);
                raw::LockRelationOid(source, share);
                if raw::has_subclass(source) {
                    raw::find_all_inheritors(source, share, std::ptr::null_mut());
                }
            }
            raw::LockRelationOid(view.into(), share);
            raw::LockRelationOid(tview.into(), pg_sys::RowExclusiveLock as c_int);
        });
    }
}

/// Locks a TVIEW for a flush of some of its keys.
pub fn intend(tview: u32) {
    acquire(TVIEW_TAG, tview, 0, Mode::IntentExclusive);
}

/// Takes back one call of [`intend`] under which nothing has been done.
pub fn forgo(tview: u32) {
    // SAFETY: the transaction holds the lock; an earlier flush of it keeps its own hold.
    unsafe {
        pg_sys::LockRelease(
            &tag(TVIEW_TAG, tview, 0),
            Mode::IntentExclusive.server(),
            false,
        );
    }
}

/// Locks a TVIEW for a flush of all of it.
pub fn lock_whole(tview: u32) {
    locking(|| acquire(TVIEW_TAG, tview, 0, Mode::Exclusive));
}

/// Keeps other transactions from adding rows of a TVIEW to a table with metadata; returns whether it does, which without
/// waiting may fail.
pub fn lock_metadata(metadata: u32, tview: u32, wait: bool) -> bool {
    let tag = tag(METADATA_TAG, metadata, tview);
    // SAFETY: a complete tag; the lock belongs to the transaction and is released with it.
    let result =
        unsafe { raw::guarded(|| raw::LockAcquire(&tag, Mode::Exclusive.server(), false, !wait)) };
    result != pg_sys::LockAcquireResult::LOCKACQUIRE_NOT_AVAIL
}

/// Locks every key of a TVIEW that is already locked for a flush of some: for a flush that has found too many of them.
/// What the remaining edges lead to is among them.
pub fn lock_all_keys(tview: u32) {
    locking(|| acquire(EDGE_TAG, tview, KEY_EDGE, Mode::Exclusive));
}

thread_local! {
    /// Values the transaction has locked one by one.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Forgets the transaction that has ended. Cannot fail.
pub fn end_transaction() {
    HELD.set(0);
}

/// How many values a transaction locks one by one before it locks edges as wholes: a sixteenth of the lock table, so that
/// transactions that change a little of many TVIEWs do not fill it.
fn budget() -> usize {
    // SAFETY: server variables that are fixed at start.
    unsafe {
        let backends = i64::from(pg_sys::MaxBackends);
        usize::try_from(pg_sys::max_locks_per_xact as i64 * backends / 16).unwrap_or(0)
    }
}

fn threshold() -> usize {
    let setting = LOCK_ESCALATION_THRESHOLD.get();
    // SAFETY: a server variable that is fixed at start.
    usize::try_from(setting)
        .unwrap_or(unsafe { pg_sys::max_locks_per_xact }.clamp(1, i32::MAX) as usize)
}

/// Values and the types to hash them with.
type Values<'a> = (&'a HashedColumns, &'a KeySet);

/// Locks values of an edge: exclusively those climbed from, shared those newly `introduced`. Values of an edge
/// are locked in the order of their tags, after the edge itself, so that flushes at commit cannot deadlock. `whole`:
/// equal values of the edge may have different hashes, so it is locked instead of them.
pub fn lock_values(
    tview: u32,
    edge: u32,
    whole: bool,
    climbed: Values<'_>,
    introduced: Option<Values<'_>>,
) {
    if climbed.1.is_empty() && introduced.is_none_or(|(_, set)| set.is_empty()) {
        return;
    }
    locking(|| lock_all(tview, edge, whole, climbed, introduced));
}

fn lock_all(
    tview: u32,
    edge: u32,
    whole: bool,
    climbed: Values<'_>,
    introduced: Option<Values<'_>>,
) {
    let exclusives = climbed.1.len();
    let count = exclusives + introduced.map_or(0, |(_, set)| set.len());
    let (all, some) = if exclusives > 0 {
        (Mode::Exclusive, Mode::IntentExclusive)
    } else {
        (Mode::Shared, Mode::IntentShared)
    };
    let is_much = count > threshold() || HELD.get() + count > budget();
    if whole || is_much || !climbed.0.hashable() {
        acquire(EDGE_TAG, tview, edge, all);
        return;
    }
    let seed = (u64::from(tview) << 32) | u64::from(edge);
    let mut tags: Vec<(u64, Mode)> = Vec::with_capacity(count);
    let mut add = |(columns, set): Values<'_>, mode| {
        tags.extend(set.iter().map(|tuple| (columns.hash(tuple, seed), mode)));
    };
    add(climbed, Mode::Exclusive);
    if let Some(introduced) = introduced {
        add(introduced, Mode::Shared);
    }
    // The stronger mode of a tag stands first and is the one kept.
    tags.sort_unstable_by_key(|(tag, mode)| (*tag, *mode != Mode::Exclusive));
    tags.dedup_by_key(|(tag, _)| *tag);
    HELD.set(HELD.get() + tags.len());
    // SAFETY: nothing has to be dropped inside.
    unsafe {
        raw::guarded(|| {
            acquire_unguarded(EDGE_TAG, tview, edge, some);
            for &(tag, mode) in &tags {
                acquire_unguarded(VALUE_TAG, (tag >> 32) as u32, tag as u32, mode);
            }
        });
    }
}
