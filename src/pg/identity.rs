//! Whose rights and which settings the library's own statements run with.

use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, CStr, CString};
use std::mem::ManuallyDrop;

use pgrx::pg_sys;

use crate::pg::raw;

/// The user a block of work runs as; the former user returns when dropped.
pub struct RunAs {
    user: pg_sys::Oid,
    context: i32,
}

impl RunAs {
    /// Switches to `user`. `restricted` also forbids what would outlast the work, deferred triggers included.
    pub fn new(user: pg_sys::Oid, restricted: bool) -> Self {
        let (mut former, mut context) = (pg_sys::InvalidOid, 0);
        let mut added = pg_sys::SECURITY_LOCAL_USERID_CHANGE;
        if restricted {
            added |= pg_sys::SECURITY_RESTRICTED_OPERATION;
        }
        // SAFETY: saved and put back in pairs; a transaction abort puts back its own copy.
        unsafe {
            raw::GetUserIdAndSecContext(&mut former, &mut context);
            raw::SetUserIdAndSecContext(user, context | added as i32);
        }
        RunAs {
            user: former,
            context,
        }
    }
}

impl Drop for RunAs {
    fn drop(&mut self) {
        // SAFETY: what `new` saved.
        unsafe { raw::SetUserIdAndSecContext(self.user, self.context) };
    }
}

/// The schemas in which the library's own statements look names up.
const SEARCH_PATH: &CStr = c"pg_catalog, pg_temp";

/// Settings changed for a block of work; undone when dropped.
pub struct Settings {
    level: i32,
}

/// Settings that are opened when something first depends on them.
#[derive(Clone, Copy)]
enum Deferral {
    No,
    Waiting,
    /// At this level.
    Open(i32),
}

thread_local! {
    static DEFERRAL: Cell<Deferral> = const { Cell::new(Deferral::No) };
}

/// A block of work that opens its settings when they are needed: another search path makes the server look at its schemas
/// again, twice, which costs a small flush a tenth of its time.
pub struct Deferred(());

impl Deferred {
    pub fn begin() -> Self {
        DEFERRAL.set(Deferral::Waiting);
        // SAFETY: a variable of this backend.
        if unsafe { pg_sys::SessionReplicationRole }
            != pg_sys::SESSION_REPLICATION_ROLE_ORIGIN as c_int
        {
            Settings::needed();
        }
        Deferred(())
    }
}

impl Drop for Deferred {
    fn drop(&mut self) {
        if let Deferral::Open(level) = DEFERRAL.replace(Deferral::No) {
            drop(Settings { level });
        }
    }
}

impl Settings {
    /// Opens those of the work that is being done, if it has not yet: before a statement is analysed or run by the server, and before
    /// anything else that could look a name up.
    pub fn needed() {
        if matches!(DEFERRAL.get(), Deferral::Waiting) {
            DEFERRAL.set(Deferral::No);
            let settings = ManuallyDrop::new(Settings::open());
            DEFERRAL.set(Deferral::Open(settings.level));
        }
    }

    /// Opens a level of settings with the library's own search path, row security on, look-ups in full and JIT compilation off.
    pub fn open() -> Self {
        let settings = Settings::level();
        // SAFETY: the variables of these settings; a path is a C string.
        let (path, security, jit, role) = unsafe {
            (
                CStr::from_ptr(pg_sys::namespace_search_path),
                pg_sys::row_security,
                pg_sys::jit_enabled,
                pg_sys::SessionReplicationRole,
            )
        };
        if path != SEARCH_PATH {
            settings.set(c"search_path", SEARCH_PATH);
        }
        if !security {
            settings.set(c"row_security", c"on");
        }
        // Compiling a statement takes longer than a flush, and happens each time it runs.
        if jit {
            settings.set(c"jit", c"off");
        }
        // An index would give some of the rows that a look-up asks for.
        // SAFETY: a variable of this backend.
        if unsafe { pg_sys::GinFuzzySearchLimit } != 0 {
            settings.set(c"gin_fuzzy_search_limit", c"0");
        }
        // The writes of a flush are captured for TVIEWs that read them, also when the session has turned triggers off
        // since it queued them. Only a superuser may set this.
        if role != pg_sys::SESSION_REPLICATION_ROLE_ORIGIN as c_int {
            settings.set_as(
                c"session_replication_role",
                c"origin",
                pg_sys::GucContext::PGC_SUSET,
            );
        }
        settings
    }

    fn level() -> Self {
        // Levels are closed in the opposite order.
        Settings::needed();
        // SAFETY: paired with AtEOXact_GUC in `drop`, or undone by the abort after an error.
        let level = unsafe { raw::NewGUCNestLevel() };
        Settings { level }
    }

    /// Opens a level in which values are printed as a TVIEW has it; none when they are anyway.
    pub fn printing(printing: &Printing) -> Option<Self> {
        if printing.is_set() {
            return None;
        }
        let settings = Settings::level();
        settings.set_all(&printing.values);
        Some(settings)
    }

    /// Whether a setting has a value.
    fn is(name: &CStr, value: &CStr) -> bool {
        // SAFETY: the name outlives the call; what is returned is a C string.
        unsafe {
            let current = pg_sys::GetConfigOption(name.as_ptr(), true, false);
            !current.is_null() && CStr::from_ptr(current) == value
        }
    }

    /// Sets `name` for this level unless it has that value already.
    pub fn set(&self, name: &CStr, value: &CStr) {
        self.set_as(name, value, pg_sys::GucContext::PGC_USERSET);
    }

    fn set_as(&self, name: &CStr, value: &CStr, context: pg_sys::GucContext::Type) {
        if Self::is(name, value) {
            return;
        }
        // SAFETY: both strings outlive the call; the server copies what it keeps.
        unsafe {
            pg_sys::set_config_option(
                name.as_ptr(),
                value.as_ptr(),
                context,
                pg_sys::GucSource::PGC_S_SESSION,
                pg_sys::GucAction::GUC_ACTION_SAVE,
                true,
                0,
                false,
            );
        }
    }

    /// Sets each name to its value.
    pub fn set_all(&self, values: &[(CString, CString)]) {
        for (name, value) in values {
            self.set(name, value);
        }
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: closes the level opened in `open`.
            unsafe { pg_sys::AtEOXact_GUC(false, self.level) };
        }
    }
}

extern "C" {
    // Variables of settings that pgrx leaves out of its bindings.
    static bytea_output: c_int;
    static xmlbinary: c_int;
    static xmloption: c_int;
    static locale_monetary: *const c_char;
    static locale_numeric: *const c_char;
    static locale_time: *const c_char;
}

/// The settings that decide how a TVIEW prints values.
pub struct Printing {
    pub values: Vec<(CString, CString)>,
    /// Those of them that the server keeps no variable of.
    others: Vec<usize>,
    /// A state of the session in which it had these settings, but for the others.
    seen: RefCell<Option<Variables>>,
}

impl Printing {
    pub fn new(values: Vec<(CString, CString)>) -> Self {
        let others = (0..values.len()).filter(|i| !Variables::has(&values[*i].0));
        Printing {
            others: others.collect(),
            seen: RefCell::default(),
            values,
        }
    }

    /// Whether the session has these settings.
    fn is_set(&self) -> bool {
        let is = |(name, value): &(CString, CString)| Settings::is(name, value);
        let is_seen = self.seen.borrow().as_ref().is_some_and(Variables::are_now);
        if is_seen {
            return self.others.iter().all(|i| is(&self.values[*i]));
        }
        let is_set = self.values.iter().all(is);
        if is_set {
            self.seen.replace(Some(Variables::now()));
        }
        is_set
    }
}

/// Most of the settings that decide how values are printed, as the server keeps them: cheaper to compare than their texts.
struct Variables {
    plain: Plain,
    names: [CString; 4],
}

/// Those that are no names.
#[derive(PartialEq, Eq)]
struct Plain {
    numbers: [c_int; 7],
    switches: [bool; 4],
    /// Made once for each time zone and kept.
    zone: *const pg_sys::pg_tz,
}

impl Plain {
    fn now() -> Self {
        // SAFETY: variables of this backend.
        unsafe {
            Plain {
                numbers: [
                    pg_sys::DateStyle,
                    pg_sys::DateOrder,
                    pg_sys::IntervalStyle,
                    pg_sys::extra_float_digits,
                    bytea_output,
                    xmlbinary,
                    xmloption,
                ],
                switches: [
                    pg_sys::Array_nulls,
                    pg_sys::quote_all_identifiers,
                    pg_sys::standard_conforming_strings,
                    pg_sys::Transform_null_equals,
                ],
                zone: pg_sys::session_timezone,
            }
        }
    }
}

impl Variables {
    /// Whether a setting is one of those.
    fn has(name: &CStr) -> bool {
        const NAMES: [&CStr; 15] = [
            c"DateStyle",
            c"IntervalStyle",
            c"TimeZone",
            c"array_nulls",
            c"bytea_output",
            c"default_text_search_config",
            c"extra_float_digits",
            c"lc_monetary",
            c"lc_numeric",
            c"lc_time",
            c"quote_all_identifiers",
            c"standard_conforming_strings",
            c"transform_null_equals",
            c"xmlbinary",
            c"xmloption",
        ];
        NAMES.contains(&name)
    }

    fn now() -> Self {
        Variables {
            plain: Plain::now(),
            names: Self::names().map(CStr::to_owned),
        }
    }

    fn are_now(&self) -> bool {
        self.plain == Plain::now()
            && self
                .names
                .iter()
                .zip(Self::names())
                .all(|(a, b)| a.as_c_str() == b)
    }

    /// The names as they are now; they must not be kept.
    fn names<'a>() -> [&'a CStr; 4] {
        // SAFETY: variables of this backend, C strings, or null before they are set.
        unsafe {
            [
                locale_monetary,
                locale_numeric,
                locale_time,
                pg_sys::TSCurrentConfig,
            ]
            .map(|name| {
                if name.is_null() {
                    c""
                } else {
                    CStr::from_ptr(name)
                }
            })
        }
    }
}

/// Lifts READ ONLY for a block of work: a transaction that wrote and was then set read-only must still be able to
/// bring its TVIEWs up to date.
pub struct Writable(bool);

impl Writable {
    pub fn begin() -> Self {
        // SAFETY: a backend-local variable; put back when dropped, reset at the end of the transaction anyway.
        unsafe {
            let former = pg_sys::XactReadOnly;
            pg_sys::XactReadOnly = false;
            Writable(former)
        }
    }
}

impl Drop for Writable {
    fn drop(&mut self) {
        // SAFETY: see `begin`.
        unsafe { pg_sys::XactReadOnly = self.0 };
    }
}

extern "C" {
    /// `access/toast_compression.h`, which pgrx leaves out of its bindings: the variable of the setting.
    static mut default_toast_compression: c_int;
}

/// The server's letter for LZ4.
const LZ4: c_int = b'l' as c_int;

thread_local! {
    /// Whether the server has LZ4, once that has been asked.
    static HAS_LZ4: Cell<Option<bool>> = const { Cell::new(None) };
}

fn has_lz4() -> bool {
    if let Some(known) = HAS_LZ4.get() {
        return known;
    }
    // SAFETY: asks whether the setting takes the value, and sets nothing.
    let known = unsafe {
        pg_sys::set_config_option(
            c"default_toast_compression".as_ptr(),
            c"lz4".as_ptr(),
            pg_sys::GucContext::PGC_USERSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_SAVE,
            false,
            pg_sys::DEBUG5 as c_int,
            false,
        ) != 0
    };
    HAS_LZ4.set(Some(known));
    known
}

/// Long values are compressed with LZ4 for a block of work, where the server has it: pglz takes most of the time that a
/// document of some hundred elements needs. A method that a column has been given by name is kept.
pub struct Compression(c_int);

impl Compression {
    pub fn begin() -> Self {
        // SAFETY: a backend-local variable; put back when dropped, also after an error.
        unsafe {
            let former = default_toast_compression;
            if has_lz4() {
                default_toast_compression = LZ4;
            }
            Compression(former)
        }
    }
}

impl Drop for Compression {
    fn drop(&mut self) {
        // SAFETY: see `begin`.
        unsafe { default_toast_compression = self.0 };
    }
}
