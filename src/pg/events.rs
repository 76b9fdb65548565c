//! Event triggers that need the statement itself: `CREATE TABLE AS`, whose query only the parse tree has, `ALTER TABLE`,
//! which the server refuses to run on columns that views read, and what locks a view before writers can be waited for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{c_void, CStr, CString};
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;
use pgrx::IntoDatum;

use crate::error::{code, Error, Result};
use crate::pg::backend;
use crate::pg::identity::{RunAs, Settings};
use crate::pg::settings::INTERCEPT_CTAS;
use crate::pg::spi::{self, Connection, Planning, Statement};

thread_local! {
    /// By address of the parse tree of a running `CREATE TABLE AS`: its query as text. The server rewrites and plans
    /// the tree in place, so the text is taken before it runs. Cleared with the transaction.
    static QUERIES: RefCell<BTreeMap<usize, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Forgets the queries of statements that did not come to their end. Cannot fail.
pub fn end_transaction() {
    QUERIES.take();
}

/// The event trigger for `ddl_command_start`.
///
/// # Safety
/// `fcinfo` must be that of the call at hand.
pub unsafe fn on_ddl_start(fcinfo: pg_sys::FunctionCallInfo) -> Result<Datum> {
    // SAFETY: `parse_tree` checks the call; the tag tells what the node is.
    unsafe {
        let tree = parse_tree(fcinfo)?;
        match (*tree).type_ {
            pg_sys::NodeTag::T_CreateTableAsStmt => {
                if let Some(text) = query_of(tree.cast()) {
                    QUERIES.with_borrow_mut(|queries| queries.insert(tree as usize, text));
                }
            }
            pg_sys::NodeTag::T_AlterTableStmt => {
                if let Some(relation) = detaches_concurrently(tree.cast()) {
                    call(
                        fcinfo,
                        "_pg_tviews_refuse_concurrent_detach($1)",
                        &[(pg_sys::REGCLASSOID, Datum::from(relation))],
                    )?;
                }
                for (relation, column) in retyped_columns(tree.cast()) {
                    call(
                        fcinfo,
                        "_pg_tviews_refuse_type_change($1, $2)",
                        &[
                            (pg_sys::REGCLASSOID, Datum::from(relation)),
                            (pg_sys::TEXTOID, text(column)?),
                        ],
                    )?;
                }
            }
            pg_sys::NodeTag::T_ViewStmt => {
                let statement = tree as *mut pg_sys::ViewStmt;
                if (*statement).replace {
                    before_ddl(fcinfo, (*statement).view, None)?;
                }
            }
            pg_sys::NodeTag::T_DropStmt => {
                let statement = tree as *mut pg_sys::DropStmt;
                let names = (*statement).objects;
                let behavior = Some((*statement).behavior);
                for i in 0..pg_sys::list_length(names) {
                    let name = pg_sys::list_nth(names, i) as *mut pg_sys::List;
                    before_ddl(fcinfo, pg_sys::makeRangeVarFromNameList(name), behavior)?;
                }
            }
            _ => {}
        }
    }
    Ok(Datum::null())
}

/// Locks what redefining or dropping the relation is going to lock, in an order that writers can live with. Whoever may not
/// do that locks nothing: the server has still to refuse.
///
/// # Safety
/// `name` must be complete.
unsafe fn before_ddl(
    fcinfo: pg_sys::FunctionCallInfo,
    name: *mut pg_sys::RangeVar,
    drop: Option<pg_sys::DropBehavior::Type>,
) -> Result<()> {
    // SAFETY: forwarded.
    let relation = unsafe { relation_named(name) };
    if relation == pg_sys::InvalidOid {
        return Ok(());
    }
    let _connection = Connection::open()?;
    let sql = "SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role(n.nspowner, 'USAGE') \
               FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace \
               WHERE c.oid OPERATOR(pg_catalog.=) $1";
    let statement = Statement::for_now(sql, &[pg_sys::OIDOID], Planning::Custom)?;
    let table = statement.execute(&[Datum::from(relation)], None)?;
    // SAFETY: the result of the statement that just ran on the open connection.
    let may = unsafe { spi::rows(table) }
        .next()
        .and_then(|row| row.get::<bool>(1));
    statement.free();
    let Some((_, owner)) = backend::home()?.filter(|_| may == Some(true)) else {
        return Ok(());
    };
    let cascades = drop == Some(pg_sys::DropBehavior::DROP_CASCADE);
    let other = {
        let _user = RunAs::new(owner, false);
        call(
            fcinfo,
            "_pg_tviews_before_ddl($1, $2, $3)",
            &[
                (pg_sys::REGCLASSOID, Datum::from(relation)),
                (pg_sys::BOOLOID, Datum::from(drop.is_some())),
                (pg_sys::BOOLOID, Datum::from(cascades)),
            ],
        )?
    };
    // What depends on the other half goes, too: the server that is about to drop this half finds both.
    if let Some(other) = other.filter(|_| cascades) {
        let address = |object| pg_sys::ObjectAddress {
            classId: pg_sys::RelationRelationId,
            objectId: object,
            objectSubId: 0,
        };
        // SAFETY: both relations exist and are locked. The dependency goes with them, or with the transaction.
        unsafe {
            pg_sys::recordDependencyOn(
                &address(pg_sys::Oid::from(other.value() as u32)),
                &address(relation),
                pg_sys::DependencyType::DEPENDENCY_NORMAL,
            );
            pg_sys::CommandCounterIncrement();
        }
    }
    Ok(())
}

/// The relation of that name; `InvalidOid` when there is none.
///
/// # Safety
/// `name` must be complete.
unsafe fn relation_named(name: *mut pg_sys::RangeVar) -> pg_sys::Oid {
    // SAFETY: forwarded.
    unsafe {
        pg_sys::RangeVarGetRelidExtended(
            name,
            pg_sys::NoLock as i32,
            pg_sys::RVROption::RVR_MISSING_OK,
            None,
            null_mut(),
        )
    }
}

/// The event trigger for `ddl_command_end` of `CREATE TABLE AS`.
///
/// # Safety
/// `fcinfo` must be that of the call at hand.
pub unsafe fn on_create_table_as(fcinfo: pg_sys::FunctionCallInfo) -> Result<Datum> {
    // SAFETY: `parse_tree` checks the call.
    let tree = unsafe { parse_tree(fcinfo)? };
    if let Some(query) = QUERIES.with_borrow_mut(|queries| queries.remove(&(tree as usize))) {
        let arguments = [(pg_sys::TEXTOID, text(query)?)];
        call(fcinfo, "_pg_tviews_intercept($1)", &arguments)?;
    }
    Ok(Datum::null())
}

/// The statement that fired an event trigger.
///
/// # Safety
/// `fcinfo` must be that of the call at hand.
unsafe fn parse_tree(fcinfo: pg_sys::FunctionCallInfo) -> Result<*mut pg_sys::Node> {
    // SAFETY: the call of an event trigger is known by the node type of its context.
    unsafe {
        let context: *mut c_void = (*fcinfo).context.cast();
        if context.is_null() || (*(*fcinfo).context).type_ != pg_sys::NodeTag::T_EventTriggerData {
            return Err(Error::new(
                code::EVENT_TRIGGER_PROTOCOL,
                "function was not called as an event trigger",
            ));
        }
        Ok((*context.cast::<pg_sys::EventTriggerData>()).parsetree)
    }
}

/// The query that fills a table whose name begins with `tv_`; empty when it is no plain query.
///
/// # Safety
/// `statement` must be analysed and not yet run.
unsafe fn query_of(statement: *mut pg_sys::CreateTableAsStmt) -> Option<String> {
    // SAFETY: fields of a complete statement; the copy is the server's to scribble on.
    unsafe {
        let name = CStr::from_ptr((*(*(*statement).into).rel).relname);
        if !INTERCEPT_CTAS.get()
            || (*statement).objtype != pg_sys::ObjectType::OBJECT_TABLE
            || !name.to_bytes().starts_with(b"tv_")
        {
            return None;
        }
        let query = (*statement).query as *mut pg_sys::Query;
        if (*query).type_ != pg_sys::NodeTag::T_Query
            || (*query).commandType != pg_sys::CmdType::CMD_SELECT
        {
            return Some(String::new());
        }
        // With the library's own search path every name is printed with its schema.
        let _settings = Settings::open();
        let copy = pg_sys::copyObjectImpl(query.cast()).cast();
        let text = pg_sys::pg_get_querydef(copy, false);
        Some(CStr::from_ptr(text).to_string_lossy().into_owned())
    }
}

/// The columns that an `ALTER TABLE` gives another type.
///
/// # Safety
/// `statement` must be complete.
unsafe fn retyped_columns(statement: *mut pg_sys::AlterTableStmt) -> Vec<(pg_sys::Oid, String)> {
    // SAFETY: fields of a complete statement; an unknown relation is left to the server.
    unsafe {
        let columns: Vec<String> = (0..pg_sys::list_length((*statement).cmds))
            .map(|i| pg_sys::list_nth((*statement).cmds, i) as *mut pg_sys::AlterTableCmd)
            .filter(|command| (**command).subtype == pg_sys::AlterTableType::AT_AlterColumnType)
            .map(|command| {
                CStr::from_ptr((*command).name)
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        if columns.is_empty() {
            return Vec::new();
        }
        let relation = relation_named((*statement).relation);
        if relation == pg_sys::InvalidOid {
            return Vec::new();
        }
        columns.into_iter().map(|name| (relation, name)).collect()
    }
}

/// The table from which the statement detaches a partition in two transactions.
///
/// # Safety
/// `statement` must be complete.
unsafe fn detaches_concurrently(statement: *mut pg_sys::AlterTableStmt) -> Option<pg_sys::Oid> {
    // SAFETY: fields of a complete statement; the subtype tells what a command's definition is.
    unsafe {
        let concurrent = (0..pg_sys::list_length((*statement).cmds))
            .map(|i| pg_sys::list_nth((*statement).cmds, i) as *mut pg_sys::AlterTableCmd)
            .filter(|command| (**command).subtype == pg_sys::AlterTableType::AT_DetachPartition)
            .any(|command| (*(*command).def.cast::<pg_sys::PartitionCmd>()).concurrent);
        let relation = concurrent.then(|| relation_named((*statement).relation))?;
        (relation != pg_sys::InvalidOid).then_some(relation)
    }
}

fn text(value: String) -> Result<Datum> {
    value
        .into_datum()
        .ok_or_else(|| Error::internal("could not make a text"))
}

/// Calls an SQL function in the schema of the event trigger function that is running, as the current user. Its result
/// must be of a type that is passed by value.
fn call(
    fcinfo: pg_sys::FunctionCallInfo,
    function: &str,
    arguments: &[(pg_sys::Oid, Datum)],
) -> Result<Option<Datum>> {
    // SAFETY: catalog look-ups about the function being called.
    let schema = unsafe {
        let schema =
            pg_sys::get_namespace_name(pg_sys::get_func_namespace((*(*fcinfo).flinfo).fn_oid));
        if schema.is_null() {
            return Err(Error::internal("the extension has no schema"));
        }
        let quoted: CString = CStr::from_ptr(pg_sys::quote_identifier(schema)).into();
        quoted.to_string_lossy().into_owned()
    };
    let (types, values): (Vec<_>, Vec<_>) = arguments.iter().copied().unzip();
    let _connection = Connection::open()?;
    let sql = format!("SELECT {schema}.{function}");
    let statement = Statement::for_now(&sql, &types, Planning::Custom)?;
    let table = statement.execute(&values, None)?;
    // SAFETY: the result of the statement that just ran on the open connection.
    let result = unsafe { spi::rows(table) }
        .next()
        .and_then(|row| row.datum(1));
    statement.free();
    Ok(result)
}
