//! How the statements of a flush are planned: by a planner hook that knows them by their text's place in memory and
//! leaves every other statement alone.
//!
//! * Calls of `jsonb_build_object` and `jsonb_agg` become calls of the library's own functions, which give the same bytes
//!   for a tenth of the work (`pg::documents`). The view and its stored text stay as they are.
//! * Of a document into which values are patched only these are computed.
//! * Of a statement whose rows are put in a set anyhow duplicates are not taken out.
//! * A statement for some keys is planned as if the pages it reads were in memory: where the planner prices a look-up in an
//!   index like a visit to the disk it reads small tables as a whole, at every flush.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::{c_char, c_int, c_void, CStr};
use std::marker::PhantomData;
use std::ptr::{null, null_mut};

use pgrx::pg_sys;

use crate::analyze::PRUNED;
use crate::pg::boundary::boundary;
use crate::pg::documents;

/// The library's functions that build documents; 0 where there is none, as in a former version's catalog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Builders {
    /// In place of `jsonb_build_object`.
    pub object: pg_sys::Oid,
    /// In place of `jsonb_agg` over `jsonb`.
    pub array: pg_sys::Oid,
}

/// How a statement is to be planned.
#[derive(Debug, Clone)]
pub struct Rules {
    pub builders: Builders,
    /// What it reads is taken to be in memory.
    pub is_cached: bool,
    /// What of a document is wanted only.
    pub wanted: Option<Wanted>,
    /// Its rows go into a set: they may come more than once.
    pub is_set: bool,
}

/// Values of a document that is a column of a view.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Number of the column.
    pub column: i16,
    pub values: Keys,
    /// The only value is an array; wanted are the elements whose numbers are in this parameter.
    pub elements: Option<i32>,
}

/// The keys under which an object's wanted values are, and what is wanted of each; all of it when there are none.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<Box<[u8]>, Keys>);

impl Keys {
    pub fn of(paths: &[Vec<String>]) -> Self {
        let mut keys = Keys::default();
        for path in paths {
            let mut at = &mut keys;
            for key in path {
                at = at.0.entry(key.as_bytes().into()).or_default();
            }
        }
        keys
    }
}

/// A statement of the library that runs now.
#[derive(Clone, Copy)]
struct Own {
    text: *const c_char,
    rules: *const Rules,
}

thread_local! {
    static OWN: Cell<Option<Own>> = const { Cell::new(None) };
}

static mut NEXT_PLANNER: pg_sys::planner_hook_type = None;

// Unguarded, for statements that are not ours: pgrx's own binding would catch and rebuild every error.
extern "C-unwind" {
    #[link_name = "standard_planner"]
    fn unguarded_standard_planner(
        query: *mut pg_sys::Query,
        text: *const c_char,
        options: c_int,
        parameters: pg_sys::ParamListInfo,
    ) -> *mut pg_sys::PlannedStmt;
}

/// Sets the hook; called once, when the library is loaded.
pub fn register() {
    // SAFETY: runs in `_PG_init` on the backend's only thread; a hook loaded earlier is called in turn.
    unsafe {
        NEXT_PLANNER = pg_sys::planner_hook;
        pg_sys::planner_hook = Some(plan);
    }
}

/// While it lives, the statement with this text is planned by these rules, should it be planned.
pub struct Planned<'r>(Option<Own>, PhantomData<&'r Rules>);

impl<'r> Planned<'r> {
    pub fn begin(text: *const c_char, rules: &'r Rules) -> Self {
        Planned(OWN.replace(Some(Own { text, rules })), PhantomData)
    }
}

impl Drop for Planned<'_> {
    fn drop(&mut self) {
        OWN.set(self.0);
    }
}

/// SAFETY: called by the server, or by a hook loaded later, in place of `standard_planner`; what can fail on our side is
/// inside `boundary`.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe extern "C-unwind" fn plan(
    query: *mut pg_sys::Query,
    text: *const c_char,
    options: c_int,
    parameters: pg_sys::ParamListInfo,
) -> *mut pg_sys::PlannedStmt {
    unsafe {
        if let Some(own) = OWN.get() {
            if own.text == text {
                // It lives as long as `Planned`, which has begun and not ended.
                let rules = &*own.rules;
                return boundary(|| {
                    if let Some(wanted) = &rules.wanted {
                        prune(query, wanted);
                    }
                    if rules.is_set {
                        keep_duplicates(query);
                    }
                    exchange(query.cast(), rules.builders);
                    let _costs = Costs::set(rules.is_cached);
                    Ok(pg_sys::ffi::pg_guard_ffi_boundary(|| {
                        next(query, text, options, parameters)
                    }))
                });
            }
        }
        next(query, text, options, parameters)
    }
}

/// SAFETY: as for `plan`; the frame has nothing to drop.
#[allow(ffi_unwind_calls, reason = "no destructors in this frame")]
unsafe fn next(
    query: *mut pg_sys::Query,
    text: *const c_char,
    options: c_int,
    parameters: pg_sys::ParamListInfo,
) -> *mut pg_sys::PlannedStmt {
    unsafe {
        match NEXT_PLANNER {
            Some(next) => next(query, text, options, parameters),
            None => unguarded_standard_planner(query, text, options, parameters),
        }
    }
}

/// Prices of the planner while one statement is planned.
struct Costs {
    sequential: f64,
    random: f64,
}

/// What a page that is in memory costs, in the planner's terms: as much as a few rows.
const CACHED_PAGE: f64 = 0.05;

impl Costs {
    fn set(is_cached: bool) -> Self {
        // SAFETY: variables of this backend, put back in `drop`. They are settings, but nothing looks at them as such
        // while the planner runs.
        unsafe {
            let former = Costs {
                sequential: pg_sys::seq_page_cost,
                random: pg_sys::random_page_cost,
            };
            if is_cached {
                pg_sys::seq_page_cost = CACHED_PAGE;
                pg_sys::random_page_cost = CACHED_PAGE;
            }
            former
        }
    }
}

impl Drop for Costs {
    fn drop(&mut self) {
        // SAFETY: see `set`.
        unsafe {
            pg_sys::seq_page_cost = self.sequential;
            pg_sys::random_page_cost = self.random;
        }
    }
}

/// # Safety
/// `query` must be the planner's own tree.
unsafe fn keep_duplicates(query: *mut pg_sys::Query) {
    // SAFETY: forwarded.
    unsafe {
        let query = &mut *query;
        let is_of_all = query.limitCount.is_null() && query.limitOffset.is_null();
        if is_of_all && query.sortClause.is_null() && !query.hasDistinctOn {
            query.distinctClause = null_mut();
        }
    }
}

/// Leaves away, of a document that a view builds, the values that are not wanted. The view is the one with the alias that
/// statements which patch give it; where the document is not built as the analysis has found it stays as it is.
///
/// # Safety
/// `query` must be the planner's own tree.
unsafe fn prune(query: *mut pg_sys::Query, wanted: &Wanted) {
    // SAFETY: lists of a query hold what the server's headers say; the tag or kind of a node tells what it has.
    unsafe {
        let entries = (*query).rtable;
        for i in 0..pg_sys::list_length(entries) {
            let entry: *mut pg_sys::RangeTblEntry = pg_sys::list_nth(entries, i).cast();
            if (*entry).rtekind != pg_sys::RTEKind::RTE_SUBQUERY {
                continue;
            }
            let alias = (*entry).alias;
            let is_view = !alias.is_null()
                && CStr::from_ptr((*alias).aliasname).to_bytes() == PRUNED.as_bytes();
            if !is_view {
                prune((*entry).subquery, wanted);
                continue;
            }
            let columns = (*(*entry).subquery).targetList;
            for j in 0..pg_sys::list_length(columns) {
                let column: *mut pg_sys::TargetEntry = pg_sys::list_nth(columns, j).cast();
                if (*column).resno == wanted.column && !(*column).resjunk {
                    prune_object((*column).expr.cast(), &wanted.values, wanted.elements);
                }
            }
        }
    }
}

/// # Safety
/// As for `prune`.
unsafe fn prune_object(node: *mut pg_sys::Node, wanted: &Keys, elements: Option<i32>) {
    // SAFETY: as for `prune`; a call whose other arguments are constants of type text, or literals, has keys.
    unsafe {
        if node.is_null() {
            return;
        }
        if let (true, Some(parameter)) = (wanted.0.is_empty(), elements) {
            narrow(node, parameter);
            return;
        }
        if (*node).type_ != pg_sys::NodeTag::T_FuncExpr || wanted.0.is_empty() {
            return;
        }
        let call = node.cast::<pg_sys::FuncExpr>();
        let arguments = (*call).args;
        if (*call).funcid != pg_sys::F_JSONB_BUILD_OBJECT_ANY.into()
            || (*call).funcvariadic
            || !has_text_keys(arguments)
        {
            return;
        }
        let mut kept = null_mut();
        for i in (0..pg_sys::list_length(arguments)).step_by(2) {
            let key: *mut pg_sys::Const = pg_sys::list_nth(arguments, i).cast();
            if let Some(inner) = wanted.0.get(documents::key_of(key)) {
                let value: *mut pg_sys::Node = pg_sys::list_nth(arguments, i + 1).cast();
                prune_object(value, inner, elements);
                kept = pg_sys::lappend(pg_sys::lappend(kept, key.cast()), value.cast());
            }
        }
        if pg_sys::list_length(kept) == 2 * wanted.0.len() as i32 {
            (*call).args = kept;
        }
    }
}

/// Makes the subquery that makes an array take only the rows whose number, which orders them, is in a parameter. What does
/// not look as the analysis has found it gives all elements, which is right as well.
///
/// # Safety
/// As for `prune`.
unsafe fn narrow(mut node: *mut pg_sys::Node, parameter: i32) {
    // SAFETY: as for `prune`; nodes made here belong to the same tree.
    unsafe {
        if (*node).type_ == pg_sys::NodeTag::T_CoalesceExpr {
            node = pg_sys::list_nth((*node.cast::<pg_sys::CoalesceExpr>()).args, 0).cast();
        }
        if (*node).type_ != pg_sys::NodeTag::T_SubLink {
            return;
        }
        let query: *mut pg_sys::Query = (*node.cast::<pg_sys::SubLink>()).subselect.cast();
        if query.is_null()
            || (*query).type_ != pg_sys::NodeTag::T_Query
            || pg_sys::list_length((*query).targetList) != 1
            || (*query).jointree.is_null()
        {
            return;
        }
        let column: *mut pg_sys::TargetEntry = pg_sys::list_nth((*query).targetList, 0).cast();
        let aggregate: *mut pg_sys::Aggref = (*column).expr.cast();
        if (*aggregate).xpr.type_ != pg_sys::NodeTag::T_Aggref
            || pg_sys::list_length((*aggregate).aggorder) < 1
        {
            return;
        }
        let order: *mut pg_sys::SortGroupClause = pg_sys::list_nth((*aggregate).aggorder, 0).cast();
        let arguments = (*aggregate).args;
        let number = (0..pg_sys::list_length(arguments))
            .map(|i| pg_sys::list_nth(arguments, i).cast::<pg_sys::TargetEntry>())
            .find(|entry| (**entry).ressortgroupref == (*order).tleSortGroupRef)
            .map(|entry| (*entry).expr.cast::<pg_sys::Var>());
        let Some(number) = number else { return };
        if (*number).xpr.type_ != pg_sys::NodeTag::T_Var || (*number).varlevelsup != 0 {
            return;
        }
        let base = pg_sys::getBaseType((*number).vartype);
        let function = match base {
            pg_sys::INT2OID => pg_sys::F_INT2EQ,
            pg_sys::INT4OID => pg_sys::F_INT4EQ,
            pg_sys::INT8OID => pg_sys::F_INT8EQ,
            _ => return,
        };
        let class = pg_sys::GetDefaultOpClass(base, pg_sys::BTREE_AM_OID);
        let family = pg_sys::get_opclass_family(class);
        let equal = pg_sys::BTEqualStrategyNumber as i16;
        let operator = pg_sys::get_opfamily_member(family, base, base, equal);
        let mut own: *mut pg_sys::Node = pg_sys::copyObjectImpl(number.cast()).cast();
        if base != (*number).vartype {
            let form = pg_sys::CoercionForm::COERCE_IMPLICIT_CAST;
            own = pg_sys::makeRelabelType(own.cast(), base, -1, pg_sys::InvalidOid, form).cast();
        }
        let given: *mut pg_sys::Param = pg_sys::palloc0(size_of::<pg_sys::Param>()).cast();
        (*given).xpr.type_ = pg_sys::NodeTag::T_Param;
        (*given).paramkind = pg_sys::ParamKind::PARAM_EXTERN;
        (*given).paramid = parameter;
        (*given).paramtype = pg_sys::get_array_type(base);
        (*given).paramtypmod = -1;
        (*given).location = -1;
        let condition: *mut pg_sys::ScalarArrayOpExpr =
            pg_sys::palloc0(size_of::<pg_sys::ScalarArrayOpExpr>()).cast();
        (*condition).xpr.type_ = pg_sys::NodeTag::T_ScalarArrayOpExpr;
        (*condition).opno = operator;
        (*condition).opfuncid = function.into();
        (*condition).useOr = true;
        (*condition).args = pg_sys::lappend(pg_sys::lappend(null_mut(), own.cast()), given.cast());
        (*condition).location = -1;
        let from = (*query).jointree;
        (*from).quals = pg_sys::make_and_qual((*from).quals, condition.cast());
    }
}

/// Exchanges the server's functions for the library's in a query, which is a copy made for the planner.
fn exchange(query: *mut pg_sys::Node, mut builders: Builders) {
    // SAFETY: system cache look-ups. A function that is gone (after a step down to a former version) is not used.
    let exists = |oid: pg_sys::Oid| unsafe {
        oid != pg_sys::InvalidOid
            && pg_sys::SearchSysCacheExists(
                pg_sys::SysCacheIdentifier::PROCOID as i32,
                oid.into(),
                0.into(),
                0.into(),
                0.into(),
            )
    };
    for oid in [&mut builders.object, &mut builders.array] {
        if !exists(*oid) {
            *oid = pg_sys::InvalidOid;
        }
    }
    // SAFETY: the planner's own tree; `walk` takes what is passed here.
    unsafe { walk(query, (&raw mut builders).cast()) };
}

/// SAFETY: called with nodes of a query and `Builders`.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn walk(node: *mut pg_sys::Node, context: *mut c_void) -> bool {
    unsafe {
        if node.is_null() {
            return false;
        }
        let builders = &*context.cast::<Builders>();
        match (*node).type_ {
            pg_sys::NodeTag::T_Query => {
                return pg_sys::query_tree_walker(node.cast(), Some(walk), context, 0);
            }
            pg_sys::NodeTag::T_FuncExpr => {
                let call = node.cast::<pg_sys::FuncExpr>();
                if (*call).funcid == pg_sys::F_JSONB_BUILD_OBJECT_ANY.into()
                    && builders.object != pg_sys::InvalidOid
                    && !(*call).funcvariadic
                    && has_text_keys((*call).args)
                {
                    (*call).funcid = builders.object;
                }
            }
            pg_sys::NodeTag::T_Aggref => {
                let call = node.cast::<pg_sys::Aggref>();
                if (*call).aggfnoid == pg_sys::F_JSONB_AGG.into()
                    && builders.array != pg_sys::InvalidOid
                    && pg_sys::list_length((*call).aggargtypes) == 1
                    && pg_sys::list_nth_oid((*call).aggargtypes, 0) == pg_sys::JSONBOID
                {
                    (*call).aggfnoid = builders.array;
                }
            }
            _ => {}
        }
        pg_sys::expression_tree_walker(node, Some(walk), context)
    }
}

/// Whether every other argument is a constant of type text, or a literal.
unsafe fn has_text_keys(arguments: *mut pg_sys::List) -> bool {
    // SAFETY: a list of expression nodes, whose tags tell their types.
    unsafe {
        let count = pg_sys::list_length(arguments);
        count % 2 == 0
            && (0..count).step_by(2).all(|i| {
                let node: *mut pg_sys::Node = pg_sys::list_nth(arguments, i).cast();
                (*node).type_ == pg_sys::NodeTag::T_Const && {
                    let constant = node.cast::<pg_sys::Const>();
                    !(*constant).constisnull
                        && [pg_sys::TEXTOID, pg_sys::UNKNOWNOID].contains(&(*constant).consttype)
                }
            })
    }
}

/// The place of a prepared statement's text, by which it is known again when it is planned.
///
/// # Safety
/// `plan` must be a prepared statement.
pub unsafe fn text_of(plan: pg_sys::SPIPlanPtr) -> *const c_char {
    // SAFETY: forwarded; a statement has one source, which keeps its text as long as it lives.
    unsafe {
        let sources = pg_sys::SPI_plan_get_plan_sources(plan);
        if pg_sys::list_length(sources) != 1 {
            return null();
        }
        (*pg_sys::list_nth(sources, 0).cast::<pg_sys::CachedPlanSource>()).query_string
    }
}
