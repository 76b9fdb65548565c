//! What is known of the built-in types: which compare, which casts keep a value, which expressions of a value
//! depend on nothing else.

use super::tree::{Compared, EqualOp, Literal, Scalar, Shape, Step};
use crate::lineage::{Column, Constant, Test};

/// How much two columns' types have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// Same type, same collation.
    Same,
    /// Types that compare with one another.
    Alike,
}

/// Whether two columns under this operator are equal in the sense of their types, hence also not null.
pub fn compare(one: &Column, two: &Column, op: &EqualOp) -> Option<Match> {
    let (eq_one, eq_two) = (one.eq.as_deref()?, two.eq.as_deref()?);
    if is_array(one) || is_array(two) {
        return None;
    }
    let same = one.type_oid == two.type_oid && one.collation == two.collation;
    match op {
        EqualOp::Named(op) => (same && eq_one == op && eq_two == op).then_some(Match::Same),
        EqualOp::Catalog => {
            if eq_one != CATALOG_EQUAL || eq_two != CATALOG_EQUAL {
                return None;
            }
            let both =
                |kinds: &[u32]| kinds.contains(&one.type_oid) && kinds.contains(&two.type_oid);
            if same {
                Some(Match::Same)
            } else if both(&[INT2, INT4, INT8])
                || (both(&[TEXT, VARCHAR]) && one.collation == two.collation)
            {
                Some(Match::Alike)
            } else {
                None
            }
        }
    }
}

/// Whether the column's type is an array. Sets of values are passed as arrays, and there are none of arrays.
pub fn is_array(column: &Column) -> bool {
    column.type_name.ends_with("[]") || matches!(column.type_oid, OIDVECTOR | INT2VECTOR)
}

/// Whether the one type is that of the elements of the other, an array, and both compare them alike.
pub fn is_element(one: &Column, array: &Column) -> bool {
    one.eq.as_deref() == Some(CATALOG_EQUAL)
        && array.eq.as_deref() == Some(CATALOG_EQUAL)
        && array.type_name.strip_suffix("[]") == Some(one.type_name.as_str())
        && one.collation == array.collation
}

const OIDVECTOR: u32 = 30;
const INT2VECTOR: u32 = 22;
const CATALOG_EQUAL: &str = "OPERATOR(pg_catalog.=)";
const BOOL: u32 = 16;
const NUMERIC: u32 = 1700;
const DATE: u32 = 1082;
const TIMESTAMP: u32 = 1114;
const TIMESTAMPTZ: u32 = 1184;
const UUID: u32 = 2950;
const JSONB: u32 = 3802;
const FLOAT4: u32 = 700;
const FLOAT8: u32 = 701;
const DEFAULT_COLLATION: u32 = 100;
const C_COLLATION: u32 = 950;
const POSIX_COLLATION: u32 = 951;
const INT2: u32 = 21;
const INT4: u32 = 23;
const INT8: u32 = 20;
const TEXT: u32 = 25;
const VARCHAR: u32 = 1043;
const BPCHAR: u32 = 1042;
const BIT: u32 = 1560;
const VARBIT: u32 = 1562;

/// Whether a cast to the type written here leaves a value of this column as it is.
///
/// That is so for a cast to the column's own type (or, for a domain, to its base type) without a modifier, and
/// between `text` and `character varying`.
fn keeps_value(cast: &str, column: &Column) -> bool {
    let cast = cast.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&cast.as_str());
    match column.type_oid {
        // `character` and `bit` without a length mean a length of one.
        BPCHAR | BIT | VARBIT => false,
        TEXT | VARCHAR => is(&["text", "character varying", "varchar"]),
        INT2 => is(&["smallint", "int2"]),
        INT4 => is(&["integer", "int", "int4"]),
        INT8 => is(&["bigint", "int8"]),
        _ => {
            // Names in quotes keep their case; folding could take one type for another.
            let quoted = cast.contains('"') || column.type_name.contains('"');
            !quoted && !cast.contains('(') && cast == column.type_name.to_ascii_lowercase()
        }
    }
}

/// A cast or function that was looked through: of `pg_catalog`, strict, without errors, and its result depends on
/// nothing but its argument.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applied {
    /// A cast to the type with this OID and name.
    Cast(u32, &'static str),
    /// A function from text to text.
    Call(&'static str),
    /// `date_trunc` of a timestamp to this unit.
    Truncate(&'static str),
    /// The field of this name of a `jsonb`, null where there is none.
    Field(String, Shape),
}

impl Applied {
    /// The expression over an argument.
    pub fn over(&self, argument: &str) -> String {
        match self {
            Applied::Cast(_, name) => format!("({argument})::pg_catalog.{name}"),
            Applied::Call(name) => format!("pg_catalog.{name}({argument})"),
            Applied::Field(name, shape) => {
                let operator = match shape {
                    Shape::Document => "->",
                    Shape::Text => "->>",
                };
                let name = name.replace('\'', "''");
                format!("({argument} OPERATOR(pg_catalog.{operator}) '{name}'::pg_catalog.text)")
            }
            Applied::Truncate(unit) => {
                let to_unit = |what: &str| format!("pg_catalog.date_trunc('{unit}', {what})");
                match first_truncated(unit) {
                    None => to_unit(argument),
                    // Below that there is nothing to truncate to, which is an error; no row of a view has such a value.
                    Some(first) => format!(
                        "CASE WHEN pg_catalog.isfinite({argument}) THEN {} ELSE {argument} END",
                        to_unit(&format!(
                            "GREATEST({argument}, '{first}'::pg_catalog.\"timestamp\")"
                        ))
                    ),
                }
            }
        }
    }

    fn result(&self) -> u32 {
        match self {
            Applied::Cast(oid, _) => *oid,
            Applied::Call(_) | Applied::Field(_, Shape::Text) => TEXT,
            Applied::Field(_, Shape::Document) => JSONB,
            Applied::Truncate(_) => TIMESTAMP,
        }
    }
}

/// The first timestamp that can be truncated to a unit, unless it is the first there is.
fn first_truncated(unit: &str) -> Option<&'static str> {
    match unit {
        "month" => Some("4714-12-01 00:00:00 BC"),
        "year" => Some("4713-01-01 00:00:00 BC"),
        _ => None,
    }
}

/// What remains of the steps on a value of a column when those that keep it are left out; nothing when one of them
/// is not known.
pub fn apply(steps: &[Step], column: &Column) -> Option<Vec<Applied>> {
    let mut applied: Vec<Applied> = Vec::new();
    for step in steps {
        let kind = applied.last().map_or(column.type_oid, |a| a.result());
        match step {
            Step::Cast(cast) if applied.is_empty() && keeps_value(cast, column) => {}
            Step::Cast(cast) => {
                let (oid, name) = target(&cast.to_ascii_lowercase())?;
                let known = match oid {
                    _ if oid == kind => continue,
                    TEXT if kind == VARCHAR => continue,
                    TEXT => matches!(kind, INT2 | INT4 | INT8 | NUMERIC | UUID | BOOL),
                    NUMERIC => matches!(kind, INT2 | INT4 | INT8),
                    INT8 => matches!(kind, INT2 | INT4),
                    INT4 => kind == INT2,
                    DATE => kind == TIMESTAMP,
                    _ => false,
                };
                if !known {
                    return None;
                }
                applied.push(Applied::Cast(oid, name));
            }
            // How letters pair up depends on the collation.
            Step::Call(name) if is_default_text(kind, column) => applied.push(Applied::Call(name)),
            Step::Call(_) => return None,
            Step::Truncate(unit) if kind == TIMESTAMP => applied.push(Applied::Truncate(unit)),
            Step::Truncate(_) => return None,
            Step::Field(name, shape) if kind == JSONB => {
                applied.push(Applied::Field(name.clone(), *shape));
            }
            Step::Field(..) => return None,
        }
    }
    Some(applied)
}

/// What a comparison of this column with constants asks of its value, when the value alone can tell: where values of the
/// type are equal only when they are the same.
pub fn test(column: &Column, compared: &Compared) -> Option<Test> {
    // Without one the value is in no row image.
    if column.eq.as_deref() != Some(CATALOG_EQUAL) {
        return None;
    }
    // A value of a composite type may be there and be null all the same.
    let is_scalar = column.is_enum
        || [
            BOOL,
            INT2,
            INT4,
            INT8,
            NUMERIC,
            FLOAT4,
            FLOAT8,
            TEXT,
            VARCHAR,
            BPCHAR,
            UUID,
            DATE,
            TIMESTAMP,
            TIMESTAMPTZ,
            JSONB,
        ]
        .contains(&column.type_oid);
    match compared {
        Compared::Null => is_scalar.then_some(Test::Null),
        Compared::NotNull => is_scalar.then_some(Test::NotNull),
        Compared::In(literals) => {
            let constants = literals.iter().map(|literal| constant(column, literal));
            let mut constants: Vec<Constant> = constants.collect::<Option<_>>()?;
            constants.sort();
            constants.dedup();
            (!constants.is_empty()).then_some(Test::In(constants))
        }
    }
}

/// The value a constant has in a column, when `=` of the two is that of the column's own type.
fn constant(column: &Column, literal: &Literal) -> Option<Constant> {
    let casts: Vec<String> = literal
        .casts
        .iter()
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let cast_to = |names: &[&str]| casts.iter().all(|c| names.contains(&c.as_str()));
    let integers = ["smallint", "integer", "bigint"];
    let range = match column.type_oid {
        INT2 => i64::from(i16::MIN)..=i64::from(i16::MAX),
        INT4 => i64::from(i32::MIN)..=i64::from(i32::MAX),
        _ => i64::MIN..=i64::MAX,
    };
    match (column.type_oid, &literal.value) {
        (BOOL, Scalar::Boolean(value)) if cast_to(&["boolean"]) => Some(Constant::Boolean(*value)),
        (INT2 | INT4 | INT8, Scalar::Number(digits)) if cast_to(&integers) => {
            let value = digits.parse().ok().filter(|n| range.contains(n));
            value.map(Constant::Integer)
        }
        // As negative numbers are written.
        (INT2 | INT4 | INT8, Scalar::Text(digits))
            if cast_to(&integers) && !literal.casts.is_empty() =>
        {
            let value = digits.parse().ok().filter(|n| range.contains(n));
            value.map(Constant::Integer)
        }
        (TEXT | VARCHAR, Scalar::Text(text))
            if cast_to(&["text", "character varying", "varchar"])
                // Others may take different texts for equal.
                && [DEFAULT_COLLATION, C_COLLATION, POSIX_COLLATION]
                    .contains(&column.collation) =>
        {
            Some(Constant::Text(text.clone()))
        }
        (UUID, Scalar::Text(text)) if cast_to(&["uuid"]) && is_uuid(text) => {
            Some(Constant::Uuid(text.clone()))
        }
        (_, Scalar::Text(label)) if column.is_enum => {
            let is_own = literal.casts.iter().all(|c| *c == column.type_name);
            (is_own && !literal.casts.is_empty()).then(|| Constant::Label(label.clone()))
        }
        _ => None,
    }
}

/// Whether this is how the server prints a `uuid`.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether all that is done to a column's value makes a wider integer of an integer: they compare and hash alike.
pub fn only_widens(column: &Column, applied: &[Applied]) -> bool {
    is_integer(column.type_oid) && applied.iter().all(|a| is_integer(a.result()))
}

/// Whether it is the OID of a type of integers.
pub fn is_integer(type_oid: u32) -> bool {
    [INT2, INT4, INT8].contains(&type_oid)
}

/// Whether it is the OID of a type of dates or moments.
pub fn is_time(type_oid: u32) -> bool {
    [DATE, TIMESTAMP, TIMESTAMPTZ].contains(&type_oid)
}

/// Whether values of this column are the same in every respect when they are equal, so that whatever is made of the one
/// is made of the other.
pub fn is_exact(column: &Column) -> bool {
    let exact = [INT2, INT4, INT8, BOOL, UUID, DATE, TIMESTAMP].contains(&column.type_oid);
    // A collation that is not the default may take different texts for equal.
    let text = [TEXT, VARCHAR].contains(&column.type_oid) && column.collation == DEFAULT_COLLATION;
    column.eq.as_deref() == Some(CATALOG_EQUAL) && (exact || text)
}

/// Whether values of this column can be equal and what is made of them differ: none of them stands for the others.
pub fn varies(column: &Column) -> bool {
    [NUMERIC, JSONB].contains(&column.type_oid)
}

/// Whether a recursive look-up can go from value to value of this column: it wants a hash, and a default collation.
pub fn is_walkable(column: &Column) -> bool {
    is_exact(column) || column.type_oid == NUMERIC
}

/// What has to be done to a value that is made of this column to have one of the column `shown`, as which it is shown;
/// nothing when it cannot be told.
pub fn shown_as(column: &Column, applied: &[Applied], shown: &Column) -> Option<Vec<Applied>> {
    if !is_exact(column) || shown.eq.as_deref() != Some(CATALOG_EQUAL) {
        return None;
    }
    let mut applied = applied.to_vec();
    let kind = applied.last().map_or(column.type_oid, |a| a.result());
    // A set operation makes its branches' types one.
    let cast = match (kind, shown.type_oid) {
        (one, other) if one == other => None,
        (VARCHAR, TEXT) => Some(Applied::Cast(TEXT, "text")),
        (INT2, INT4) => Some(Applied::Cast(INT4, "int4")),
        (INT2 | INT4, INT8) => Some(Applied::Cast(INT8, "int8")),
        _ => return None,
    };
    applied.extend(cast);
    let text = [TEXT, VARCHAR].contains(&shown.type_oid);
    let collation = if text { DEFAULT_COLLATION } else { 0 };
    (shown.collation == collation).then_some(applied)
}

/// What has to be done to a value that is made of this column to have it as text; nothing when it is none, or how it
/// looks depends on more than the value.
pub fn as_text(column: &Column, applied: &[Applied]) -> Option<Vec<Applied>> {
    let kind = applied.last().map_or(column.type_oid, |a| a.result());
    let is_text = is_exact(column) && is_default_text(kind, column);
    is_text.then(|| {
        let mut applied = applied.to_vec();
        if kind == VARCHAR {
            applied.push(Applied::Cast(TEXT, "text"));
        }
        applied
    })
}

/// Whether this is the type and collation of text that is put together.
pub fn is_text(shown: &Column) -> bool {
    is_exact(shown) && shown.type_oid == TEXT
}

/// Types that are cast to, without a modifier.
fn target(cast: &str) -> Option<(u32, &'static str)> {
    Some(match cast {
        "smallint" | "int2" => (INT2, "int2"),
        "integer" | "int" | "int4" => (INT4, "int4"),
        "bigint" | "int8" => (INT8, "int8"),
        "numeric" => (NUMERIC, "\"numeric\""),
        "date" => (DATE, "date"),
        // The casts between the two change nothing.
        "text" | "character varying" | "varchar" => (TEXT, "text"),
        _ => return None,
    })
}

/// Whether a value of this type made of a column is text in the default collation.
fn is_default_text(kind: u32, column: &Column) -> bool {
    let made = !matches!(column.type_oid, TEXT | VARCHAR);
    matches!(kind, TEXT | VARCHAR)
        && (made && column.collation == 0 || column.collation == DEFAULT_COLLATION)
}

/// Whether `=` of `pg_catalog` compares these two, in the default collation where there is one.
pub fn comparable(one: (&Column, &[Applied]), two: (&Column, &[Applied])) -> bool {
    let kind = |(column, applied): (&Column, &[Applied])| {
        applied.last().map_or(column.type_oid, |a| a.result())
    };
    let plain = |(column, applied): (&Column, &[Applied])| {
        applied.is_empty() && column.eq.as_deref() != Some(CATALOG_EQUAL)
    };
    let kinds = [kind(one), kind(two)];
    let both = |known: &[u32]| kinds.iter().all(|k| known.contains(k));
    if plain(one) || plain(two) || is_array(one.0) || is_array(two.0) {
        return false;
    }
    if both(&[TEXT, VARCHAR]) {
        return is_default_text(kinds[0], one.0) && is_default_text(kinds[1], two.0);
    }
    both(&[INT2, INT4, INT8]) || both(&[NUMERIC]) || both(&[DATE, TIMESTAMP])
}
