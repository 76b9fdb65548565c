//! What long work on TVIEWs is at, for other sessions to see (`pg_tviews_progress`).
//!
//! It stands where the server keeps the progress of its own long commands, under a number of a command that none of them
//! has: no transaction hides it, nothing has to be preloaded, and an error or the end of the session clears it.

use std::cell::Cell;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::boundary::boundary;
use crate::pg::compat;
use crate::queue::TviewId;

const COMMAND: pg_sys::ProgressCommandType::Type = 0x7456;
const NONE: pg_sys::ProgressCommandType::Type =
    pg_sys::ProgressCommandType::PROGRESS_COMMAND_INVALID;

/// Parameters of a progress entry: phase, rows done and expected, start, then the names. They are given as text since the table may have been
/// created by a transaction that nobody else sees yet.
const PHASE: usize = 0;
const DONE: usize = 1;
const TOTAL: usize = 2;
const START: usize = 3;
const NAME: usize = 4;
const SCHEMA: usize = NAME + NAME_PARAMETERS;
const NAME_PARAMETERS: usize = pg_sys::NAMEDATALEN as usize / size_of::<i64>();
const PARAMETERS: usize = SCHEMA + NAME_PARAMETERS;

/// A number of rows that nobody counts.
const UNKNOWN: i64 = -1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The whole table is compared with its view.
    Comparing,
    /// Rows are filled in, batch by batch.
    Filling,
}

const PHASES: [(Phase, &str); 2] = [(Phase::Comparing, "comparing"), (Phase::Filling, "filling")];

/// What the session's entry is used for.
fn command() -> pg_sys::ProgressCommandType::Type {
    // SAFETY: the session's own entry, null before there is one; only the session writes it.
    unsafe {
        let entry = pg_sys::MyBEEntry;
        if entry.is_null() {
            NONE
        } else {
            (&raw const (*entry).st_progress_command).read_volatile()
        }
    }
}

/// Shows that a phase has begun.
fn begin(tview: TviewId, phase: Phase) {
    let mut values = [0i64; PARAMETERS];
    values[PHASE] = phase as i64;
    values[DONE] = UNKNOWN;
    values[TOTAL] = UNKNOWN;
    let relation = pg_sys::Oid::from(tview);
    // SAFETY: catalog look-ups that give null for what is not there; the names are C strings.
    unsafe {
        values[START] = pg_sys::GetCurrentTimestamp();
        let schema = pg_sys::get_namespace_name(pg_sys::get_rel_namespace(relation));
        for (first, name) in [(NAME, pg_sys::get_rel_name(relation)), (SCHEMA, schema)] {
            if !name.is_null() {
                pack(
                    CStr::from_ptr(name).to_bytes(),
                    &mut values[first..first + NAME_PARAMETERS],
                );
            }
        }
        pg_sys::pgstat_progress_start_command(COMMAND, relation);
        let places: Vec<i32> = (0..PARAMETERS as i32).collect();
        pg_sys::pgstat_progress_update_multi_param(
            PARAMETERS as i32,
            places.as_ptr(),
            values.as_ptr(),
        );
    }
}

fn pack(text: &[u8], into: &mut [i64]) {
    for (value, bytes) in into.iter_mut().zip(text.chunks(size_of::<i64>())) {
        let mut word = [0; size_of::<i64>()];
        word[..bytes.len()].copy_from_slice(bytes);
        *value = i64::from_ne_bytes(word);
    }
}

fn unpack(values: &[i64]) -> String {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_ne_bytes())
        .collect();
    let end = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Shows how many rows have been filled in.
pub fn filled(tview: TviewId, rows: i64) {
    if command() == NONE {
        begin(tview, Phase::Filling);
    }
    update(DONE, rows);
}

fn update(parameter: usize, value: i64) {
    if command() == COMMAND {
        // SAFETY: the parameter is there.
        unsafe { pg_sys::pgstat_progress_update_param(parameter as i32, value) };
    }
}

/// Nothing is shown any more.
pub fn end() {
    if command() == COMMAND {
        // SAFETY: changes the session's own entry.
        unsafe { pg_sys::pgstat_progress_end_command() };
    }
}

/// A phase shown while the value lives, unless the session shows something already: a command of the server, or the work
/// that this one is a part of.
pub struct Shown(bool);

impl Shown {
    pub fn comparing(tview: TviewId) -> Self {
        let free = command() == NONE;
        if free {
            begin(tview, Phase::Comparing);
            COUNT_NEXT.store(true, Ordering::Relaxed);
        }
        Shown(free)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        COUNT_NEXT.store(false, Ordering::Relaxed);
        // After an error the server clears the entry itself.
        if self.0 && !std::thread::panicking() {
            end();
        }
    }
}

/// Rows that the statement for a whole TVIEW computes are counted where its plan collects them (`fresh` in
/// `analyze::sql`): the function that gives the next one is wrapped. Other statements are not concerned.
static COUNT_NEXT: AtomicBool = AtomicBool::new(false);

/// The first number of rows that is worth a NOTICE; every doubling of it is another.
const FIRST_NOTICE: i64 = 100_000;

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { next_row: None, rows: 0, total: 0, notice: 0 }) };
    /// Somebody waits for the rows and is told how far they are.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone, Copy)]
struct Count {
    next_row: pg_sys::ExecProcNodeMtd,
    rows: i64,
    total: i64,
    /// The number of rows at which the next NOTICE is due.
    notice: i64,
}

/// While it lives, NOTICEs tell how far a TVIEW that is filled or compared as a whole is.
pub struct Told(());

impl Told {
    pub fn begin() -> Self {
        TOLD.set(true);
        Told(())
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        TOLD.set(false);
    }
}

/// Whether the query that is about to run is one whose rows are to be counted. True once.
pub fn counts_next_query() -> bool {
    COUNT_NEXT.load(Ordering::Relaxed) && COUNT_NEXT.swap(false, Ordering::Relaxed)
}

/// Has the rows of a query counted that is about to run.
///
/// # Safety
/// The query has been started and not run.
pub unsafe fn count_rows(query: *mut pg_sys::QueryDesc) {
    // SAFETY: the states of the plan's nodes, which live until the query ends; their kind is checked.
    unsafe {
        let collected = collected_rows(query);
        let Some(node) = collected.as_mut() else {
            return;
        };
        let total = (*node.plan).plan_rows as i64;
        let notice = if TOLD.get() { FIRST_NOTICE } else { i64::MAX };
        COUNT.set(Count {
            next_row: node.ExecProcNodeReal,
            rows: 0,
            total,
            notice,
        });
        pg_sys::ExecSetExecProcNode(node, Some(counted_row));
        update(DONE, 0);
        update(TOTAL, total);
    }
}

/// The node that collects the rows of the view, which the part that inserts reads, or gives them all when nothing is compared;
/// null when there is none.
unsafe fn collected_rows(query: *mut pg_sys::QueryDesc) -> *mut pg_sys::PlanState {
    // SAFETY: as in `count_rows`.
    unsafe {
        let parts = (*(*query).estate).es_auxmodifytables;
        if parts.is_null() {
            return (*query).planstate;
        }
        for i in 0..pg_sys::list_length(parts) {
            let part: *mut pg_sys::ModifyTableState = pg_sys::list_nth(parts, i).cast();
            if (*part).operation != pg_sys::CmdType::CMD_INSERT {
                continue;
            }
            let mut node = (*part).ps.lefttree;
            while !node.is_null() {
                if (*node).type_ == pg_sys::NodeTag::T_CteScanState {
                    return (*node.cast::<pg_sys::CteScanState>()).cteplanstate;
                }
                node = (*node).lefttree;
            }
        }
        std::ptr::null_mut()
    }
}

/// SAFETY: called by the executor for the node of `count_rows`; what can fail is the call it stands for or inside `boundary`.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn counted_row(
    node: *mut pg_sys::PlanState,
) -> *mut pg_sys::TupleTableSlot {
    unsafe {
        let mut count = COUNT.get();
        let Some(next_row) = count.next_row else {
            return std::ptr::null_mut();
        };
        let row = next_row(node);
        if !row.is_null() && (*row).tts_flags & pg_sys::TTS_FLAG_EMPTY as u16 == 0 {
            // As it is after the call: nobody else counts meanwhile.
            count.rows += 1;
            let is_due = count.rows == count.notice;
            if is_due {
                count.notice *= 2;
            }
            COUNT.set(count);
            update(DONE, count.rows);
            if is_due {
                boundary(|| {
                    tell(count);
                    Ok(())
                });
            }
        }
        row
    }
}

fn tell(count: Count) {
    let message = if count.rows < count.total {
        format!("{} of about {} rows are computed", count.rows, count.total)
    } else {
        format!("{} rows are computed", count.rows)
    };
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
        message,
        "pg_tviews",
    )
    .report(PgLogLevel::NOTICE);
}

/// What one session is at.
pub struct Report {
    pub session: i32,
    pub role: u32,
    pub tview: TviewId,
    pub schema: String,
    pub name: String,
    pub phase: &'static str,
    /// None where they are not counted, or not yet.
    pub rows: Option<i64>,
    /// How many the planner expects.
    pub total: Option<i64>,
    pub started_at: i64,
}

/// The sessions of this database that are at something.
pub fn all() -> Vec<Report> {
    // SAFETY: a variable of this process.
    let database = unsafe { pg_sys::MyDatabaseId };
    compat::sessions()
        .into_iter()
        .filter(|entry| entry.st_progress_command == COMMAND && entry.st_databaseid == database)
        .filter_map(|entry| {
            let values = &entry.st_progress_param;
            let (_, name) = PHASES
                .into_iter()
                .find(|(phase, _)| *phase as i64 == values[PHASE])?;
            Some(Report {
                session: entry.st_procpid,
                role: entry.st_userid.to_u32(),
                tview: entry.st_progress_command_target.to_u32(),
                schema: unpack(&values[SCHEMA..SCHEMA + NAME_PARAMETERS]),
                name: unpack(&values[NAME..NAME + NAME_PARAMETERS]),
                phase: name,
                rows: (values[DONE] != UNKNOWN).then_some(values[DONE]),
                total: (values[TOTAL] != UNKNOWN).then_some(values[TOTAL]),
                started_at: values[START],
            })
        })
        .collect()
}
