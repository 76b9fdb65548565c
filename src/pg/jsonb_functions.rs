//! Functions that change documents at known places, in place of the server's (`jsonb_set`, `||`, `-`, `#-`): the same
//! bytes, without taking to pieces what stays. A document that stays as it is comes back as it was stored.

use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use pgrx::FromDatum;

use crate::error::{code, Error, Result};
use crate::jsonb::patch::{self, Action, Change, Elements, Misfit, MAX_DEPTH};
use crate::jsonb::{Item, TooLarge};
use crate::pg::documents::{
    allocate, built_if, call_expression, damaged, kept, payload, too_large, Kind,
};

/// The elements of a `text[]`.
#[derive(Clone, Copy)]
struct Keys {
    datums: *mut Datum,
    count: usize,
}

/// What a call of [`set_many`] needs to know about its arguments; in the memory of the query.
struct Plan {
    /// Per value.
    kinds: *mut Kind,
    /// Per path, when all paths are constants.
    paths: *mut Keys,
    count: usize,
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(code::INVALID_PARAMETER, message)
}

/// A path as the server writes it.
fn shown(path: &[&[u8]]) -> String {
    let keys: Vec<_> = path.iter().map(|key| name(key)).collect();
    format!("{{{}}}", keys.join(","))
}

fn name(key: &[u8]) -> String {
    String::from_utf8_lossy(key).into_owned()
}

impl Keys {
    /// # Safety
    /// `array` must be a non-null `text[]`; the keys live as long as it and the current memory context.
    unsafe fn of(array: Datum) -> Result<Self> {
        let (mut datums, mut nulls, mut count) = (null_mut(), null_mut(), 0);
        // SAFETY: detoasting gives a plain array; the server allocates `count` datums and flags for it.
        unsafe {
            let plain: *mut pg_sys::ArrayType =
                pg_sys::pg_detoast_datum(array.cast_mut_ptr()).cast();
            if (*plain).ndim > 1 {
                return Err(invalid("path has more than one dimension"));
            }
            pg_sys::deconstruct_array(
                plain,
                pg_sys::TEXTOID,
                -1,
                false,
                pg_sys::TYPALIGN_INT as _,
                &mut datums,
                &mut nulls,
                &mut count,
            );
            let count = count as usize;
            if let Some(place) = (0..count).find(|i| *nulls.add(*i)) {
                return Err(invalid(format!("key {} of the path is null", place + 1)));
            }
            Ok(Keys { datums, count })
        }
    }

    /// # Safety
    /// The array must be there still.
    unsafe fn as_path<'a>(self) -> Vec<&'a [u8]> {
        // SAFETY: so many datums of type text.
        unsafe {
            (0..self.count)
                .map(|i| payload(*self.datums.add(i)))
                .collect()
        }
    }
}

/// The path that argument 1 is.
///
/// # Safety
/// The argument must be a non-null `text[]`.
unsafe fn path_argument<'a>(fcinfo: FunctionCallInfo) -> Result<Vec<&'a [u8]>> {
    // SAFETY: forwarded.
    unsafe { Ok(Keys::of((*fcinfo).args.as_slice(2)[1].value)?.as_path()) }
}

/// Argument 0 with the changes.
///
/// # Safety
/// The argument must be a non-null `jsonb`.
unsafe fn patched(fcinfo: FunctionCallInfo, changes: &[Change<'_>]) -> Result<Datum> {
    // SAFETY: forwarded.
    let (stored, document) = unsafe {
        let stored = (*fcinfo).args.as_slice(1)[0].value;
        (stored, payload(stored))
    };
    let new = built_if(|out| {
        patch::patch(out, document, changes).map_err(|misfit| error_of(misfit, changes))
    })?;
    Ok(new.unwrap_or(stored))
}

fn error_of(misfit: Misfit, changes: &[Change<'_>]) -> Error {
    let path = |change: usize| changes.get(change).map_or(&[][..], |change| change.path);
    let at = |change: usize| shown(path(change));
    let identity = |change: usize| match changes.get(change).map(|change| change.action) {
        Some(Action::Elements(elements)) => name(elements.identity),
        _ => String::new(),
    };
    match misfit {
        Misfit::Damaged => damaged(),
        Misfit::TooLarge => too_large(TooLarge),
        Misfit::TooDeep { .. } => invalid(format!("path has more than {MAX_DEPTH} keys")),
        Misfit::EmptyPath { .. } => {
            invalid("path is empty").detail("A whole document cannot be set.")
        }
        Misfit::Overlap { change } => {
            invalid(format!("path \"{}\" is one with another path", at(change)))
                .detail("A path must neither be given twice nor lead through the end of another.")
        }
        Misfit::Missing { change, depth } => {
            let keys = path(change);
            let (object, key) = keys.split_at(depth.min(keys.len()));
            invalid(format!("path \"{}\" is not in the document", at(change)))
                .detail(format!(
                    "The object at \"{}\" has no key \"{}\".",
                    shown(object),
                    key.first().map_or_else(String::new, |key| name(key))
                ))
                .hint("pg_tviews_jsonb_merge() adds keys.")
        }
        Misfit::NotObject { change, depth } => {
            let keys = path(change);
            let message = if depth < keys.len() {
                format!("path \"{}\" is not in the document", at(change))
            } else {
                format!("value at path \"{}\" is no object", at(change))
            };
            invalid(message).detail(format!(
                "The value at \"{}\" is a scalar or an array.",
                shown(&keys[..depth.min(keys.len())])
            ))
        }
        Misfit::GivenNotObject { .. } => invalid("what is merged into an object is no object"),
        Misfit::NotArray { change } => {
            invalid(format!("value at path \"{}\" is no array", at(change)))
        }
        Misfit::NoIdentity { change, element } => invalid(format!(
            "element {element} of the array at path \"{}\" has no identity",
            at(change)
        ))
        .detail(format!(
            "It is no object with an integer under the key \"{}\".",
            identity(change)
        )),
        Misfit::Disorder { change, element } => invalid(format!(
            "element {element} of the array at path \"{}\" is out of order",
            at(change)
        ))
        .detail(format!(
            "Its \"{}\" does not come behind that of the element before it.",
            identity(change)
        ))
        .hint("The argument \"descending\" tells the direction."),
        Misfit::GivenNotArray => invalid("new elements are no array"),
        Misfit::GivenNoIdentity { element } => {
            invalid(format!("new element {element} has no identity"))
                .detail("It is no object with an integer under the key.")
        }
        Misfit::WrongIdentity { identity, .. } => {
            invalid(format!("new element {identity} has another identity"))
        }
        Misfit::GivenTwice { identity, .. } => {
            invalid(format!("identity {identity} is given twice"))
        }
        Misfit::Empty { change } => invalid(format!("array at path \"{}\" is empty", at(change))),
    }
}

/// `jsonb_set` of a path that is there.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn set(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared strict, with jsonb, text[] and jsonb.
    unsafe {
        let value = (*fcinfo).args.as_slice(3)[2].value;
        let change = Change {
            path: &path_argument(fcinfo)?,
            action: Action::Set(Item::of_jsonb(payload(value)).ok_or_else(damaged)?),
        };
        patched(fcinfo, &[change])
    }
}

/// `||` at a path.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn merge(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared strict, with jsonb, text[] and jsonb.
    unsafe {
        let change = Change {
            path: &path_argument(fcinfo)?,
            action: Action::Merge(payload((*fcinfo).args.as_slice(3)[2].value)),
        };
        patched(fcinfo, &[change])
    }
}

/// Elements replaced, inserted and removed by their identity.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn set_elements(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared strict, with jsonb, text[], text, jsonb, bigint[] and boolean.
    unsafe {
        let arguments = (*fcinfo).args.as_slice(6);
        let identity = payload(arguments[2].value);
        let mut changes = patch::new_elements(payload(arguments[3].value), identity)
            .map_err(|misfit| error_of(misfit, &[]))?;
        let removed = Vec::<Option<i64>>::from_datum(arguments[4].value, false);
        for identity in removed.unwrap_or_default() {
            let identity = identity.ok_or_else(|| invalid("identity to remove is null"))?;
            changes.push((identity, None));
        }
        let change = Change {
            path: &path_argument(fcinfo)?,
            action: Action::Elements(Elements {
                identity,
                is_descending: arguments[5].value.value() as u8 != 0,
                may_be_empty: true,
                changes: &changes,
            }),
        };
        patched(fcinfo, &[change])
    }
}

impl Plan {
    /// # Safety
    /// `fcinfo` must be that of a call of [`set_many`].
    unsafe fn make(fcinfo: FunctionCallInfo) -> Result<Plan> {
        // SAFETY: the expression has as many arguments as the call; constant arrays live as long as it, and what is
        // made of them goes into the memory of the function.
        unsafe {
            let function = (*fcinfo).flinfo;
            let expression = call_expression(fcinfo)?;
            let count = (*fcinfo).nargs as usize / 2;
            if (*fcinfo).nargs as usize != 1 + 2 * count
                || pg_sys::list_length((*expression).args) != 1 + 2 * count as i32
            {
                return Err(invalid("path without a value")
                    .hint("The arguments behind the document are paths and values in turn."));
            }
            let node = |i: usize| -> *mut pg_sys::Node {
                pg_sys::list_nth((*expression).args, i as i32).cast()
            };
            let mut plan = Plan {
                kinds: allocate((*function).fn_mcxt, count),
                paths: null_mut(),
                count,
            };
            let mut are_constant = true;
            for change in 0..count {
                let path = node(1 + 2 * change);
                if pg_sys::getBaseType(pg_sys::exprType(path)) != pg_sys::TEXTARRAYOID {
                    return Err(
                        invalid(format!("path {} is not of type text[]", change + 1))
                            .hint("Write ARRAY['key', ...], or cast it to text[]."),
                    );
                }
                are_constant &= (*path).type_ == pg_sys::NodeTag::T_Const;
                let kind = Kind::of(function, node(2 + 2 * change));
                plan.kinds.add(change).write(kind);
            }
            if are_constant {
                let paths = allocate::<Keys>((*function).fn_mcxt, count);
                let former = pg_sys::MemoryContextSwitchTo((*function).fn_mcxt);
                let read = (0..count).try_for_each(|change| {
                    paths.add(change).write(plan.keys(fcinfo, change)?);
                    Ok(())
                });
                pg_sys::MemoryContextSwitchTo(former);
                read?;
                plan.paths = paths;
            }
            Ok(plan)
        }
    }

    unsafe fn keys(&self, fcinfo: FunctionCallInfo, change: usize) -> Result<Keys> {
        // SAFETY: a call has the arguments that the plan was made for.
        unsafe {
            if !self.paths.is_null() {
                return Ok(*self.paths.add(change));
            }
            let argument = (*fcinfo).args.as_slice(1 + 2 * self.count)[1 + 2 * change];
            if argument.isnull {
                return Err(invalid(format!("path {} is null", change + 1)));
            }
            Keys::of(argument.value)
        }
    }

    unsafe fn value<'a>(&self, fcinfo: FunctionCallInfo, change: usize) -> Result<Item<'a>> {
        // SAFETY: a call has the arguments that the plan was made for.
        unsafe {
            let argument = (*fcinfo).args.as_slice(1 + 2 * self.count)[2 + 2 * change];
            if argument.isnull {
                return Ok(Item::Null);
            }
            (*self.kinds.add(change)).read(argument.value, (*fcinfo).fncollation)
        }
    }
}

/// `jsonb_set` of several paths that are there, with values of any type.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn set_many(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared with jsonb and VARIADIC "any", so the call has an expression that tells the types.
    unsafe {
        let plan = kept(fcinfo, Plan::make)?;
        if (*fcinfo).args.as_slice(1)[0].isnull {
            (*fcinfo).isnull = true;
            return Ok(Datum::null());
        }
        let mut paths = Vec::with_capacity(plan.count);
        for change in 0..plan.count {
            paths.push(plan.keys(fcinfo, change)?.as_path());
        }
        let mut changes = Vec::with_capacity(plan.count);
        for (change, path) in paths.iter().enumerate() {
            changes.push(Change {
                path,
                action: Action::Set(plan.value(fcinfo, change)?),
            });
        }
        patched(fcinfo, &changes)
    }
}
