//! Functions that build documents for flushes, in place of the server's (`pg::planner`): the same bytes, without asking
//! for the types of the arguments at every call and without taking parts that are `jsonb` already to pieces.

use std::cell::Cell;
use std::ffi::{c_char, CStr};
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::{Datum, FunctionCallInfo};

use crate::error::{code, Error, Result};
use crate::jsonb::{self, Item, Sink, TooLarge};

thread_local! {
    /// Where documents are laid out before their size is known.
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A larger buffer is not kept for the next document.
const KEPT_BYTES: usize = 1 << 20;

/// How an argument is read.
#[derive(Clone, Copy)]
pub enum Kind {
    Bool,
    Int2,
    Int4,
    Int8,
    Numeric,
    Text,
    /// A literal whose type the query leaves open.
    Literal,
    Jsonb,
    Uuid,
    DateTime(pg_sys::Oid),
    /// Through the server's `to_jsonb`, set up for the argument's type.
    Other(*mut pg_sys::FmgrInfo),
}

/// What a call of the builder needs to know about its arguments; in the memory of the query.
struct Plan {
    /// Per argument.
    kinds: *mut Kind,
    /// Pairs in the order of their keys, when all keys are constants and each is there once.
    order: *mut usize,
    count: usize,
}

pub fn too_large(_: TooLarge) -> Error {
    Error::new(
        code::PROGRAM_LIMIT_EXCEEDED,
        format!(
            "total size of jsonb values exceeds the maximum of {} bytes",
            jsonb::MAX_BYTES
        ),
    )
}

pub fn damaged() -> Error {
    Error::internal("a jsonb value is damaged")
}

/// # Safety
/// `context` must be a memory context.
pub unsafe fn allocate<T>(context: pg_sys::MemoryContext, count: usize) -> *mut T {
    // SAFETY: forwarded; the server aligns for every type.
    unsafe { pg_sys::MemoryContextAlloc(context, (count * size_of::<T>()).max(1)).cast() }
}

/// The bytes of a varlena without its header, fetched and decompressed where needed.
///
/// # Safety
/// `datum` must be a varlena; the bytes live as long as it, or as the current memory context.
pub unsafe fn payload<'a>(datum: Datum) -> &'a [u8] {
    // SAFETY: forwarded.
    unsafe {
        let mut value = datum.cast_mut_ptr::<pg_sys::varlena>();
        let is_plain = pgrx::varlena::varatt_is_4b_u(value)
            || pgrx::varlena::varatt_is_1b(value) && !pgrx::varlena::varatt_is_1b_e(value);
        if !is_plain {
            value = pg_sys::pg_detoast_datum_packed(value);
        }
        std::slice::from_raw_parts(
            pgrx::varlena::vardata_any(value).cast::<u8>(),
            pgrx::varlena::varsize_any_exhdr(value),
        )
    }
}

impl Kind {
    /// The types that are read without the server's help.
    pub fn of_type(type_oid: pg_sys::Oid) -> Option<Self> {
        Some(match type_oid {
            pg_sys::BOOLOID => Kind::Bool,
            pg_sys::INT2OID => Kind::Int2,
            pg_sys::INT4OID => Kind::Int4,
            pg_sys::INT8OID => Kind::Int8,
            pg_sys::NUMERICOID => Kind::Numeric,
            pg_sys::TEXTOID | pg_sys::VARCHAROID | pg_sys::BPCHAROID => Kind::Text,
            pg_sys::UNKNOWNOID => Kind::Literal,
            pg_sys::JSONBOID => Kind::Jsonb,
            pg_sys::UUIDOID => Kind::Uuid,
            pg_sys::DATEOID | pg_sys::TIMESTAMPOID | pg_sys::TIMESTAMPTZOID => {
                Kind::DateTime(type_oid)
            }
            _ => return None,
        })
    }

    /// # Safety
    /// `function` must be a call's function with an expression that has this argument.
    pub unsafe fn of(function: *mut pg_sys::FmgrInfo, argument: *mut pg_sys::Node) -> Self {
        // SAFETY: type look-ups; what is made for `to_jsonb` lives as long as the function.
        unsafe {
            let type_oid = pg_sys::exprType(argument);
            let known =
                Kind::of_type(type_oid).or_else(|| Kind::of_type(pg_sys::getBaseType(type_oid)));
            match known {
                Some(kind) => kind,
                None => {
                    let context = (*function).fn_mcxt;
                    let info = allocate::<pg_sys::FmgrInfo>(context, 1);
                    pg_sys::fmgr_info_cxt(pg_sys::F_TO_JSONB.into(), info, context);
                    let former = pg_sys::MemoryContextSwitchTo(context);
                    (*info).fn_expr = pg_sys::makeFuncExpr(
                        pg_sys::F_TO_JSONB.into(),
                        pg_sys::JSONBOID,
                        pg_sys::lappend(null_mut(), argument.cast()),
                        pg_sys::InvalidOid,
                        pg_sys::InvalidOid,
                        pg_sys::CoercionForm::COERCE_EXPLICIT_CALL,
                    )
                    .cast();
                    pg_sys::MemoryContextSwitchTo(former);
                    Kind::Other(info)
                }
            }
        }
    }

    /// # Safety
    /// `datum` must be a non-null value of the argument; what is returned lives as long as it, or as the current memory
    /// context.
    pub unsafe fn read<'a>(self, datum: Datum, collation: pg_sys::Oid) -> Result<Item<'a>> {
        // SAFETY: forwarded; the server's functions are called with arguments of their types.
        unsafe {
            Ok(match self {
                Kind::Bool => Item::Bool(datum.value() as u8 != 0),
                Kind::Int2 => Item::Integer(datum.value() as i16 as i64),
                Kind::Int4 => Item::Integer(datum.value() as i32 as i64),
                Kind::Int8 => Item::Integer(datum.value() as i64),
                Kind::Numeric => {
                    let number = payload(datum);
                    if jsonb::is_special(number) {
                        let text =
                            pg_sys::OidOutputFunctionCall(pg_sys::F_NUMERIC_OUT.into(), datum);
                        Item::String(CStr::from_ptr(text).to_bytes())
                    } else {
                        Item::Numeric(number)
                    }
                }
                Kind::Text => Item::String(payload(datum)),
                Kind::Literal => {
                    Item::String(CStr::from_ptr(datum.cast_mut_ptr::<c_char>()).to_bytes())
                }
                Kind::Jsonb => Item::of_jsonb(payload(datum)).ok_or_else(damaged)?,
                Kind::Uuid => {
                    let text = pg_sys::OidOutputFunctionCall(pg_sys::F_UUID_OUT.into(), datum);
                    Item::String(CStr::from_ptr(text).to_bytes())
                }
                Kind::DateTime(oid) => {
                    let text = pg_sys::JsonEncodeDateTime(null_mut(), datum, oid, std::ptr::null());
                    Item::String(CStr::from_ptr(text).to_bytes())
                }
                Kind::Other(info) => {
                    let value = pg_sys::FunctionCall1Coll(info, collation, datum);
                    Item::of_jsonb(payload(value)).ok_or_else(damaged)?
                }
            })
        }
    }
}

/// The function's call expression, whose arguments tell their types.
///
/// # Safety
/// `fcinfo` must be that of a call.
pub unsafe fn call_expression(fcinfo: FunctionCallInfo) -> Result<*mut pg_sys::FuncExpr> {
    // SAFETY: the node's tag tells its type.
    unsafe {
        let node = (*(*fcinfo).flinfo).fn_expr;
        if node.is_null() || (*node).type_ != pg_sys::NodeTag::T_FuncExpr {
            return Err(Error::internal("the call tells no types of its arguments"));
        }
        let expression = node.cast::<pg_sys::FuncExpr>();
        if (*expression).funcvariadic {
            return Err(Error::new(
                code::FEATURE_NOT_SUPPORTED,
                "VARIADIC arrays are not supported here",
            )
            .hint("Pass the arguments one by one."));
        }
        Ok(expression)
    }
}

/// What a function keeps from call to call, made at the first one.
///
/// # Safety
/// `fcinfo` must be that of a call of a function that keeps nothing else; `make` may rely on it.
pub unsafe fn kept<'a, T>(
    fcinfo: FunctionCallInfo,
    make: unsafe fn(FunctionCallInfo) -> Result<T>,
) -> Result<&'a T> {
    // SAFETY: `fn_extra` holds what is put there below, in memory that lives as long as it.
    unsafe {
        let function = (*fcinfo).flinfo;
        if (*function).fn_extra.is_null() {
            let made = make(fcinfo)?;
            let place = allocate::<T>((*function).fn_mcxt, 1);
            place.write(made);
            (*function).fn_extra = place.cast();
        }
        Ok(&*(*function).fn_extra.cast())
    }
}

impl Plan {
    /// # Safety
    /// `fcinfo` must be that of a call.
    unsafe fn make(fcinfo: FunctionCallInfo) -> Result<Plan> {
        // SAFETY: the expression has as many arguments as the call.
        unsafe {
            let function = (*fcinfo).flinfo;
            let expression = call_expression(fcinfo)?;
            let count = (*fcinfo).nargs as usize;
            if !count.is_multiple_of(2) || pg_sys::list_length((*expression).args) as usize != count
            {
                return Err(Error::new(
                    code::INVALID_PARAMETER,
                    "argument list must have even number of elements",
                )
                .hint("The arguments are keys and values in turn."));
            }
            let kinds = allocate::<Kind>((*function).fn_mcxt, count);
            let mut are_constant = true;
            for i in 0..count {
                let argument: *mut pg_sys::Node =
                    pg_sys::list_nth((*expression).args, i as i32).cast();
                kinds.add(i).write(Kind::of(function, argument));
                are_constant &= i % 2 == 1 || (*argument).type_ == pg_sys::NodeTag::T_Const;
            }
            let mut plan = Plan {
                kinds,
                order: null_mut(),
                count,
            };
            if are_constant {
                let order = plan.sorted(&plan.keys(fcinfo)?);
                plan.order = allocate::<usize>((*function).fn_mcxt, count / 2);
                // Where a key is there twice the pairs are fewer.
                if order.len() == count / 2 {
                    std::ptr::copy_nonoverlapping(order.as_ptr(), plan.order, order.len());
                } else {
                    plan.order = null_mut();
                }
            }
            Ok(plan)
        }
    }

    /// The keys of a call.
    unsafe fn keys<'a>(&self, fcinfo: FunctionCallInfo) -> Result<Vec<&'a [u8]>> {
        // SAFETY: forwarded.
        unsafe {
            (0..self.count / 2)
                .map(|pair| self.key(fcinfo, pair))
                .collect()
        }
    }

    unsafe fn key<'a>(&self, fcinfo: FunctionCallInfo, pair: usize) -> Result<&'a [u8]> {
        // SAFETY: a call has the arguments that the plan was made for.
        unsafe {
            let argument = (*fcinfo).args.as_slice(self.count)[2 * pair];
            if argument.isnull {
                return Err(Error::new(
                    code::INVALID_PARAMETER,
                    format!("argument {}: key must not be null", 2 * pair + 1),
                ));
            }
            match *self.kinds.add(2 * pair) {
                Kind::Text => Ok(payload(argument.value)),
                Kind::Literal => {
                    Ok(CStr::from_ptr(argument.value.cast_mut_ptr::<c_char>()).to_bytes())
                }
                _ => Err(Error::new(
                    code::INVALID_PARAMETER,
                    format!("argument {}: key must be of type text", 2 * pair + 1),
                )),
            }
        }
    }

    /// The pairs in the order of their keys; of several with one key the last.
    fn sorted(&self, keys: &[&[u8]]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|a, b| jsonb::key_order(keys[*a], keys[*b]).then(b.cmp(a)));
        order.dedup_by_key(|pair| keys[*pair]);
        order
    }

    unsafe fn value<'a>(&self, fcinfo: FunctionCallInfo, pair: usize) -> Result<Item<'a>> {
        // SAFETY: a call has the arguments that the plan was made for.
        unsafe {
            let i = 2 * pair + 1;
            let argument = (*fcinfo).args.as_slice(self.count)[i];
            if argument.isnull {
                return Ok(Item::Null);
            }
            (*self.kinds.add(i)).read(argument.value, (*fcinfo).fncollation)
        }
    }
}

/// Lays a `jsonb` out and copies it into the current memory context.
fn built(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<Datum> {
    let built = built_if(|out| write(out).map(|()| true))?;
    built.ok_or_else(|| Error::internal("a document is missing"))
}

/// The same, when there is one.
pub fn built_if(write: impl FnOnce(&mut Vec<u8>) -> Result<bool>) -> Result<Option<Datum>> {
    let mut scratch = SCRATCH.take();
    scratch.clear();
    scratch.extend_from_slice(&[0; 4]);
    if !write(&mut scratch)? {
        SCRATCH.set(scratch);
        return Ok(None);
    }
    let header = jsonb::varlena_header(scratch.len());
    scratch[..4].copy_from_slice(&header);
    // SAFETY: as many bytes are allocated as are copied.
    let result = unsafe {
        let place = pg_sys::palloc(scratch.len()).cast::<u8>();
        std::ptr::copy_nonoverlapping(scratch.as_ptr(), place, scratch.len());
        Datum::from(place)
    };
    if scratch.capacity() <= KEPT_BYTES {
        SCRATCH.set(scratch);
    }
    Ok(Some(result))
}

/// The bytes of a key in a call of `jsonb_build_object`: a constant of type text, or a literal.
///
/// # Safety
/// `key` must be such a constant, not null.
pub unsafe fn key_of<'a>(key: *mut pg_sys::Const) -> &'a [u8] {
    // SAFETY: forwarded.
    unsafe {
        let value = (*key).constvalue;
        if (*key).consttype == pg_sys::UNKNOWNOID {
            CStr::from_ptr(value.cast_mut_ptr()).to_bytes()
        } else {
            payload(value)
        }
    }
}

/// `jsonb_build_object` with keys of type text.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn build_object(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared with VARIADIC "any", so the call has an expression that tells the types of its arguments.
    unsafe {
        let plan = kept(fcinfo, Plan::make)?;
        let mut sorted = Vec::new();
        let order: &[usize] = if plan.order.is_null() {
            sorted.extend(plan.sorted(&plan.keys(fcinfo)?));
            &sorted
        } else {
            std::slice::from_raw_parts(plan.order, plan.count / 2)
        };
        let mut pairs = Vec::with_capacity(order.len());
        for pair in order {
            pairs.push((plan.key(fcinfo, *pair)?, plan.value(fcinfo, *pair)?));
        }
        built(|out| jsonb::append_object(out, &pairs).map_err(too_large))
    }
}

/// Bytes in a memory context of the server.
struct Bytes {
    start: *mut u8,
    len: usize,
    capacity: usize,
}

impl Bytes {
    /// # Safety
    /// `context` must be a memory context that outlives the bytes.
    unsafe fn new(context: pg_sys::MemoryContext, capacity: usize) -> Self {
        Bytes {
            // SAFETY: forwarded.
            start: unsafe { allocate(context, capacity) },
            len: 0,
            capacity,
        }
    }

    fn as_slice(&self) -> &[u8] {
        // SAFETY: so many bytes have been written.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

impl Sink for Bytes {
    fn position(&self) -> usize {
        self.len
    }

    fn append(&mut self, bytes: &[u8]) {
        let len = self.len + bytes.len();
        // SAFETY: there is room for the bytes once the memory has been enlarged, in the context it is in.
        unsafe {
            if len > self.capacity {
                self.capacity = len.next_power_of_two();
                self.start = pg_sys::repalloc_huge(self.start.cast(), self.capacity).cast();
            }
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.add(self.len), bytes.len());
        }
        self.len = len;
    }
}

/// An array while its elements come; in the memory of the aggregate.
struct Array {
    /// One word per element.
    entries: Bytes,
    values: Bytes,
}

/// The transition of the aggregate that makes an array of `jsonb` values.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn add_element(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared with internal and jsonb; only the aggregate can call a function of an internal argument, and its
    // state is what the first call returned.
    unsafe {
        let arguments = (*fcinfo).args.as_slice(2);
        let state: *mut Array = if arguments[0].isnull {
            let mut context: pg_sys::MemoryContext = null_mut();
            if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
                return Err(Error::internal("called outside an aggregate"));
            }
            let state = allocate::<Array>(context, 1);
            state.write(Array {
                entries: Bytes::new(context, 64),
                values: Bytes::new(context, 1024),
            });
            state
        } else {
            arguments[0].value.cast_mut_ptr()
        };
        let item = if arguments[1].isnull {
            Item::Null
        } else {
            Item::of_jsonb(payload(arguments[1].value)).ok_or_else(damaged)?
        };
        let entry = item.append_to(&mut (*state).values).map_err(too_large)?;
        (*state).entries.append(&entry.to_ne_bytes());
        Ok(Datum::from(state))
    }
}

/// The end of that aggregate. May be called several times.
///
/// # Safety
/// `fcinfo` must be that of a call of the function with the declared arguments.
pub unsafe fn finish_array(fcinfo: FunctionCallInfo) -> Result<Datum> {
    // SAFETY: declared with internal; the state is what the transition returned.
    unsafe {
        let argument = (*fcinfo).args.as_slice(1)[0];
        if argument.isnull {
            (*fcinfo).isnull = true;
            return Ok(Datum::null());
        }
        let state = &*argument.value.cast_mut_ptr::<Array>();
        built(|out| {
            jsonb::append_array(out, state.entries.as_slice(), state.values.as_slice())
                .map_err(too_large)
        })
    }
}
