//! What long work on TVIEWs is at, for other sessions to see (`pg_tviews_progress`).
//!
//! It stands where the server keeps the progress of its own long commands, under a number of a command that none of them
//! has: no transaction hides it, nothing has to be preloaded, and an error or the end of the session clears it.

use std::ffi::CStr;

use pgrx::pg_sys;

use crate::pg::compat;
use crate::queue::TviewId;

const COMMAND: pg_sys::ProgressCommandType::Type = 0x7456;
const NONE: pg_sys::ProgressCommandType::Type =
    pg_sys::ProgressCommandType::PROGRESS_COMMAND_INVALID;

/// Parameters of a progress entry: phase, rows, start, then the names. They are given as text since the table may have been
/// created by a transaction that nobody else sees yet.
const PHASE: usize = 0;
const ROWS: usize = 1;
const START: usize = 2;
const NAME: usize = 3;
const SCHEMA: usize = NAME + NAME_PARAMETERS;
const NAME_PARAMETERS: usize = pg_sys::NAMEDATALEN as usize / size_of::<i64>();
const PARAMETERS: usize = SCHEMA + NAME_PARAMETERS;

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
    if command() == COMMAND {
        // SAFETY: the parameters are there.
        unsafe { pg_sys::pgstat_progress_update_param(ROWS as i32, rows) };
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
        }
        Shown(free)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // After an error the server clears the entry itself.
        if self.0 && !std::thread::panicking() {
            end();
        }
    }
}

/// What one session is at.
pub struct Report {
    pub session: i32,
    pub role: u32,
    pub tview: TviewId,
    pub schema: String,
    pub name: String,
    pub phase: &'static str,
    /// None where they are not counted.
    pub rows: Option<i64>,
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
            let (phase, name) = PHASES
                .into_iter()
                .find(|(phase, _)| *phase as i64 == values[PHASE])?;
            Some(Report {
                session: entry.st_procpid,
                role: entry.st_userid.to_u32(),
                tview: entry.st_progress_command_target.to_u32(),
                schema: unpack(&values[SCHEMA..SCHEMA + NAME_PARAMETERS]),
                name: unpack(&values[NAME..NAME + NAME_PARAMETERS]),
                phase: name,
                rows: (phase == Phase::Filling).then_some(values[ROWS]),
                started_at: values[START],
            })
        })
        .collect()
}
