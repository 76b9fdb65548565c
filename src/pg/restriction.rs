//! Comparisons of a row's columns with constants: a row of which one is not true has no influence on the view.

use pgrx::pg_sys;
use pgrx::pg_sys::Datum;

use crate::lineage::{self, Constant};
use crate::pg::capture::Image;
use crate::pg::types::Attribute;

/// One such comparison, in terms of a relation's own attributes.
pub struct Restriction {
    pub attribute: Attribute,
    test: Test,
}

/// By how the attribute's values are stored, so that whatever a plan says, no value is taken for what it is not.
enum Test {
    Null,
    NotNull,
    /// Passed by value, in so many bytes.
    Words(u32, Vec<u64>),
    /// Of any length.
    Texts(Vec<Box<[u8]>>),
    Uuids(Vec<[u8; 16]>),
}

impl Restriction {
    /// The restriction on this attribute of `relation`; none when a constant is none of its type.
    pub fn build(
        restriction: &lineage::Restriction,
        relation: u32,
        attribute: Attribute,
    ) -> Option<Self> {
        let test = match &restriction.test {
            lineage::Test::Null => Test::Null,
            lineage::Test::NotNull => Test::NotNull,
            lineage::Test::In(constants) => Test::of(constants, relation, attribute)?,
        };
        Some(Restriction { attribute, test })
    }

    /// Whether it is true of a row.
    ///
    /// # Safety
    /// `row` must be an image of a row of the relation the attribute is one of.
    pub unsafe fn holds(&self, row: &Image<'_>) -> bool {
        let at = self.attribute.num as usize - 1;
        let (null, value) = (row.nulls[at], row.values[at]);
        match &self.test {
            Test::Null => null,
            _ if null => false,
            Test::NotNull => true,
            Test::Words(len, words) => words.contains(&word(value, *len)),
            // SAFETY: `Test::of` has looked at how the attribute is stored; a varlena that is fetched or unpacked is a copy.
            Test::Texts(texts) => unsafe {
                let stored = value.cast_mut_ptr::<pg_sys::varlena>();
                let plain = pg_sys::pg_detoast_datum_packed(stored);
                let text = std::slice::from_raw_parts(
                    pgrx::vardata_any(plain).cast::<u8>(),
                    pgrx::varsize_any_exhdr(plain),
                );
                let found = texts.iter().any(|known| **known == *text);
                if plain != stored {
                    pg_sys::pfree(plain.cast());
                }
                found
            },
            // SAFETY: as above, of sixteen bytes.
            Test::Uuids(uuids) => unsafe { uuids.contains(&*value.cast_mut_ptr::<[u8; 16]>()) },
        }
    }
}

impl Test {
    fn of(constants: &[Constant], relation: u32, attribute: Attribute) -> Option<Self> {
        let physical = attribute.physical;
        match (physical.by_value, physical.len) {
            (true, len) => {
                let len = u32::try_from(len).ok()?;
                let words = constants.iter().map(|constant| match constant {
                    Constant::Boolean(value) => Some(u64::from(*value)),
                    Constant::Integer(value) => Some(*value as u64),
                    Constant::Label(label) => enum_value(relation, attribute.num, label),
                    Constant::Text(_) | Constant::Uuid(_) => None,
                });
                let words = words.map(|w| Some(word(Datum::from(w? as usize), len)));
                Some(Test::Words(len, words.collect::<Option<_>>()?))
            }
            (false, -1) => {
                let texts = constants.iter().map(|constant| match constant {
                    Constant::Text(text) => Some(Box::from(text.as_bytes())),
                    _ => None,
                });
                Some(Test::Texts(texts.collect::<Option<_>>()?))
            }
            (false, 16) => {
                let uuids = constants.iter().map(|constant| match constant {
                    Constant::Uuid(text) => u128::from_str_radix(&text.replace('-', ""), 16)
                        .ok()
                        .map(u128::to_be_bytes),
                    _ => None,
                });
                Some(Test::Uuids(uuids.collect::<Option<_>>()?))
            }
            _ => None,
        }
    }
}

/// The bytes of a value that is passed as such.
fn word(value: Datum, len: u32) -> u64 {
    let bits = (len * 8).min(64);
    value.value() as u64 & u64::MAX.checked_shr(64 - bits).unwrap_or(0)
}

/// The value of an enum with this label, as rows hold it; none when the column's type has no such.
fn enum_value(relation: u32, column: i16, label: &str) -> Option<u64> {
    if label.len() >= pg_sys::NAMEDATALEN as usize {
        return None;
    }
    let label = std::ffi::CString::new(label).ok()?;
    // SAFETY: catalog look-ups that give 0 for what is not there; the label outlives them.
    let value = unsafe {
        let declared = pg_sys::get_atttype(pg_sys::Oid::from(relation), column);
        pg_sys::GetSysCacheOid(
            pg_sys::SysCacheIdentifier::ENUMTYPOIDNAME as i32,
            pg_sys::Anum_pg_enum_oid as i16,
            Datum::from(pg_sys::getBaseType(declared)),
            Datum::from(label.as_ptr()),
            Datum::null(),
            Datum::null(),
        )
    };
    (value != pg_sys::InvalidOid).then(|| u64::from(value.to_u32()))
}
