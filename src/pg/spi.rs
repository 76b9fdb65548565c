//! Statements run through SPI: prepared once per backend, on a snapshot the caller chooses.

use std::cell::RefCell;
use std::ffi::{c_char, c_int, CString};
use std::mem::ManuallyDrop;
use std::ptr::{null, null_mut};

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::pg::boundary::boundary;
use crate::pg::direct::Program;
use crate::pg::identity::Settings;
use crate::pg::planner::{self, Planned, Rules};
use crate::pg::raw;

/// An open SPI connection; closes when dropped, also on the way of an error.
pub struct Connection(());

impl Connection {
    pub fn open() -> Result<Self> {
        // SAFETY: paired with SPI_finish in `drop`.
        let code = unsafe { pg_sys::SPI_connect() };
        if code == pg_sys::SPI_OK_CONNECT as i32 {
            Ok(Connection(()))
        } else {
            Err(Error::internal(format!(
                "SPI_connect failed with code {code}"
            )))
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // After an error the server's abort closes the connection itself.
        if !std::thread::panicking() {
            // SAFETY: closes the connection opened in `open`; nothing of its memory is referenced any more.
            unsafe { pg_sys::SPI_finish() };
        }
    }
}

/// How the planner may treat array parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Planning {
    /// Plan once; right for few values.
    Generic,
    /// Plan for the values at hand, as if the pages they are on were in memory.
    Cached,
    /// Plan for the values at hand; right for many.
    Custom,
}

/// A prepared statement kept for the backend's life. Kept plans are never freed by a destructor: at exit the server's
/// memory is gone before thread-locals are dropped; [`Statement::free`] is called when a plan is replaced.
#[derive(Debug)]
pub struct Statement {
    plan: ManuallyDrop<pg_sys::SPIPlanPtr>,
    /// For a statement of a flush: the place of its text, and how it is planned.
    rules: Option<(*const c_char, Rules)>,
    direct: RefCell<Direct>,
}

/// How a statement that is streamed is run.
#[derive(Debug)]
enum Direct {
    /// By the executor: it is planned for the values at hand.
    No,
    /// Not known yet, or not for the plan that there is now.
    Unknown,
    /// By the executor, as long as its plan is of this generation.
    NotBy(i32),
    By(Program),
}

impl Statement {
    /// Prepares `sql` and keeps it; needs an open connection.
    pub fn prepare(sql: &str, types: &[pg_sys::Oid], planning: Planning) -> Result<Self> {
        let statement = Self::for_now(sql, types, planning)?;
        // SAFETY: a plan that has just been made.
        unsafe { pg_sys::SPI_keepplan(*statement.plan) };
        Ok(statement)
    }

    /// Prepares `sql` for as long as the connection is open.
    pub fn for_now(sql: &str, types: &[pg_sys::Oid], planning: Planning) -> Result<Self> {
        Settings::needed();
        let text =
            CString::new(sql).map_err(|_| Error::internal("statement contains a NUL byte"))?;
        let mut types = types.to_vec();
        let options = match planning {
            Planning::Generic => pg_sys::CURSOR_OPT_GENERIC_PLAN,
            Planning::Cached | Planning::Custom => pg_sys::CURSOR_OPT_CUSTOM_PLAN,
        };
        // SAFETY: text and types outlive the call, which copies both.
        unsafe {
            let plan = pg_sys::SPI_prepare_cursor(
                text.as_ptr(),
                types.len() as i32,
                types.as_mut_ptr(),
                options as i32,
            );
            if plan.is_null() {
                let code = pg_sys::SPI_result;
                return Err(Error::internal(format!(
                    "could not prepare \"{sql}\": SPI code {code}"
                )));
            }
            Ok(Statement {
                plan: ManuallyDrop::new(plan),
                rules: None,
                direct: RefCell::new(match planning {
                    Planning::Generic => Direct::Unknown,
                    Planning::Cached | Planning::Custom => Direct::No,
                }),
            })
        }
    }

    /// The same statement, to be planned as one of a flush.
    #[must_use]
    pub fn for_flush(mut self, rules: Rules) -> Self {
        // SAFETY: a kept plan.
        self.rules = Some((unsafe { planner::text_of(*self.plan) }, rules));
        self
    }

    /// Runs the statement on `snapshot`, or as SPI chooses when there is none; returns the result table.
    pub fn execute(
        &self,
        arguments: &[Datum],
        snapshot: Option<pg_sys::Snapshot>,
    ) -> Result<*mut pg_sys::SPITupleTable> {
        self.run(arguments, snapshot)?;
        // SAFETY: set by the call above.
        Ok(unsafe { pg_sys::SPI_tuptable })
    }

    /// Runs a query on the active snapshot and hands its rows to `sink` as they come.
    pub fn stream(&self, arguments: &[Datum], sink: &mut dyn Sink) -> Result<()> {
        let mut direct = self.direct.try_borrow_mut().ok();
        if let Some(Direct::By(program)) = direct.as_deref_mut() {
            program.lock();
            if let Some(plan) = self.valid_plan(program) {
                // SAFETY: the program's plan, which stays: only this statement makes another one, and it is borrowed.
                unsafe { return program.run(plan, arguments, sink) };
            }
        }
        Settings::needed();
        let rules = self.rules.as_ref();
        let _planned = rules.map(|(text, rules)| Planned::begin(*text, rules));
        if let Some(direct) = direct.as_deref_mut() {
            if let Some(plan) = self.direct_plan(direct) {
                match direct {
                    // SAFETY: the plan held is the program's; as many arguments as the statement has parameters.
                    Direct::By(program) if program.may_run() => unsafe {
                        return program.run(plan.0, arguments, sink);
                    },
                    _ => {}
                }
            }
        }
        drop(direct);
        let mut receiver = Receiver {
            base: pg_sys::DestReceiver {
                receiveSlot: Some(receive),
                rStartup: Some(begin),
                rShutdown: Some(end),
                rDestroy: Some(end),
                mydest: pg_sys::CommandDest::DestTuplestore,
            },
            sink,
            // SAFETY: reads a variable of this backend.
            context: unsafe { pg_sys::error_context_stack },
        };
        // SAFETY: as many arguments as the statement has parameters; the receiver outlives the call.
        let code = unsafe {
            let mut options = pg_sys::SPIExecuteOptions {
                // The active snapshot is used as it is.
                read_only: true,
                dest: (&raw mut receiver).cast(),
                ..pg_sys::SPIExecuteOptions::default()
            };
            raw::guarded(|| {
                options.params = raw::makeParamList(arguments.len() as c_int);
                let places = (*options.params).params.as_mut_slice(arguments.len());
                for (i, (place, value)) in places.iter_mut().zip(arguments).enumerate() {
                    *place = pg_sys::ParamExternData {
                        value: *value,
                        isnull: false,
                        pflags: pg_sys::PARAM_FLAG_CONST as u16,
                        ptype: raw::SPI_getargtypeid(*self.plan, i as c_int),
                    };
                }
                raw::SPI_execute_plan_extended(*self.plan, &options)
            })
        };
        check(code)
    }

    /// The plan of a program whose tables are locked, when it is valid whatever the user and the settings, as the plan cache would find,
    /// and the user may run it. Every name in it is qualified, so it is valid under any search path.
    fn valid_plan(&self, program: &Program) -> Option<*mut pg_sys::CachedPlan> {
        let source = self.source()?;
        // SAFETY: a kept plan's source, which may have lost its plan.
        unsafe {
            let source = &*source;
            let plan = source.gplan;
            let is_valid = source.is_valid
                && !source.dependsOnRLS
                && !plan.is_null()
                && (*plan).is_valid
                && !(*plan).dependsOnRole
                && (*plan).saved_xmin == pg_sys::InvalidTransactionId
                && (*plan).generation == program.generation;
            (is_valid && !program.depends_on_settings && program.may_run()).then_some(plan)
        }
    }

    /// The plan, when the executor is not needed for it, with the program for it in place.
    fn direct_plan(&self, direct: &mut Direct) -> Option<Held> {
        match direct {
            Direct::No => return None,
            Direct::NotBy(generation) if self.generation()? == *generation => return None,
            Direct::NotBy(_) | Direct::Unknown | Direct::By(_) => {}
        }
        let plan = Held::of(*self.plan)?;
        // SAFETY: a plan that is held.
        let generation = unsafe { (*plan.0).generation };
        if !matches!(direct, Direct::By(program) if program.generation == generation) {
            if let Direct::By(program) = std::mem::replace(direct, Direct::NotBy(generation)) {
                program.free();
            }
            let (_, rules) = self.rules.as_ref()?;
            // SAFETY: a plan of the cache; no other generation is run with the program.
            *direct = Direct::By(unsafe { Program::of(plan.0, rules.builders.object) }?);
        }
        Some(plan)
    }

    /// Whether it ran without the executor last.
    #[cfg(feature = "pg_test")]
    pub fn is_direct(&self) -> bool {
        matches!(*self.direct.borrow(), Direct::By(_))
    }

    /// Number of the plan that is kept now.
    fn generation(&self) -> Option<i32> {
        // SAFETY: a kept plan's source.
        self.source().map(|source| unsafe { (*source).generation })
    }

    /// What its plans are made from; none unless it is one statement.
    fn source(&self) -> Option<*mut pg_sys::CachedPlanSource> {
        // SAFETY: a kept plan.
        unsafe {
            let sources = pg_sys::SPI_plan_get_plan_sources(*self.plan);
            (!sources.is_null() && (*sources).length == 1)
                .then(|| (*(*sources).elements).ptr_value.cast())
        }
    }

    fn run(&self, arguments: &[Datum], snapshot: Option<pg_sys::Snapshot>) -> Result<()> {
        Settings::needed();
        let mut arguments = arguments.to_vec();
        let rules = self.rules.as_ref();
        let _planned = rules.map(|(text, rules)| Planned::begin(*text, rules));
        // SAFETY: as many arguments as the statement has parameters, none of them null.
        let code = unsafe {
            pg_sys::SPI_execute_snapshot(
                *self.plan,
                arguments.as_mut_ptr(),
                null(),
                snapshot.unwrap_or(null_mut()),
                null_mut(),
                false,
                true,
                0,
            )
        };
        check(code)
    }

    /// Gives the plan back to the server.
    pub fn free(self) {
        if let Direct::By(program) = self.direct.into_inner() {
            program.free();
        }
        // SAFETY: a kept plan that nothing else refers to.
        unsafe { pg_sys::SPI_freeplan(*self.plan) };
    }
}

/// A plan of the cache, valid, with the tables it reads locked; let go when dropped.
struct Held(*mut pg_sys::CachedPlan);

impl Held {
    fn of(plan: pg_sys::SPIPlanPtr) -> Option<Self> {
        // SAFETY: a kept plan; the connection is open.
        let held = unsafe { pg_sys::SPI_plan_get_cached_plan(plan) };
        (!held.is_null()).then_some(Held(held))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: held for the current resource owner since `of`.
            unsafe { pg_sys::ReleaseCachedPlan(self.0, pg_sys::CurrentResourceOwner) };
        }
    }
}

fn check(code: i32) -> Result<()> {
    if code < 0 {
        return Err(Error::internal(format!(
            "statement failed with SPI code {code}"
        )));
    }
    Ok(())
}

/// Takes the rows of a query while it runs.
pub trait Sink {
    /// Before the first row, also when there is none.
    ///
    /// # Safety
    /// `columns` must be a valid descriptor.
    unsafe fn begin(&mut self, columns: pg_sys::TupleDesc) -> Result<()>;

    /// A row: its values, which do not outlive the call, and which of them are null.
    ///
    /// # Safety
    /// They must be values of the columns.
    unsafe fn row(&mut self, values: &[Datum], nulls: &[bool]) -> Result<()>;
}

/// A sink as the executor knows it.
#[repr(C)]
struct Receiver<'a> {
    base: pg_sys::DestReceiver,
    sink: &'a mut dyn Sink,
    /// What is done with a row is no part of the query: errors do not name it.
    context: *mut pg_sys::ErrorContextCallback,
}

impl Receiver<'_> {
    /// Runs `f` as the body of a callback.
    ///
    /// # Safety
    /// As for [`boundary`]; `this` must be a receiver.
    unsafe fn call<R: Copy>(
        this: *mut pg_sys::DestReceiver,
        f: impl FnOnce(&mut dyn Sink) -> Result<R>,
    ) -> R {
        // SAFETY: forwarded; the stack is put back, or by who catches the error.
        unsafe {
            let receiver = &mut *this.cast::<Receiver<'_>>();
            let of_query = pg_sys::error_context_stack;
            pg_sys::error_context_stack = receiver.context;
            let result = boundary(|| f(receiver.sink));
            pg_sys::error_context_stack = of_query;
            result
        }
    }
}

/// SAFETY of the three: called by the executor with the receiver it was given, for rows of the query; nothing is in these
/// frames but what `boundary` keeps.
unsafe extern "C-unwind" fn begin(
    receiver: *mut pg_sys::DestReceiver,
    _operation: c_int,
    columns: pg_sys::TupleDesc,
) {
    unsafe { Receiver::call(receiver, |sink| sink.begin(columns)) }
}

unsafe extern "C-unwind" fn receive(
    slot: *mut pg_sys::TupleTableSlot,
    receiver: *mut pg_sys::DestReceiver,
) -> bool {
    unsafe {
        Receiver::call(receiver, |sink| {
            let count = (*(*slot).tts_tupleDescriptor).natts as usize;
            if ((*slot).tts_nvalid as usize) < count {
                pg_sys::slot_getsomeattrs_int(slot, count as i32);
            }
            let values = std::slice::from_raw_parts((*slot).tts_values, count);
            let nulls = std::slice::from_raw_parts((*slot).tts_isnull, count);
            sink.row(values, nulls)?;
            Ok(true)
        })
    }
}

unsafe extern "C-unwind" fn end(_receiver: *mut pg_sys::DestReceiver) {}

/// A row of a result table.
#[derive(Clone, Copy)]
pub struct Row {
    table: *mut pg_sys::SPITupleTable,
    index: usize,
}

/// The rows of a result table.
///
/// # Safety
/// `table` must be a result of the open connection and stay alive while rows are used.
pub unsafe fn rows(table: *mut pg_sys::SPITupleTable) -> impl Iterator<Item = Row> {
    let count = if table.is_null() {
        0
    } else {
        // SAFETY: not null, so a result table.
        unsafe { (*table).numvals as usize }
    };
    (0..count).map(move |index| Row { table, index })
}

/// Hands the rows of a result table to a sink.
///
/// # Safety
/// As for `rows`.
pub unsafe fn hand_over(table: *mut pg_sys::SPITupleTable, sink: &mut dyn Sink) -> Result<()> {
    if table.is_null() {
        return Err(Error::internal("the statement is no query"));
    }
    // SAFETY: forwarded.
    unsafe {
        sink.begin((*table).tupdesc)?;
        for row in rows(table) {
            let (values, nulls): (Vec<_>, Vec<_>) = (1..=row.columns())
                .map(|column| row.datum(column))
                .map(|datum| (datum.unwrap_or(Datum::null()), datum.is_none()))
                .unzip();
            sink.row(&values, &nulls)?;
        }
    }
    Ok(())
}

impl Row {
    /// The column's datum (counted from 1), or none when null.
    pub fn datum(self, column: i32) -> Option<Datum> {
        let mut null = false;
        // SAFETY: `index` is within the table; SPI checks the column number.
        let datum = unsafe {
            pg_sys::SPI_getbinval(
                *(*self.table).vals.add(self.index),
                (*self.table).tupdesc,
                column,
                &mut null,
            )
        };
        (!null).then_some(datum)
    }

    /// Number of columns.
    pub fn columns(self) -> i32 {
        // SAFETY: a result table has a descriptor.
        unsafe { (*(*self.table).tupdesc).natts }
    }

    /// The column as text; none when null.
    pub fn text(self, column: i32) -> Option<String> {
        // SAFETY: `index` is within the table; SPI checks the column number.
        unsafe {
            let text = pg_sys::SPI_getvalue(
                *(*self.table).vals.add(self.index),
                (*self.table).tupdesc,
                column,
            );
            (!text.is_null()).then(|| {
                std::ffi::CStr::from_ptr(text)
                    .to_string_lossy()
                    .into_owned()
            })
        }
    }

    /// The column as a Rust value; none when null.
    pub fn get<T: pgrx::FromDatum>(self, column: i32) -> Option<T> {
        // SAFETY: callers name the type the statement gives the column.
        self.datum(column)
            .and_then(|datum| unsafe { T::from_datum(datum, false) })
    }

    /// The column as a Rust value; an internal error when null.
    pub fn require<T: pgrx::FromDatum>(self, column: i32) -> Result<T> {
        self.get(column)
            .ok_or_else(|| Error::internal(format!("column {column} of a catalog row is null")))
    }
}
