//! The server's binary `jsonb`, written from parts: values are laid out side by side as they come, and parts that are
//! `jsonb` already are copied without being looked into.
//!
//! The result is byte for byte what the server's own functions give for the same values, so that documents can be
//! compared by image. The format is the one that `utils/jsonb.h` describes; it is on disk and cannot change.

pub mod patch;
pub mod read;
#[cfg(test)]
mod tests;

const COUNT_MASK: u32 = 0x0FFF_FFFF;
const SCALAR: u32 = 0x1000_0000;
const OBJECT: u32 = 0x2000_0000;
const ARRAY: u32 = 0x4000_0000;

const ENTRY_LENGTH: u32 = 0x0FFF_FFFF;
const ENTRY_TYPE: u32 = 0x7000_0000;
const ENTRY_HAS_OFFSET: u32 = 0x8000_0000;
const ENTRY_STRING: u32 = 0x0000_0000;
const ENTRY_NUMERIC: u32 = 0x1000_0000;
const ENTRY_FALSE: u32 = 0x2000_0000;
const ENTRY_TRUE: u32 = 0x3000_0000;
const ENTRY_NULL: u32 = 0x4000_0000;
const ENTRY_CONTAINER: u32 = 0x5000_0000;

/// Every so many entries one holds the end of its value instead of its length.
const OFFSET_STRIDE: usize = 32;

/// The most bytes the values of one array or object may have.
pub const MAX_BYTES: usize = ENTRY_LENGTH as usize;

/// An array or object whose values have more than [`MAX_BYTES`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// One value of an array or object.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Item<'a> {
    Null,
    Bool(bool),
    /// Text in the server's encoding.
    String(&'a [u8]),
    Integer(i64),
    /// A `numeric` without its header; neither infinite nor NaN.
    Numeric(&'a [u8]),
    /// An array or object: a `jsonb` without its header.
    Container(&'a [u8]),
}

/// Where bytes are written to.
pub trait Sink {
    fn position(&self) -> usize;
    fn append(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn position(&self) -> usize {
        self.len()
    }

    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

fn word_at(bytes: &[u8], offset: usize) -> Option<u32> {
    let word = bytes.get(offset..offset.checked_add(4)?)?;
    Some(u32::from_ne_bytes(word.try_into().ok()?))
}

impl<'a> Item<'a> {
    /// The value that a `jsonb` (without its header) stands for; none when the bytes are no `jsonb`.
    pub fn of_jsonb(bytes: &'a [u8]) -> Option<Self> {
        let header = word_at(bytes, 0)?;
        if header & SCALAR == 0 {
            return Some(Item::Container(bytes));
        }
        let entry = word_at(bytes, 4)?;
        let value = bytes.get(8..)?.get(..(entry & ENTRY_LENGTH) as usize)?;
        Some(match entry & ENTRY_TYPE {
            ENTRY_STRING => Item::String(value),
            ENTRY_NUMERIC => Item::Numeric(value.get(4..)?),
            ENTRY_FALSE => Item::Bool(false),
            ENTRY_TRUE => Item::Bool(true),
            ENTRY_NULL => Item::Null,
            _ => return None,
        })
    }

    /// Appends the value to `data`, which starts at a multiple of four bytes, and returns its entry.
    pub fn append_to(self, data: &mut impl Sink) -> Result<u32, TooLarge> {
        let start = data.position();
        let kind = match self {
            Item::Null => ENTRY_NULL,
            Item::Bool(false) => ENTRY_FALSE,
            Item::Bool(true) => ENTRY_TRUE,
            Item::String(text) => {
                data.append(text);
                ENTRY_STRING
            }
            Item::Integer(value) => {
                align(data);
                let (digits, len) = numeric(value);
                data.append(&varlena_header(4 + len));
                data.append(&digits[..len]);
                ENTRY_NUMERIC
            }
            Item::Numeric(bytes) => {
                align(data);
                data.append(&varlena_header(4 + bytes.len()));
                data.append(bytes);
                ENTRY_NUMERIC
            }
            Item::Container(bytes) => {
                align(data);
                data.append(bytes);
                ENTRY_CONTAINER
            }
        };
        let len = data.position() - start;
        if len > MAX_BYTES {
            return Err(TooLarge);
        }
        Ok(kind | len as u32)
    }
}

/// Padding counts as a part of the value that follows it.
fn align(data: &mut impl Sink) {
    let padding = data.position().wrapping_neg() % 4;
    data.append(&[0; 3][..padding]);
}

/// The header of a value of `len` bytes, itself included.
pub const fn varlena_header(len: usize) -> [u8; 4] {
    if cfg!(target_endian = "big") {
        (len as u32 & 0x3FFF_FFFF).to_ne_bytes()
    } else {
        ((len as u32) << 2).to_ne_bytes()
    }
}

/// Whether a `numeric` (without its header) is infinite or NaN: JSON has no number for these.
pub fn is_special(numeric: &[u8]) -> bool {
    const SPECIAL: u16 = 0xC000;
    match numeric {
        [a, b, ..] => u16::from_ne_bytes([*a, *b]) & SPECIAL == SPECIAL,
        _ => false,
    }
}

/// An integer as `numeric` without its header, and how many bytes it has.
fn numeric(value: i64) -> ([u8; 12], usize) {
    const SHORT: u16 = 0x8000;
    const NEGATIVE: u16 = 0x2000;
    const BASE: u64 = 10_000;
    let mut digits = [0_u16; 5];
    let mut first = digits.len();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        first -= 1;
        digits[first] = (rest % BASE) as u16;
        rest /= BASE;
    }
    let weight = (digits.len() - first).saturating_sub(1) as u16;
    let mut end = digits.len();
    while end > first && digits[end - 1] == 0 {
        end -= 1;
    }
    let sign = if value < 0 { NEGATIVE } else { 0 };
    let mut bytes = [0; 12];
    bytes[..2].copy_from_slice(&(SHORT | sign | weight).to_ne_bytes());
    for (i, digit) in digits[first..end].iter().enumerate() {
        bytes[2 + 2 * i..4 + 2 * i].copy_from_slice(&digit.to_ne_bytes());
    }
    (bytes, 2 + 2 * (end - first))
}

/// Order of the keys of an object: shorter ones first.
pub fn key_order(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The entries of one container while it is written.
struct Entries {
    /// Where they stand.
    at: usize,
    count: usize,
    /// Bytes of the values so far.
    total: usize,
}

impl Entries {
    /// Leaves room for the header and `count` entries.
    fn begin(out: &mut Vec<u8>, header: u32, count: usize) -> Self {
        out.extend_from_slice(&header.to_ne_bytes());
        let at = out.len();
        out.resize(at + 4 * count, 0);
        Entries {
            at,
            count: 0,
            total: 0,
        }
    }

    fn push(&mut self, out: &mut [u8], entry: u32) -> Result<(), TooLarge> {
        self.total += (entry & ENTRY_LENGTH) as usize;
        if self.total > MAX_BYTES {
            return Err(TooLarge);
        }
        let stored = if self.count.is_multiple_of(OFFSET_STRIDE) {
            entry & ENTRY_TYPE | self.total as u32 | ENTRY_HAS_OFFSET
        } else {
            entry
        };
        let at = self.at + 4 * self.count;
        out[at..at + 4].copy_from_slice(&stored.to_ne_bytes());
        self.count += 1;
        Ok(())
    }
}

/// Appends an object (without header) to `out`, whose length is a multiple of four. Keys are in their order and each
/// is there once.
pub fn append_object(out: &mut Vec<u8>, pairs: &[(&[u8], Item<'_>)]) -> Result<(), TooLarge> {
    let count = pairs.len();
    let mut entries = Entries::begin(out, count as u32 | OBJECT, 2 * count);
    let keys = pairs.iter().map(|(key, _)| Item::String(key));
    for item in keys.chain(pairs.iter().map(|(_, value)| *value)) {
        let entry = item.append_to(out)?;
        entries.push(out, entry)?;
    }
    Ok(())
}

/// Appends an array (without header) to `out`, whose length is a multiple of four: `entries` holds a word per element
/// as [`Item::append_to`] gave it, `values` what that has written.
pub fn append_array(out: &mut Vec<u8>, entries: &[u8], values: &[u8]) -> Result<(), TooLarge> {
    let count = entries.len() / 4;
    if count > COUNT_MASK as usize {
        return Err(TooLarge);
    }
    out.reserve(4 + entries.len() + values.len());
    let mut head = Entries::begin(out, count as u32 | ARRAY, count);
    for entry in entries.chunks_exact(4) {
        head.push(
            out,
            u32::from_ne_bytes([entry[0], entry[1], entry[2], entry[3]]),
        )?;
    }
    out.extend_from_slice(values);
    Ok(())
}
