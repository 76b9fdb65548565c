//! Values between the server's datums and the plain data of `key.rs`.

use std::ffi::c_char;
use std::ptr::null_mut;

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::error::{Error, Result};
use crate::key::{Column, KeySet, Tuple, Value};
use crate::pg::compat;
use crate::pg::spi::Sink;

extern "C-unwind" {
    /// `utils/datum.h`, which pgrx leaves out of its bindings.
    fn datum_image_eq(value1: Datum, value2: Datum, typbyval: bool, typlen: i32) -> bool;
}

/// Physical facts of a type.
#[derive(Debug, Clone, Copy)]
pub struct Physical {
    pub len: i16,
    pub by_value: bool,
    pub align: c_char,
}

impl Physical {
    pub fn of(attribute: &pg_sys::FormData_pg_attribute) -> Self {
        Physical {
            len: attribute.attlen,
            by_value: attribute.attbyval,
            align: attribute.attalign,
        }
    }

    /// Copies a datum out of the server's memory, detoasted.
    ///
    /// # Safety
    /// `datum` must be a non-null value of a type with these facts.
    pub unsafe fn value(self, datum: Datum) -> Value {
        if self.by_value {
            return Value::Word(datum.value() as u64);
        }
        // SAFETY: by-reference values of fixed length have `len` bytes, C strings end in NUL, and every other one is
        // a varlena, which detoasting turns into one with a four-byte header.
        unsafe {
            match self.len {
                -1 => {
                    let toasted = datum.cast_mut_ptr::<pg_sys::varlena>();
                    let plain = pg_sys::pg_detoast_datum(toasted);
                    let bytes =
                        std::slice::from_raw_parts(plain as *const u8, pgrx::varsize_any(plain));
                    let value = Value::Bytes(bytes.into());
                    if plain != toasted {
                        pg_sys::pfree(plain.cast());
                    }
                    value
                }
                -2 => {
                    let text = std::ffi::CStr::from_ptr(datum.cast_mut_ptr());
                    Value::Bytes(text.to_bytes_with_nul().into())
                }
                len => {
                    let bytes =
                        std::slice::from_raw_parts(datum.cast_mut_ptr::<u8>(), len as usize);
                    Value::Bytes(bytes.into())
                }
            }
        }
    }

    /// Whether two non-null values have the same image; a toasted value that was not touched is not fetched.
    ///
    /// # Safety
    /// Both must be non-null values of a type with these facts.
    #[allow(ffi_unwind_calls, reason = "the call stands alone inside the guard")]
    pub unsafe fn same_image(self, a: Datum, b: Datum) -> bool {
        if self.by_value || a == b {
            return a == b;
        }
        // SAFETY: see `value`; a varlena has at least its header.
        unsafe {
            if self.len == -1 {
                let (x, y) = (
                    a.cast_mut_ptr::<pg_sys::varlena>(),
                    b.cast_mut_ptr::<pg_sys::varlena>(),
                );
                let (m, n) = (pgrx::varsize_any(x), pgrx::varsize_any(y));
                let stored =
                    |p: *mut pg_sys::varlena, n| std::slice::from_raw_parts(p as *const u8, n);
                if m == n && stored(x, m) == stored(y, n) {
                    return true;
                }
            }
            let (by_value, len) = (self.by_value, i32::from(self.len));
            pg_sys::ffi::pg_guard_ffi_boundary(|| datum_image_eq(a, b, by_value, len))
        }
    }
}

/// A column's place in a tuple descriptor: attribute number and physical facts.
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    pub num: i16,
    pub physical: Physical,
}

/// One column of a key or a link.
#[derive(Debug, Clone, Copy)]
pub struct ColumnType {
    pub type_oid: pg_sys::Oid,
    pub collation: pg_sys::Oid,
    pub physical: Physical,
    /// The type's own hash function; it gives equal values, also of the other types of its operator family, one hash.
    hash: Option<*mut pg_sys::FmgrInfo>,
}

impl ColumnType {
    pub fn new(type_oid: u32, collation: u32) -> Self {
        let type_oid = pg_sys::Oid::from(type_oid);
        // SAFETY: the type cache entry of an existing type; entries live as long as the backend.
        unsafe {
            let entry = pg_sys::lookup_type_cache(
                type_oid,
                pg_sys::TYPECACHE_HASH_EXTENDED_PROC_FINFO as i32,
            );
            let hash = ((*entry).hash_extended_proc_finfo.fn_oid != pg_sys::InvalidOid)
                .then(|| &raw mut (*entry).hash_extended_proc_finfo);
            ColumnType {
                type_oid,
                collation: pg_sys::Oid::from(collation),
                physical: Physical {
                    len: (*entry).typlen,
                    by_value: (*entry).typbyval,
                    align: (*entry).typalign,
                },
                hash,
            }
        }
    }
}

impl ColumnType {
    /// Hashes a value on top of a former hash, which is returned when the type has no hash function.
    unsafe fn hash(&self, datum: Datum, seed: u64) -> u64 {
        let Some(function) = self.hash else {
            return seed;
        };
        let seed = Datum::from(seed as i64);
        // SAFETY: the datum is a value of the function's argument type; the seed is a bigint.
        let value = unsafe { pg_sys::FunctionCall2Coll(function, self.collation, datum, seed) };
        value.value() as u64
    }

    /// Whether values of another type can be taken for values of this one: of types that compare without a conversion.
    pub fn takes(&self, other: pg_sys::Oid) -> bool {
        const LIKE: [&[pg_sys::Oid]; 2] = [
            &[pg_sys::INT2OID, pg_sys::INT4OID, pg_sys::INT8OID],
            &[pg_sys::TEXTOID, pg_sys::VARCHAROID],
        ];
        // SAFETY: a catalog look-up by type.
        let base = |oid| unsafe { pg_sys::getBaseType(oid) };
        let (own, other) = (base(self.type_oid), base(other));
        own == other
            || LIKE
                .iter()
                .any(|like| like.contains(&own) && like.contains(&other))
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        // SAFETY: a catalog look-up by type.
        unsafe { pg_sys::get_element_type(self.type_oid) != pg_sys::InvalidOid }
    }

    /// The elements of an array type; the type itself when it is none.
    pub fn element(self) -> Self {
        // SAFETY: a catalog look-up by type.
        let element = unsafe { pg_sys::get_element_type(self.type_oid) };
        if element == pg_sys::InvalidOid {
            self
        } else {
            ColumnType::new(element.to_u32(), self.collation.to_u32())
        }
    }

    /// Copies the elements of an array that are not null.
    ///
    /// # Safety
    /// `array` must be a non-null array of this type.
    pub unsafe fn elements(&self, array: Datum) -> Vec<Value> {
        let (mut datums, mut nulls, mut count) = (null_mut(), null_mut(), 0);
        // SAFETY: detoasting gives a plain array; the server allocates `count` datums and flags for it.
        unsafe {
            let toasted = array.cast_mut_ptr::<pg_sys::varlena>();
            let plain = pg_sys::pg_detoast_datum(toasted);
            pg_sys::deconstruct_array(
                plain.cast(),
                self.type_oid,
                i32::from(self.physical.len),
                self.physical.by_value,
                self.physical.align,
                &mut datums,
                &mut nulls,
                &mut count,
            );
            let values = (0..count as usize)
                .filter(|i| !*nulls.add(*i))
                .map(|i| self.physical.value(*datums.add(i)))
                .collect();
            pg_sys::pfree(datums.cast());
            pg_sys::pfree(nulls.cast());
            if plain != toasted {
                pg_sys::pfree(plain.cast());
            }
            values
        }
    }
}

/// The columns of a key or a link, ready to hash for locks and to pass as array parameters.
#[derive(Debug, Clone)]
pub struct HashedColumns(pub Vec<ColumnType>);

impl HashedColumns {
    /// Whether values of the other columns can be taken for values of these.
    pub fn take(&self, other: &HashedColumns) -> bool {
        self.0.len() == other.0.len()
            && self
                .0
                .iter()
                .zip(&other.0)
                .all(|(column, other)| column.takes(other.type_oid))
    }

    /// Whether rows with this descriptor begin with values of these columns.
    ///
    /// # Safety
    /// `descriptor` must be valid.
    unsafe fn are_of(&self, descriptor: pg_sys::TupleDesc) -> bool {
        // SAFETY: forwarded.
        let given = unsafe { compat::attributes(descriptor) };
        let mut pairs = self.0.iter().zip(given);
        given.len() >= self.0.len() && pairs.all(|(column, given)| column.takes(given.atttypid))
    }

    /// Whether every type has a hash function.
    pub fn hashable(&self) -> bool {
        self.0.iter().all(|column| column.hash.is_some())
    }

    /// A 64-bit hash of the tuple; equal for equal values, and for nulls. Types without a hash function count nothing.
    pub fn hash(&self, tuple: Tuple<'_>, seed: u64) -> u64 {
        let mut hash = seed;
        for (i, column) in self.0.iter().enumerate() {
            if column.hash.is_none() {
                continue;
            }
            let Some((datum, copy)) = datum_of(tuple.column(i)) else {
                hash = hash.rotate_left(1) ^ 1;
                continue;
            };
            // SAFETY: the datum is a value of the column's type; its copy is not used any more.
            unsafe {
                hash = column.hash(datum, hash);
                if !copy.is_null() {
                    pg_sys::pfree(copy);
                }
            }
        }
        hash
    }

    /// The hash of a tuple without nulls that is given as datums, as [`Self::hash`] has it with seed 0.
    ///
    /// # Safety
    /// The datums must be values of the columns' types.
    pub unsafe fn hash_datums(&self, datums: impl Iterator<Item = Datum>) -> u64 {
        // SAFETY: forwarded.
        self.0
            .iter()
            .zip(datums)
            .fold(0, |hash, (column, datum)| unsafe {
                column.hash(datum, hash)
            })
    }

    /// One array datum per column, in the current memory context.
    pub fn arrays(&self, tuples: &KeySet) -> Vec<Datum> {
        self.0
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let mut copies = Vec::new();
                let mut nulls = Vec::with_capacity(tuples.len());
                let mut datums: Vec<Datum> = tuples
                    .iter()
                    .map(|tuple| {
                        let value = datum_of(tuple.column(i));
                        nulls.push(value.is_none());
                        let (datum, copy) = value.unwrap_or((Datum::null(), null_mut()));
                        if !copy.is_null() {
                            copies.push(copy);
                        }
                        datum
                    })
                    .collect();
                let (mut length, mut lower) = (datums.len() as i32, 1);
                // SAFETY: the elements are nulls and values of the column's type; the array is a copy of them.
                unsafe {
                    let array = pg_sys::construct_md_array(
                        datums.as_mut_ptr(),
                        nulls.as_mut_ptr(),
                        1,
                        &mut length,
                        &mut lower,
                        column.type_oid,
                        i32::from(column.physical.len),
                        column.physical.by_value,
                        column.physical.align,
                    );
                    for copy in copies {
                        pg_sys::pfree(copy);
                    }
                    Datum::from(array)
                }
            })
            .collect()
    }

    /// The values of a tuple without nulls, those by reference copied into the current memory context.
    pub fn datums(&self, tuple: Tuple<'_>) -> Vec<Datum> {
        (0..self.0.len())
            .map(|i| datum_of(tuple.column(i)).map_or(Datum::null(), |(datum, _)| datum))
            .collect()
    }

    /// Runs `f` with the values of a tuple without nulls; what they point to is freed afterwards.
    pub fn with_datums<R>(&self, tuple: Tuple<'_>, f: impl FnOnce(&[Datum]) -> R) -> R {
        let values = (0..self.0.len()).map(|i| datum_of(tuple.column(i)));
        let (datums, copies): (Vec<Datum>, Vec<_>) = values
            .map(|value| value.unwrap_or((Datum::null(), null_mut())))
            .unzip();
        let result = f(&datums);
        for copy in copies.into_iter().filter(|copy| !copy.is_null()) {
            // SAFETY: allocated by `datum_of`, and used no more.
            unsafe { pg_sys::pfree(copy) };
        }
        result
    }

    /// The integer that a tuple of one column is; none when that has another type.
    pub fn integer(&self, tuple: Tuple<'_>) -> Option<i64> {
        let ([column], Tuple::Word(word)) = (self.0.as_slice(), tuple) else {
            return None;
        };
        match column.type_oid {
            pg_sys::INT2OID => Some(i64::from(word as i16)),
            pg_sys::INT4OID => Some(i64::from(word as i32)),
            pg_sys::INT8OID => Some(word as i64),
            _ => None,
        }
    }

    /// Type OIDs of the columns.
    pub fn types(&self) -> Vec<pg_sys::Oid> {
        self.0.iter().map(|column| column.type_oid).collect()
    }

    /// Type OIDs of the array parameters.
    pub fn array_types(&self) -> Vec<pg_sys::Oid> {
        // SAFETY: a catalog look-up by type.
        self.0
            .iter()
            .map(|column| unsafe { pg_sys::get_array_type(column.type_oid) })
            .collect()
    }

    /// Texts of the values of a tuple, for people.
    pub fn texts(&self, tuple: Tuple<'_>) -> Vec<String> {
        self.0
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let Some((datum, _)) = datum_of(tuple.column(i)) else {
                    return "NULL".to_owned();
                };
                // SAFETY: the datum is a value of the type whose output function is called.
                unsafe {
                    let (mut output, mut varlena) = (pg_sys::InvalidOid, false);
                    pg_sys::getTypeOutputInfo(column.type_oid, &mut output, &mut varlena);
                    let text = pg_sys::OidOutputFunctionCall(output, datum);
                    std::ffi::CStr::from_ptr(text)
                        .to_string_lossy()
                        .into_owned()
                }
            })
            .collect()
    }
}

/// A datum for a value, copied into the current memory context when it is by reference; none for a null.
pub fn datum(value: &Value) -> Option<Datum> {
    let tuple = Tuple::Values(std::slice::from_ref(value));
    datum_of(tuple.column(0)).map(|(datum, _)| datum)
}

/// A datum for the column, and the server memory it points to when it is by reference (aligned, to be freed); none for
/// a null.
fn datum_of(column: Column<'_>) -> Option<(Datum, *mut std::ffi::c_void)> {
    Some(match column {
        Column::Null => return None,
        Column::Word(word) => (Datum::from(word as usize), null_mut()),
        Column::Bytes(bytes) => {
            // SAFETY: the allocation has room for the bytes and the server's maximal alignment.
            unsafe {
                let copy = pg_sys::palloc(bytes.len().max(1));
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), copy.cast(), bytes.len());
                (Datum::from(copy), copy)
            }
        }
    })
}

/// Puts the rows of a look-up into a set: values of `columns`. Rows with a null are left out unless `nulls` are values like
/// others.
pub struct Collector<'a> {
    columns: &'a HashedColumns,
    nulls: bool,
    into: &'a mut KeySet,
    tuple: Vec<Value>,
    /// Whether a row was left out.
    pub has_null: bool,
}

impl<'a> Collector<'a> {
    pub fn new(columns: &'a HashedColumns, nulls: bool, into: &'a mut KeySet) -> Self {
        Collector {
            columns,
            nulls,
            into,
            tuple: Vec::with_capacity(columns.0.len()),
            has_null: false,
        }
    }
}

impl Sink for Collector<'_> {
    /// Fails when the rows have other columns: a look-up is in a plan, which is data that a TVIEW's owner can write.
    unsafe fn begin(&mut self, columns: pg_sys::TupleDesc) -> Result<()> {
        // SAFETY: forwarded.
        if unsafe { self.columns.are_of(columns) } {
            Ok(())
        } else {
            Err(Error::internal(
                "a look-up does not return values of the key or link",
            ))
        }
    }

    unsafe fn row(&mut self, values: &[Datum], nulls: &[bool]) -> Result<()> {
        self.tuple.clear();
        for ((column, value), null) in self.columns.0.iter().zip(values).zip(nulls) {
            if *null && !self.nulls {
                self.has_null = true;
                return Ok(());
            }
            self.tuple.push(if *null {
                Value::Null
            } else {
                // SAFETY: a value of the column, whose type was looked at in the beginning.
                unsafe { column.physical.value(*value) }
            });
        }
        self.into.insert(&self.tuple);
        Ok(())
    }
}
