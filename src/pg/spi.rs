//! Statements run through SPI: prepared once per backend, on a snapshot the caller chooses.

use std::ffi::{c_char, CString};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::pg::planner::{self, Planned, Rules};

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
}

impl Statement {
    /// Prepares `sql`; needs an open connection.
    pub fn prepare(sql: &str, types: &[pg_sys::Oid], planning: Planning) -> Result<Self> {
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
            pg_sys::SPI_keepplan(plan);
            Ok(Statement {
                plan: ManuallyDrop::new(plan),
                rules: None,
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
        self.run(arguments, std::ptr::null(), snapshot)?;
        // SAFETY: set by the call above.
        Ok(unsafe { pg_sys::SPI_tuptable })
    }

    /// Runs a statement that returns no rows, with the values of a row as arguments; returns how many rows it wrote.
    pub fn write(&self, row: &Values, snapshot: pg_sys::Snapshot) -> Result<u64> {
        self.run(&row.values, row.nulls.as_ptr(), Some(snapshot))?;
        // SAFETY: set by the call above.
        Ok(unsafe { pg_sys::SPI_processed })
    }

    /// Runs a statement that returns no rows; returns how many it deleted.
    pub fn delete(&self, arguments: &[Datum], snapshot: pg_sys::Snapshot) -> Result<u64> {
        self.run(arguments, std::ptr::null(), Some(snapshot))?;
        // SAFETY: set by the call above.
        Ok(unsafe { pg_sys::SPI_processed })
    }

    fn run(
        &self,
        arguments: &[Datum],
        nulls: *const c_char,
        snapshot: Option<pg_sys::Snapshot>,
    ) -> Result<()> {
        let mut arguments = arguments.to_vec();
        let rules = self.rules.as_ref();
        let _planned = rules.map(|(text, rules)| Planned::begin(*text, rules));
        // SAFETY: as many arguments as the statement has parameters; `nulls` marks the null ones, or there are none.
        let code = unsafe {
            pg_sys::SPI_execute_snapshot(
                *self.plan,
                arguments.as_mut_ptr(),
                nulls,
                snapshot.unwrap_or(null_mut()),
                null_mut(),
                false,
                true,
                0,
            )
        };
        if code < 0 {
            return Err(Error::internal(format!(
                "statement failed with SPI code {code}"
            )));
        }
        Ok(())
    }

    /// Gives the plan back to the server.
    pub fn free(self) {
        // SAFETY: a kept plan that nothing else refers to.
        unsafe { pg_sys::SPI_freeplan(*self.plan) };
    }
}

/// Values of some columns of a row, as arguments of a statement.
pub struct Values {
    values: Vec<Datum>,
    /// Per value, `n` when it is null, as SPI has it.
    nulls: Vec<c_char>,
    pub types: Vec<pg_sys::Oid>,
}

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

    /// The first columns, as arguments of a statement; they stay in the result table.
    pub fn values(self, count: i32) -> Values {
        let datums: Vec<_> = (1..=count).map(|column| self.datum(column)).collect();
        Values {
            values: datums.iter().map(|d| d.unwrap_or(Datum::null())).collect(),
            nulls: datums
                .iter()
                .map(|d| if d.is_some() { b' ' } else { b'n' } as c_char)
                .collect(),
            // SAFETY: the columns are among those of the table.
            types: (1..=count)
                .map(|column| unsafe { pg_sys::SPI_gettypeid((*self.table).tupdesc, column) })
                .collect(),
        }
    }

    /// All columns: their values, and which of them are null. They stay in the result table.
    pub fn deform(self) -> (Vec<Datum>, Vec<bool>) {
        let count = self.columns() as usize;
        let mut values = vec![Datum::null(); count];
        let mut nulls = vec![true; count];
        // SAFETY: `index` is within the table, whose rows have the descriptor's columns.
        unsafe {
            pg_sys::heap_deform_tuple(
                *(*self.table).vals.add(self.index),
                (*self.table).tupdesc,
                values.as_mut_ptr(),
                nulls.as_mut_ptr(),
            );
        }
        (values, nulls)
    }

    /// What the result table's columns are.
    pub fn descriptor(self) -> pg_sys::TupleDesc {
        // SAFETY: a result table has a descriptor.
        unsafe { (*self.table).tupdesc }
    }

    /// The number of the column with a name; not positive when there is none.
    pub fn column_named(self, name: &str) -> i32 {
        let Ok(name) = CString::new(name) else {
            return 0;
        };
        // SAFETY: a result table has a descriptor; the name outlives the call.
        unsafe { pg_sys::SPI_fnumber((*self.table).tupdesc, name.as_ptr()) }
    }

    /// Number of columns.
    pub fn columns(self) -> i32 {
        // SAFETY: a result table has a descriptor.
        unsafe { (*(*self.table).tupdesc).natts }
    }

    /// Whether the column is null.
    pub fn is_null(self, column: i32) -> bool {
        self.datum(column).is_none()
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
