//! Queries that are look-ups in indexes, nested in one another, run without the executor: setting its nodes up and taking
//! them down costs more than such a query does.
//!
//! What runs is the server's own plan, found, checked and locked by the plan cache as for any statement. Its expressions
//! are set up once per plan and kept with it; of a run are only the open relations, their scans and the rows in them. A
//! plan with any other node, or an expression that is not known to need nothing of the executor, is left to that. Follows
//! `ExecNestLoop` and `ExecIndexScan` of the server.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr::{addr_of, null_mut};

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::Result;
use crate::pg::compat;
use crate::pg::raw;
use crate::pg::spi::Sink;

/// A plan, prepared to be run any number of times.
#[derive(Debug)]
pub struct Program {
    /// Of the plan, in its source.
    pub generation: i32,
    nodes: Vec<Node>,
    root: usize,
    /// What outer rows pass to the scans within them, by the number of the parameter.
    passed: *mut pg_sys::ParamExecData,
    columns: pg_sys::TupleDesc,
    /// What its expressions call.
    functions: BTreeSet<u32>,
    /// One of these may depend on more than its arguments.
    pub depends_on_settings: bool,
    /// Everything the server keeps for it.
    memory: pg_sys::MemoryContext,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    /// What the row of the node is made of.
    values: Vec<Value>,
    row: *mut pg_sys::TupleTableSlot,
    filter: *mut pg_sys::ExprState,
    /// Where its expressions are evaluated; what they leave is kept until the next row.
    context: *mut pg_sys::ExprContext,
}

#[derive(Debug)]
enum Kind {
    Scan(Scan),
    Loop(Loop),
}

/// Rows of a table by a look-up in one of its indexes.
#[derive(Debug)]
struct Scan {
    table: pg_sys::Oid,
    index: pg_sys::Oid,
    conditions: Vec<pg_sys::ScanKeyData>,
    /// What the conditions compare with.
    operands: Vec<Operand>,
    /// Where that is evaluated; what is left there is kept until the next look-up.
    context: *mut pg_sys::ExprContext,
    /// Columns of the table up to the last one that is copied.
    columns: i32,
    open: Option<Open>,
    /// An operand is null: nothing equals it.
    is_empty: bool,
}

/// A scan while the program runs.
#[derive(Debug)]
struct Open {
    table: pg_sys::Relation,
    index: pg_sys::Relation,
    scan: pg_sys::IndexScanDesc,
    row: *mut pg_sys::TupleTableSlot,
}

/// For each row of one node the rows of another.
#[derive(Debug)]
struct Loop {
    outer: usize,
    inner: usize,
    /// Parameters and the outer columns they are, from 0.
    passed: Vec<(usize, usize)>,
    condition: *mut pg_sys::ExprState,
    kind: pg_sys::JoinType::Type,
    /// One row within suffices.
    is_single: bool,
    /// The row within where there is none.
    nothing: *mut pg_sys::TupleTableSlot,
    needs_outer: bool,
    has_matched: bool,
}

#[derive(Debug)]
enum Value {
    /// Column of the table, from 0.
    Scanned(usize),
    Outer(usize),
    Inner(usize),
    /// An expression, and whether its value may be one that functions change in place.
    Computed(*mut pg_sys::ExprState, bool),
}

#[derive(Debug)]
enum Operand {
    /// Argument of the statement, from 0.
    Argument(usize),
    Passed(usize),
    Fixed(Datum),
    Computed(*mut pg_sys::ExprState),
}

/// A program while it runs; what it has computed is forgotten when dropped, also on the way of an error.
struct Running<'a>(&'a mut Program);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        for node in &mut self.0.nodes {
            // SAFETY: memory of the program, which no open relation refers to.
            unsafe {
                raw::MemoryContextReset((*node.context).ecxt_per_tuple_memory);
                if let Kind::Scan(scan) = &mut node.kind {
                    raw::MemoryContextReset((*scan.context).ecxt_per_tuple_memory);
                }
            }
        }
    }
}

impl Program {
    /// Prepares a plan; none when it has to be left to the executor. `builder` is the library's function that builds documents.
    ///
    /// # Safety
    /// It must be a plan of the cache, which lives as long as the program.
    pub unsafe fn of(plan: *mut pg_sys::CachedPlan, builder: pg_sys::Oid) -> Option<Self> {
        // SAFETY: forwarded. The memory is the session's until `free`.
        unsafe {
            let statement: *mut pg_sys::PlannedStmt = match pg_sys::list_length((*plan).stmt_list) {
                1 => pg_sys::list_nth((*plan).stmt_list, 0).cast(),
                _ => return None,
            };
            if !is_plain_query(statement) {
                return None;
            }
            // The session's when it is complete: an error before that must not leave it behind.
            let memory = pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurrentMemoryContext,
                c"pg_tviews plan".as_ptr(),
                pg_sys::ALLOCSET_SMALL_MINSIZE as usize,
                pg_sys::ALLOCSET_SMALL_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            );
            let former = pg_sys::MemoryContextSwitchTo(memory);
            let count = pg_sys::list_length((*statement).paramExecTypes) as usize;
            let mut program = Program {
                generation: (*plan).generation,
                nodes: Vec::new(),
                root: 0,
                passed: pg_sys::palloc0(count.max(1) * size_of::<pg_sys::ParamExecData>()).cast(),
                columns: null_mut(),
                functions: BTreeSet::new(),
                depends_on_settings: true,
                memory,
            };
            let given = Given {
                statement,
                builder,
                functions: RefCell::default(),
            };
            let root = program.add((*statement).planTree, &given);
            pg_sys::MemoryContextSwitchTo(former);
            match root {
                Some(root) => {
                    program.root = root;
                    program.functions = given.functions.into_inner();
                    let varies = |f: &u32| *f != builder.to_u32() && !is_immutable((*f).into());
                    program.depends_on_settings = program.functions.iter().any(varies);
                    program.columns = (*program.nodes[root].row).tts_tupleDescriptor;
                    pg_sys::MemoryContextSetParent(memory, pg_sys::CacheMemoryContext);
                    Some(program)
                }
                None => {
                    program.free();
                    None
                }
            }
        }
    }

    /// Gives its memory back.
    pub fn free(self) {
        // SAFETY: made in `of`; nothing else refers to it.
        unsafe { pg_sys::MemoryContextDelete(self.memory) };
    }

    /// Runs it on the active snapshot and hands its rows to `sink` as they come.
    ///
    /// # Safety
    /// The plan must be the one it was prepared from, and held; the arguments must be those of its statement, not null.
    pub unsafe fn run(
        &mut self,
        plan: *mut pg_sys::CachedPlan,
        arguments: &[Datum],
        sink: &mut dyn Sink,
    ) -> Result<()> {
        let running = Running(self);
        let program = &mut *running.0;
        // SAFETY: forwarded. What is opened is closed, or by the abort after an error.
        unsafe {
            let statement: *mut pg_sys::PlannedStmt = pg_sys::list_nth((*plan).stmt_list, 0).cast();
            raw::guarded(|| {
                compat::check_permissions(statement);
                program.open();
                program.rescan(program.root, arguments);
            });
            sink.begin(program.columns)?;
            let row = program.nodes[program.root].row;
            while raw::guarded(|| program.next(program.root, arguments)) {
                let count = (*program.columns).natts as usize;
                let values = std::slice::from_raw_parts((*row).tts_values, count);
                let nulls = std::slice::from_raw_parts((*row).tts_isnull, count);
                sink.row(values, nulls)?;
            }
            raw::guarded(|| program.close());
        }
        Ok(())
    }

    /// Locks its tables, as the plan cache does.
    pub fn lock(&self) {
        let tables = self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Scan(scan) => Some(scan.table),
            Kind::Loop(_) => None,
        });
        // SAFETY: the locks belong to the transaction; one that is gone may be locked. Nothing has to be dropped.
        unsafe {
            raw::guarded(|| {
                tables.for_each(|table| {
                    raw::LockRelationOid(table, pg_sys::AccessShareLock as i32);
                });
            });
        }
    }

    /// Whether the user may call all functions that it calls, as the executor finds out each time.
    pub fn may_run(&self) -> bool {
        // SAFETY: catalog look-ups.
        let user = unsafe { pg_sys::GetUserId() };
        self.functions
            .iter()
            .all(|function| compat::may_execute((*function).into(), user))
    }

    /// # Safety
    /// Under a guard only, as all that follow.
    unsafe fn open(&mut self) {
        for node in &mut self.nodes {
            // SAFETY: the table is locked with the plan; the snapshot outlives the run.
            unsafe {
                raw::MemoryContextReset((*node.context).ecxt_per_tuple_memory);
                raw::ExecClearTuple(node.row);
                if let Kind::Scan(scan) = &mut node.kind {
                    let table = raw::relation_open(scan.table, pg_sys::NoLock as i32);
                    let index = raw::relation_open(scan.index, pg_sys::AccessShareLock as i32);
                    let count = scan.conditions.len() as i32;
                    let snapshot = raw::GetActiveSnapshot();
                    scan.open = Some(Open {
                        table,
                        index,
                        scan: compat::begin_index_scan(table, index, snapshot, count),
                        row: raw::table_slot_create(table, null_mut()),
                    });
                }
            }
        }
    }

    unsafe fn close(&mut self) {
        for node in &mut self.nodes {
            // SAFETY: what `open` opened; the locks stay.
            unsafe {
                if let Kind::Scan(scan) = &mut node.kind {
                    if let Some(open) = scan.open.take() {
                        raw::ExecDropSingleTupleTableSlot(open.row);
                        raw::index_endscan(open.scan);
                        raw::relation_close(open.index, pg_sys::NoLock as i32);
                        raw::relation_close(open.table, pg_sys::NoLock as i32);
                    }
                }
            }
        }
    }

    /// Starts a node over.
    unsafe fn rescan(&mut self, at: usize, arguments: &[Datum]) {
        // SAFETY: forwarded.
        unsafe {
            let node = &mut self.nodes[at];
            let outer = match &mut node.kind {
                Kind::Scan(scan) => {
                    scan.is_empty = false;
                    raw::MemoryContextReset((*scan.context).ecxt_per_tuple_memory);
                    for (condition, operand) in scan.conditions.iter_mut().zip(&scan.operands) {
                        let (value, null) = match operand {
                            Operand::Argument(i) => (arguments[*i], false),
                            Operand::Passed(i) => {
                                let passed = &*self.passed.add(*i);
                                (passed.value, passed.isnull)
                            }
                            Operand::Fixed(value) => (*value, false),
                            Operand::Computed(state) => evaluate(*state, scan.context),
                        };
                        condition.sk_argument = value;
                        scan.is_empty |= null;
                    }
                    if let (false, Some(open)) = (scan.is_empty, &scan.open) {
                        let count = scan.conditions.len() as i32;
                        let conditions = scan.conditions.as_mut_ptr();
                        raw::index_rescan(open.scan, conditions, count, null_mut(), 0);
                    }
                    return;
                }
                Kind::Loop(join) => {
                    join.needs_outer = true;
                    join.outer
                }
            };
            self.rescan(outer, arguments);
        }
    }

    /// Makes the next row of a node; returns whether there is one.
    unsafe fn next(&mut self, at: usize, arguments: &[Datum]) -> bool {
        // SAFETY: forwarded; a variable of this backend that signals set.
        unsafe {
            if addr_of!(pg_sys::InterruptPending).read_volatile() != 0 {
                raw::ProcessInterrupts();
            }
            match self.nodes[at].kind {
                Kind::Scan(_) => self.nodes[at].next_scanned(),
                Kind::Loop(_) => self.next_joined(at, arguments),
            }
        }
    }

    unsafe fn next_joined(&mut self, at: usize, arguments: &[Datum]) -> bool {
        use pg_sys::JoinType::{JOIN_ANTI, JOIN_LEFT};
        // SAFETY: forwarded; rows of the two nodes stay until they are asked for the next.
        unsafe {
            loop {
                let Kind::Loop(join) = &mut self.nodes[at].kind else {
                    return false;
                };
                let (outer, inner) = (join.outer, join.inner);
                if join.needs_outer {
                    join.needs_outer = false;
                    join.has_matched = false;
                    if !self.next(outer, arguments) {
                        return false;
                    }
                    let row = &*self.nodes[outer].row;
                    let Kind::Loop(join) = &self.nodes[at].kind else {
                        return false;
                    };
                    for (parameter, column) in &join.passed {
                        let passed = &mut *self.passed.add(*parameter);
                        passed.value = *row.tts_values.add(*column);
                        passed.isnull = *row.tts_isnull.add(*column);
                    }
                    self.rescan(inner, arguments);
                }
                let has_inner = self.next(inner, arguments);
                let (outer, mut within) = (self.nodes[outer].row, self.nodes[inner].row);
                let node = &mut self.nodes[at];
                raw::MemoryContextReset((*node.context).ecxt_per_tuple_memory);
                let Kind::Loop(join) = &mut node.kind else {
                    return false;
                };
                if has_inner {
                    (*node.context).ecxt_outertuple = outer;
                    (*node.context).ecxt_innertuple = within;
                    if !holds(join.condition, node.context) {
                        continue;
                    }
                    join.has_matched = true;
                    join.needs_outer = join.is_single || join.kind == JOIN_ANTI;
                    if join.kind == JOIN_ANTI {
                        continue;
                    }
                } else {
                    join.needs_outer = true;
                    if join.has_matched || !matches!(join.kind, JOIN_LEFT | JOIN_ANTI) {
                        continue;
                    }
                    within = join.nothing;
                    (*node.context).ecxt_outertuple = outer;
                    (*node.context).ecxt_innertuple = within;
                }
                if holds(node.filter, node.context) {
                    node.project(null_mut(), outer, within);
                    return true;
                }
            }
        }
    }
}

impl Node {
    unsafe fn next_scanned(&mut self) -> bool {
        // SAFETY: forwarded; the scan is open while the program runs.
        unsafe {
            let Kind::Scan(scan) = &self.kind else {
                return false;
            };
            let (Some(open), false) = (&scan.open, scan.is_empty) else {
                return false;
            };
            let (row, columns) = (open.row, scan.columns);
            loop {
                let forward = pg_sys::ScanDirection::ForwardScanDirection;
                if !raw::index_getnext_slot(open.scan, forward, row) {
                    return false;
                }
                raw::MemoryContextReset((*self.context).ecxt_per_tuple_memory);
                (*self.context).ecxt_scantuple = row;
                if holds(self.filter, self.context) {
                    break;
                }
            }
            if i32::from((*row).tts_nvalid) < columns {
                raw::slot_getsomeattrs_int(row, columns);
            }
            self.project(row, null_mut(), null_mut());
            true
        }
    }

    /// Makes the row of the node from those it comes from.
    unsafe fn project(
        &mut self,
        scanned: *mut pg_sys::TupleTableSlot,
        outer: *mut pg_sys::TupleTableSlot,
        inner: *mut pg_sys::TupleTableSlot,
    ) {
        // SAFETY: forwarded; the columns are among those of the rows, and filled in.
        unsafe {
            let column = |row: *mut pg_sys::TupleTableSlot, i: usize| {
                (*(*row).tts_values.add(i), *(*row).tts_isnull.add(i))
            };
            raw::ExecClearTuple(self.row);
            for (i, value) in self.values.iter().enumerate() {
                let (value, null) = match value {
                    Value::Scanned(from) => column(scanned, *from),
                    Value::Outer(from) => column(outer, *from),
                    Value::Inner(from) => column(inner, *from),
                    Value::Computed(state, false) => evaluate(*state, self.context),
                    Value::Computed(state, true) => {
                        let (value, null) = evaluate(*state, self.context);
                        // Two expressions above may read it.
                        let value = match null {
                            true => value,
                            false => raw::MakeExpandedObjectReadOnlyInternal(value),
                        };
                        (value, null)
                    }
                };
                *(*self.row).tts_values.add(i) = value;
                *(*self.row).tts_isnull.add(i) = null;
            }
            raw::ExecStoreVirtualTuple(self.row);
        }
    }
}

unsafe fn evaluate(
    state: *mut pg_sys::ExprState,
    context: *mut pg_sys::ExprContext,
) -> (Datum, bool) {
    // SAFETY: a state that has been set up; the memory is put back, or by who catches an error.
    unsafe {
        let former = pg_sys::MemoryContextSwitchTo((*context).ecxt_per_tuple_memory);
        let mut null = false;
        let value = raw::evaluate(state, context, &mut null);
        pg_sys::MemoryContextSwitchTo(former);
        (value, null)
    }
}

/// Whether a condition is met; none is.
unsafe fn holds(state: *mut pg_sys::ExprState, context: *mut pg_sys::ExprContext) -> bool {
    // SAFETY: forwarded. The state of a list of conditions gives false for null.
    state.is_null() || unsafe { evaluate(state, context).0.value() != 0 }
}

/// Preparing.
impl Program {
    /// Adds a node and those below it. The current memory is the program's.
    unsafe fn add(&mut self, plan: *mut pg_sys::Plan, given: &Given) -> Option<usize> {
        // SAFETY: the tag tells a node's type; lists hold what the server's headers say.
        unsafe {
            if plan.is_null() || !(*plan).initPlan.is_null() {
                return None;
            }
            let (kind, scanned) = match (*plan).type_ {
                pg_sys::NodeTag::T_IndexScan => {
                    let scan: *mut pg_sys::IndexScan = plan.cast();
                    let number = (*scan).scan.scanrelid as i32;
                    (Kind::Scan(self.prepare_scan(scan, given)?), number)
                }
                pg_sys::NodeTag::T_NestLoop => {
                    (Kind::Loop(self.prepare_loop(plan.cast(), given)?), 0)
                }
                _ => return None,
            };
            let values = values_of((*plan).targetlist, scanned, given)?;
            if !given.is_simple((*plan).qual.cast()) {
                return None;
            }
            let context = self.context();
            let columns = pg_sys::ExecTypeFromTL((*plan).targetlist);
            let mut node = Node {
                kind,
                values,
                row: pg_sys::MakeSingleTupleTableSlot(columns, &raw const pg_sys::TTSOpsVirtual),
                filter: pg_sys::ExecInitQual((*plan).qual, null_mut()),
                context,
            };
            if let Kind::Scan(scan) = &mut node.kind {
                let copied = node.values.iter().filter_map(|value| match value {
                    Value::Scanned(column) => Some(*column as i32 + 1),
                    _ => None,
                });
                scan.columns = copied.max().unwrap_or(0);
            }
            self.nodes.push(node);
            Some(self.nodes.len() - 1)
        }
    }

    /// Somewhere to evaluate expressions in.
    unsafe fn context(&self) -> *mut pg_sys::ExprContext {
        // SAFETY: in the current memory, which is the program's.
        unsafe {
            let context = pg_sys::CreateStandaloneExprContext();
            (*context).ecxt_param_exec_vals = self.passed;
            context
        }
    }

    unsafe fn prepare_scan(&self, plan: *mut pg_sys::IndexScan, given: &Given) -> Option<Scan> {
        // SAFETY: as in `add`; what is opened here is closed, and locked with the plan.
        unsafe {
            let number = (*plan).scan.scanrelid as i32;
            if !(*plan).indexorderby.is_null() {
                return None;
            }
            let entry: *mut pg_sys::RangeTblEntry =
                pg_sys::list_nth((*given.statement).rtable, number - 1).cast();
            let index = pg_sys::index_open((*plan).indexid, pg_sys::AccessShareLock as i32);
            let mut conditions = Vec::new();
            let mut operands = Vec::new();
            let mut fits = (*(*index).rd_rel).relam == pg_sys::BTREE_AM_OID;
            for i in 0..pg_sys::list_length((*plan).indexqual) {
                let node: *mut pg_sys::Node = pg_sys::list_nth((*plan).indexqual, i).cast();
                match prepare_condition(node, index, given).filter(|_| fits) {
                    Some((condition, operand)) => {
                        conditions.push(condition);
                        operands.push(operand);
                    }
                    None => fits = false,
                }
            }
            pg_sys::index_close(index, pg_sys::NoLock as i32);
            (fits && !conditions.is_empty()).then_some(Scan {
                table: (*entry).relid,
                index: (*plan).indexid,
                conditions,
                operands,
                context: self.context(),
                columns: 0,
                open: None,
                is_empty: false,
            })
        }
    }

    unsafe fn prepare_loop(&mut self, plan: *mut pg_sys::NestLoop, given: &Given) -> Option<Loop> {
        use pg_sys::JoinType::{JOIN_ANTI, JOIN_INNER, JOIN_LEFT, JOIN_SEMI};
        // SAFETY: as in `add`.
        unsafe {
            let join = &(*plan).join;
            if !matches!(
                join.jointype,
                JOIN_INNER | JOIN_LEFT | JOIN_SEMI | JOIN_ANTI
            ) || !given.is_simple(join.joinqual.cast())
            {
                return None;
            }
            let outer = self.add(join.plan.lefttree, given)?;
            let inner = self.add(join.plan.righttree, given)?;
            let mut passed = Vec::new();
            for i in 0..pg_sys::list_length((*plan).nestParams) {
                let parameter: *mut pg_sys::NestLoopParam =
                    pg_sys::list_nth((*plan).nestParams, i).cast();
                let column = (*parameter).paramval;
                if (*column).xpr.type_ != pg_sys::NodeTag::T_Var
                    || (*column).varno != pg_sys::OUTER_VAR
                {
                    return None;
                }
                passed.push((
                    usize::try_from((*parameter).paramno).ok()?,
                    position((*column).varattno)?,
                ));
            }
            let nothing = pg_sys::MakeSingleTupleTableSlot(
                (*self.nodes[inner].row).tts_tupleDescriptor,
                &raw const pg_sys::TTSOpsVirtual,
            );
            pg_sys::ExecStoreAllNullTuple(nothing);
            Some(Loop {
                outer,
                inner,
                passed,
                condition: pg_sys::ExecInitQual(join.joinqual, null_mut()),
                kind: join.jointype,
                is_single: join.inner_unique || join.jointype == JOIN_SEMI,
                nothing,
                needs_outer: true,
                has_matched: false,
            })
        }
    }
}

/// What a program is prepared from.
struct Given {
    statement: *mut pg_sys::PlannedStmt,
    /// The library's function that builds documents.
    builder: pg_sys::Oid,
    functions: RefCell<BTreeSet<u32>>,
}

impl Given {
    /// Whether an expression, or a list of them, can be evaluated from columns and what outer rows pass alone, by functions that
    /// keep nothing which ends with a transaction: those of the server, and the library's own, for values of plain types. What
    /// works on a domain, a composite type or a user's own keeps what it knows of it, with states of expressions and functions of users in it.
    unsafe fn is_simple(&self, node: *mut pg_sys::Node) -> bool {
        // SAFETY: an expression of a plan; `has_more` takes what is passed here.
        unsafe { !has_more(node, (&raw const *self).cast_mut().cast()) }
    }

    /// Whether a call needs nothing of the executor.
    unsafe fn is_plain_call(
        &self,
        function: pg_sys::Oid,
        result: pg_sys::Oid,
        arguments: *mut pg_sys::List,
    ) -> bool {
        // SAFETY: a list of expressions.
        unsafe {
            let is_plain = (function == self.builder || is_internal(function))
                && is_plain_type(result)
                && (0..pg_sys::list_length(arguments)).all(|i| {
                    is_plain_type(pg_sys::exprType(pg_sys::list_nth(arguments, i).cast()))
                });
            if is_plain {
                self.functions.borrow_mut().insert(function.to_u32());
            }
            is_plain
        }
    }
}

/// A query that needs nothing but its topmost node.
unsafe fn is_plain_query(statement: *mut pg_sys::PlannedStmt) -> bool {
    // SAFETY: a planned statement.
    unsafe {
        (*statement).commandType == pg_sys::CmdType::CMD_SELECT
            && (*statement).utilityStmt.is_null()
            && (*statement).subplans.is_null()
            && (*statement).rowMarks.is_null()
            && !(*statement).hasModifyingCTE
            && !(*statement).planTree.is_null()
    }
}

/// A condition of a scan, without what it compares with.
unsafe fn prepare_condition(
    node: *mut pg_sys::Node,
    index: pg_sys::Relation,
    given: &Given,
) -> Option<(pg_sys::ScanKeyData, Operand)> {
    // SAFETY: as in `Program::add`; the index is open.
    unsafe {
        let (operator, function, collation, arguments, flags) = match (*node).type_ {
            pg_sys::NodeTag::T_OpExpr => {
                let call = &*node.cast::<pg_sys::OpExpr>();
                (call.opno, call.opfuncid, call.inputcollid, call.args, 0)
            }
            pg_sys::NodeTag::T_ScalarArrayOpExpr => {
                let call = &*node.cast::<pg_sys::ScalarArrayOpExpr>();
                if !call.useOr {
                    return None;
                }
                let flags = pg_sys::SK_SEARCHARRAY;
                (call.opno, call.opfuncid, call.inputcollid, call.args, flags)
            }
            _ => return None,
        };
        let column: *mut pg_sys::Var = bare(pg_sys::list_nth(arguments, 0).cast()).cast();
        if (*column).xpr.type_ != pg_sys::NodeTag::T_Var || (*column).varno != pg_sys::INDEX_VAR {
            return None;
        }
        let at = position((*column).varattno)?;
        if at >= (*(*index).rd_index).indnkeyatts as usize {
            return None;
        }
        let (mut strategy, mut left, mut right) = (0, pg_sys::InvalidOid, pg_sys::InvalidOid);
        let family = *(*index).rd_opfamily.add(at);
        pg_sys::get_op_opfamily_properties(
            operator,
            family,
            false,
            &mut strategy,
            &mut left,
            &mut right,
        );
        // Comparing others may leave something behind in memory each time.
        if !is_plain_scalar(left) || !is_plain_scalar(right) || !is_internal(function) {
            return None;
        }
        let mut condition = pg_sys::ScanKeyData::default();
        pg_sys::ScanKeyEntryInitialize(
            &mut condition,
            flags as i32,
            (*column).varattno,
            strategy as u16,
            right,
            collation,
            function,
            Datum::null(),
        );
        Some((
            condition,
            operand(pg_sys::list_nth(arguments, 1).cast(), given)?,
        ))
    }
}

unsafe fn operand(node: *mut pg_sys::Node, given: &Given) -> Option<Operand> {
    // SAFETY: as in `Program::add`.
    unsafe {
        let node = bare(node);
        match (*node).type_ {
            pg_sys::NodeTag::T_Param => {
                let parameter = &*node.cast::<pg_sys::Param>();
                match parameter.paramkind {
                    pg_sys::ParamKind::PARAM_EXTERN => {
                        Some(Operand::Argument(position(parameter.paramid as i16)?))
                    }
                    pg_sys::ParamKind::PARAM_EXEC => {
                        Some(Operand::Passed(usize::try_from(parameter.paramid).ok()?))
                    }
                    _ => None,
                }
            }
            pg_sys::NodeTag::T_Const => {
                let constant = &*node.cast::<pg_sys::Const>();
                (!constant.constisnull).then_some(Operand::Fixed(constant.constvalue))
            }
            _ => given
                .is_simple(node)
                .then(|| Operand::Computed(pg_sys::ExecInitExpr(node.cast(), null_mut()))),
        }
    }
}

/// What stands below a mere change of type.
unsafe fn bare(mut node: *mut pg_sys::Node) -> *mut pg_sys::Node {
    // SAFETY: the tag tells a node's type.
    unsafe {
        while (*node).type_ == pg_sys::NodeTag::T_RelabelType {
            node = (*node.cast::<pg_sys::RelabelType>()).arg.cast();
        }
        node
    }
}

/// What the columns of a node are. `scanned`: the number of the table that it scans, if it does.
unsafe fn values_of(columns: *mut pg_sys::List, scanned: i32, given: &Given) -> Option<Vec<Value>> {
    // SAFETY: a list of target entries.
    unsafe {
        (0..pg_sys::list_length(columns))
            .map(|i| {
                let entry: *mut pg_sys::TargetEntry = pg_sys::list_nth(columns, i).cast();
                let node: *mut pg_sys::Node = (*entry).expr.cast();
                if (*entry).resjunk || !given.is_simple(node) {
                    return None;
                }
                if (*node).type_ == pg_sys::NodeTag::T_Var {
                    let column = &*node.cast::<pg_sys::Var>();
                    let at = position(column.varattno)?;
                    return match column.varno {
                        pg_sys::OUTER_VAR => Some(Value::Outer(at)),
                        pg_sys::INNER_VAR => Some(Value::Inner(at)),
                        number => (number == scanned).then_some(Value::Scanned(at)),
                    };
                }
                let is_expandable = pg_sys::get_typlen(pg_sys::exprType(node)) == -1;
                let state = pg_sys::ExecInitExpr(node.cast(), null_mut());
                Some(Value::Computed(state, is_expandable))
            })
            .collect()
    }
}

/// Counted from 0; none for what is not a column of a user.
fn position(number: i16) -> Option<usize> {
    usize::try_from(number).ok()?.checked_sub(1)
}

/// SAFETY: called with nodes of an expression and `Given`.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn has_more(node: *mut pg_sys::Node, context: *mut c_void) -> bool {
    use pg_sys::NodeTag as Tag;
    unsafe {
        if node.is_null() {
            return false;
        }
        let given = &*context.cast::<Given>();
        let fits = match (*node).type_ {
            Tag::T_List
            | Tag::T_Const
            | Tag::T_BoolExpr
            | Tag::T_RelabelType
            | Tag::T_NullTest
            | Tag::T_BooleanTest
            | Tag::T_CaseExpr
            | Tag::T_CaseWhen
            | Tag::T_CaseTestExpr
            | Tag::T_CoalesceExpr => true,
            Tag::T_Var => (*node.cast::<pg_sys::Var>()).varattno > 0,
            Tag::T_Param => {
                let kind = (*node.cast::<pg_sys::Param>()).paramkind;
                kind == pg_sys::ParamKind::PARAM_EXEC
            }
            Tag::T_FuncExpr => {
                let call = &*node.cast::<pg_sys::FuncExpr>();
                !call.funcretset && given.is_plain_call(call.funcid, call.funcresulttype, call.args)
            }
            Tag::T_OpExpr | Tag::T_DistinctExpr | Tag::T_NullIfExpr => {
                let call = &*node.cast::<pg_sys::OpExpr>();
                !call.opretset && given.is_plain_call(call.opfuncid, call.opresulttype, call.args)
            }
            Tag::T_ScalarArrayOpExpr => {
                let call = &*node.cast::<pg_sys::ScalarArrayOpExpr>();
                given.is_plain_call(call.opfuncid, pg_sys::BOOLOID, call.args)
            }
            _ => false,
        };
        !fits || pg_sys::expression_tree_walker(node, Some(has_more), context)
    }
}

/// Whether values of a type mean the same whatever users have created: no domain, enum, composite or type of their own.
fn is_plain_type(type_oid: pg_sys::Oid) -> bool {
    // SAFETY: a catalog look-up, which gives 0 for what is no array.
    is_plain_scalar(type_oid) || is_plain_scalar(unsafe { pg_sys::get_element_type(type_oid) })
}

fn is_plain_scalar(type_oid: pg_sys::Oid) -> bool {
    [
        pg_sys::BOOLOID,
        pg_sys::BPCHAROID,
        pg_sys::BYTEAOID,
        pg_sys::CHAROID,
        pg_sys::DATEOID,
        pg_sys::FLOAT4OID,
        pg_sys::FLOAT8OID,
        pg_sys::INT2OID,
        pg_sys::INT4OID,
        pg_sys::INT8OID,
        pg_sys::INTERVALOID,
        pg_sys::JSONBOID,
        pg_sys::JSONOID,
        pg_sys::NAMEOID,
        pg_sys::NUMERICOID,
        pg_sys::OIDOID,
        pg_sys::TEXTOID,
        pg_sys::TIMEOID,
        pg_sys::TIMESTAMPOID,
        pg_sys::TIMESTAMPTZOID,
        pg_sys::TIMETZOID,
        pg_sys::UNKNOWNOID,
        pg_sys::UUIDOID,
        pg_sys::VARCHAROID,
    ]
    .contains(&type_oid)
}

/// `INTERNALlanguageId` of the server's `pg_language.dat`.
const LANGUAGE_INTERNAL: u32 = 12;

/// Whether a function is part of the server itself.
fn is_internal(function: pg_sys::Oid) -> bool {
    // SAFETY: a look-up in the system cache, whose row is released.
    unsafe {
        let cache = pg_sys::SysCacheIdentifier::PROCOID as i32;
        let row = pg_sys::SearchSysCache1(cache, function.into());
        if row.is_null() {
            return false;
        }
        let facts = &*pg_sys::GETSTRUCT(row).cast::<pg_sys::FormData_pg_proc>();
        let is_internal = facts.prolang.to_u32() == LANGUAGE_INTERNAL && !facts.prosecdef;
        pg_sys::ReleaseSysCache(row);
        is_internal
    }
}

/// Whether a function of the server depends on its arguments only.
fn is_immutable(function: pg_sys::Oid) -> bool {
    // SAFETY: a function that a plan calls is there.
    let kind = unsafe { pg_sys::func_volatile(function) };
    kind as u8 == pg_sys::PROVOLATILE_IMMUTABLE
}
