//! Memory that all sessions of the server see, when it preloads the library: the counters of every TVIEW, and what
//! each session has queued. Without it every function here does nothing, and each session sees its own only.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{
    fence, AtomicI32, AtomicI64, AtomicPtr, AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

use pgrx::pg_sys;

use crate::pg::compat;
use crate::pg::stats::{Counters, COUNT_NAMES};
use crate::queue::{Queue, TviewId};

/// TVIEWs counted at the same time; past that, the one that was flushed least recently makes room.
const ENTRIES: usize = 1000;

/// TVIEWs named per session; a longer queue is shown with the first of them.
const NAMED: usize = 16;

const LOCK_NAME: &std::ffi::CStr = c"pg_tviews";

/// Counters of one TVIEW. `key` changes only under the exclusive lock, the rest under the shared one.
struct Entry {
    /// Database and table; 0 while the entry is free.
    key: AtomicU64,
    counts: [AtomicU64; COUNT_NAMES.len()],
    last_flush: AtomicI64,
}

/// What one session has queued. Written by that session only; `version` is odd meanwhile.
struct Slot {
    version: AtomicU32,
    pid: AtomicI32,
    database: AtomicU32,
    tview_count: AtomicU32,
    transaction: AtomicU64,
    queue_size: AtomicU64,
    enqueued_at: AtomicI64,
    tviews: [AtomicU32; NAMED],
}

/// The head of the shared memory; slots for all sessions follow it.
struct Shared {
    entries: [Entry; ENTRIES],
}

static SHARED: AtomicPtr<Shared> = AtomicPtr::new(null_mut());
static LOCK: AtomicPtr<pg_sys::LWLock> = AtomicPtr::new(null_mut());

static mut NEXT_SHMEM_REQUEST: pg_sys::shmem_request_hook_type = None;
static mut NEXT_SHMEM_STARTUP: pg_sys::shmem_startup_hook_type = None;

thread_local! {
    /// Entry that this session last found for a TVIEW.
    static LAST_FOUND: Cell<(u64, usize)> = const { Cell::new((0, 0)) };
    /// This session's slot says that something is queued.
    static PUBLISHED: Cell<bool> = const { Cell::new(false) };
}

/// Asks for the memory while the server starts and loads the library for all sessions.
pub fn register() {
    // SAFETY: runs in `_PG_init`; hooks set earlier are called in turn.
    unsafe {
        if pg_sys::process_shared_preload_libraries_in_progress {
            NEXT_SHMEM_REQUEST = pg_sys::shmem_request_hook;
            pg_sys::shmem_request_hook = Some(request);
            NEXT_SHMEM_STARTUP = pg_sys::shmem_startup_hook;
            pg_sys::shmem_startup_hook = Some(startup);
        }
    }
}

fn sessions() -> usize {
    // SAFETY: a server variable that is fixed before shared memory is asked for.
    usize::try_from(unsafe { pg_sys::MaxBackends }).unwrap_or(0)
}

fn size() -> usize {
    size_of::<Shared>() + sessions() * size_of::<Slot>()
}

/// SAFETY: called by the postmaster before it allocates shared memory.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn request() {
    unsafe {
        if let Some(next) = NEXT_SHMEM_REQUEST {
            next();
        }
        pg_sys::RequestAddinShmemSpace(size());
        pg_sys::RequestNamedLWLockTranche(LOCK_NAME.as_ptr(), 1);
    }
}

/// SAFETY: called by the postmaster once shared memory is there, and again after a crash.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn startup() {
    unsafe {
        if let Some(next) = NEXT_SHMEM_STARTUP {
            next();
        }
        let mut found = false;
        let memory = pg_sys::ShmemInitStruct(LOCK_NAME.as_ptr(), size(), &mut found);
        if !found {
            // All fields are atomics of integers, for which zeros are a value.
            memory.cast::<u8>().write_bytes(0, size());
        }
        SHARED.store(memory.cast(), Relaxed);
        let locks = pg_sys::GetNamedLWLockTranche(LOCK_NAME.as_ptr());
        LOCK.store(&raw mut (*locks).lock, Relaxed);
    }
}

fn shared() -> Option<&'static Shared> {
    // SAFETY: null, or the memory of `startup`, which lives as long as the process.
    unsafe { SHARED.load(Relaxed).as_ref() }
}

/// Whether all sessions of the server share their counters.
pub fn is_there() -> bool {
    shared().is_some()
}

fn slots() -> &'static [Slot] {
    match shared() {
        // SAFETY: `startup` made room for that many slots behind the head.
        Some(shared) => unsafe {
            std::slice::from_raw_parts((shared as *const Shared).add(1).cast(), sessions())
        },
        None => &[],
    }
}

fn own_slot() -> Option<&'static Slot> {
    slots().get(usize::try_from(compat::process_number()).ok()?)
}

/// Runs `f` with the lock on the keys of entries.
fn locked<R>(mode: pg_sys::LWLockMode::Type, f: impl FnOnce() -> R) -> R {
    let lock = LOCK.load(Relaxed);
    // SAFETY: set together with the memory; `f` only works on that memory.
    unsafe {
        pg_sys::LWLockAcquire(lock, mode);
        let result = f();
        pg_sys::LWLockRelease(lock);
        result
    }
}

fn key_of(tview: TviewId) -> u64 {
    // SAFETY: a variable of this process.
    let database = unsafe { pg_sys::MyDatabaseId }.to_u32();
    (u64::from(database) << 32) | u64::from(tview)
}

fn find(shared: &Shared, key: u64) -> Option<&Entry> {
    let (last_key, last_place) = LAST_FOUND.get();
    if last_key == key && shared.entries[last_place].key.load(Relaxed) == key {
        return Some(&shared.entries[last_place]);
    }
    let place = shared
        .entries
        .iter()
        .position(|entry| entry.key.load(Relaxed) == key)?;
    LAST_FOUND.set((key, place));
    Some(&shared.entries[place])
}

fn add(entry: &Entry, counters: &Counters) {
    for (shared, more) in entry.counts.iter().zip(counters.counts) {
        if more > 0 {
            shared.fetch_add(more, Relaxed);
        }
    }
    entry.last_flush.fetch_max(counters.last_flush, Relaxed);
}

/// Adds to the counters of a TVIEW.
pub fn count(tview: TviewId, counters: &Counters) {
    let Some(shared) = shared() else { return };
    let key = key_of(tview);
    let is_known = locked(pg_sys::LWLockMode::LW_SHARED, || {
        let entry = find(shared, key);
        if let Some(entry) = entry {
            add(entry, counters);
        }
        entry.is_some()
    });
    if is_known {
        return;
    }
    locked(pg_sys::LWLockMode::LW_EXCLUSIVE, || {
        let entry = find(shared, key).unwrap_or_else(|| claim(shared, key));
        add(entry, counters);
    });
}

/// Takes a free entry, or the one that was flushed least recently.
fn claim(shared: &Shared, key: u64) -> &Entry {
    let age = |entry: &&Entry| match entry.key.load(Relaxed) {
        0 => i64::MIN,
        _ => entry.last_flush.load(Relaxed),
    };
    let entry = shared
        .entries
        .iter()
        .min_by_key(age)
        .unwrap_or(&shared.entries[0]);
    for count in &entry.counts {
        count.store(0, Relaxed);
    }
    entry.last_flush.store(0, Relaxed);
    entry.key.store(key, Relaxed);
    entry
}

/// The counters of all TVIEWs of this database; none when they are not shared.
pub fn counters() -> Option<Vec<(TviewId, Counters)>> {
    let shared = shared()?;
    let database = key_of(0);
    Some(locked(pg_sys::LWLockMode::LW_SHARED, || {
        let mut all = Vec::new();
        for entry in &shared.entries {
            let key = entry.key.load(Relaxed);
            if key != 0 && key & !u64::from(u32::MAX) == database {
                let mut counters = Counters {
                    last_flush: entry.last_flush.load(Relaxed),
                    ..Counters::default()
                };
                for (mine, count) in counters.counts.iter_mut().zip(&entry.counts) {
                    *mine = count.load(Relaxed);
                }
                all.push((key as u32, counters));
            }
        }
        all
    }))
}

/// What a session has queued.
pub struct Session {
    pub pid: i32,
    pub transaction: u64,
    pub queue_size: u64,
    pub tviews: Vec<TviewId>,
    pub enqueued_at: i64,
}

/// Shows the other sessions what this one has queued.
pub fn publish(queue: &Queue, transaction: u64, enqueued_at: i64) {
    let Some(slot) = own_slot() else { return };
    let queue_size = queue.len() as u64;
    if queue_size == 0 && !PUBLISHED.get() {
        return;
    }
    write(slot, || {
        // SAFETY: variables of this process.
        unsafe {
            slot.pid.store(pg_sys::MyProcPid, Relaxed);
            slot.database.store(pg_sys::MyDatabaseId.to_u32(), Relaxed);
        }
        slot.transaction.store(transaction, Relaxed);
        slot.queue_size.store(queue_size, Relaxed);
        slot.enqueued_at.store(enqueued_at, Relaxed);
        let mut named = 0;
        for (place, tview) in slot.tviews.iter().zip(queue.tviews()) {
            place.store(tview, Relaxed);
            named += 1;
        }
        slot.tview_count.store(named, Relaxed);
    });
    PUBLISHED.set(queue_size > 0);
}

/// Nothing is queued any more. Cannot fail.
pub fn withdraw() {
    if PUBLISHED.replace(false) {
        if let Some(slot) = own_slot() {
            write(slot, || slot.queue_size.store(0, Relaxed));
        }
    }
}

fn write(slot: &Slot, f: impl FnOnce()) {
    let version = slot.version.load(Relaxed);
    slot.version.store(version.wrapping_add(1), Relaxed);
    fence(Release);
    f();
    slot.version.store(version.wrapping_add(2), Release);
}

/// What the other sessions of this database have queued.
pub fn other_sessions() -> Vec<Session> {
    // SAFETY: variables of this process.
    let (own, database) = unsafe { (pg_sys::MyProcPid, pg_sys::MyDatabaseId.to_u32()) };
    slots()
        .iter()
        .filter_map(|slot| read(slot, database))
        .filter(|session| session.pid != own)
        .collect()
}

/// Reads a slot, again when its session wrote meanwhile.
fn read(slot: &Slot, database: u32) -> Option<Session> {
    const ATTEMPTS: usize = 1000;
    for _ in 0..ATTEMPTS {
        let version = slot.version.load(Acquire);
        if slot.queue_size.load(Relaxed) == 0 || slot.database.load(Relaxed) != database {
            return None;
        }
        let session = Session {
            pid: slot.pid.load(Relaxed),
            transaction: slot.transaction.load(Relaxed),
            queue_size: slot.queue_size.load(Relaxed),
            tviews: slot
                .tviews
                .iter()
                .take(slot.tview_count.load(Relaxed) as usize)
                .map(|tview| tview.load(Relaxed))
                .collect(),
            enqueued_at: slot.enqueued_at.load(Relaxed),
        };
        fence(Acquire);
        if version.is_multiple_of(2) && slot.version.load(Relaxed) == version {
            return Some(session);
        }
        std::hint::spin_loop();
    }
    None
}
