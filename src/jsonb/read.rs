//! The server's binary `jsonb`, read where it lies. Nothing here trusts the bytes: what cannot be is no value.

use std::ops::Range;

use super::{
    key_order, word_at, Item, ARRAY, COUNT_MASK, ENTRY_CONTAINER, ENTRY_FALSE, ENTRY_HAS_OFFSET,
    ENTRY_LENGTH, ENTRY_NULL, ENTRY_NUMERIC, ENTRY_STRING, ENTRY_TRUE, ENTRY_TYPE, OBJECT,
};

/// An array or object. Its *children* are its elements, or its keys and behind them, in the same order, their values.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a> {
    pub is_object: bool,
    /// Elements or pairs.
    pub count: usize,
    entries: &'a [u8],
    data: &'a [u8],
}

/// Where a child lies, its padding included, and its type.
#[derive(Debug, Clone, Copy)]
pub struct Child {
    pub kind: u32,
    pub start: usize,
    pub end: usize,
}

impl<'a> Container<'a> {
    /// The array or object that a `jsonb` (without its header) is; none when it is a scalar or no `jsonb`.
    pub fn of_jsonb(bytes: &'a [u8]) -> Option<Self> {
        let header = word_at(bytes, 0)?;
        let is_object = match header & !COUNT_MASK {
            OBJECT => true,
            ARRAY => false,
            _ => return None,
        };
        let count = (header & COUNT_MASK) as usize;
        let children = if is_object {
            count.checked_mul(2)?
        } else {
            count
        };
        let (entries, data) = bytes[4..].split_at_checked(children.checked_mul(4)?)?;
        Some(Container {
            is_object,
            count,
            entries,
            data,
        })
    }

    pub fn children(&self) -> usize {
        self.entries.len() / 4
    }

    /// Where a child starts: at the end of the one before, which is the sum of the lengths since the last entry that
    /// holds an end.
    fn start_of(&self, child: usize) -> Option<usize> {
        let mut start = 0_usize;
        for before in (0..child).rev() {
            let entry = word_at(self.entries, 4 * before)?;
            start = start.checked_add((entry & ENTRY_LENGTH) as usize)?;
            if entry & ENTRY_HAS_OFFSET != 0 {
                break;
            }
        }
        Some(start)
    }

    /// A child that starts there.
    fn child_at(&self, child: usize, start: usize) -> Option<Child> {
        let entry = word_at(self.entries, 4 * child)?;
        let length = (entry & ENTRY_LENGTH) as usize;
        let end = if entry & ENTRY_HAS_OFFSET == 0 {
            start.checked_add(length)?
        } else {
            length
        };
        (start <= end && end <= self.data.len()).then_some(Child {
            kind: entry & ENTRY_TYPE,
            start,
            end,
        })
    }

    pub fn child(&self, child: usize) -> Option<Child> {
        self.child_at(child, self.start_of(child)?)
    }

    /// Some of the children one after the other, none for one that cannot be.
    pub fn run(&self, range: Range<usize>) -> impl Iterator<Item = Option<Child>> + '_ {
        let mut start = self.start_of(range.start);
        range.map(move |child| {
            let found = self.child_at(child, start?)?;
            start = Some(found.end);
            Some(found)
        })
    }

    /// The elements of an array, none for one that cannot be.
    pub fn elements(&self) -> impl Iterator<Item = Option<Item<'a>>> + '_ {
        self.run(0..self.count).map(|child| self.item(child?))
    }

    /// The bytes of children that lie side by side.
    pub fn bytes(&self, start: usize, end: usize) -> Option<&'a [u8]> {
        self.data.get(start..end)
    }

    /// The value of a child.
    pub fn item(&self, child: Child) -> Option<Item<'a>> {
        let aligned = || self.bytes(child.start.next_multiple_of(4), child.end);
        Some(match child.kind {
            ENTRY_STRING => Item::String(self.bytes(child.start, child.end)?),
            ENTRY_NUMERIC => Item::Numeric(aligned()?.get(4..)?),
            ENTRY_FALSE => Item::Bool(false),
            ENTRY_TRUE => Item::Bool(true),
            ENTRY_NULL => Item::Null,
            ENTRY_CONTAINER => Item::Container(aligned()?),
            _ => return None,
        })
    }

    /// The key of an object's pair.
    pub fn key(&self, pair: usize) -> Option<&'a [u8]> {
        match self.child(pair)? {
            Child {
                kind: ENTRY_STRING,
                start,
                end,
            } => self.bytes(start, end),
            _ => None,
        }
    }

    /// The value of an object's pair.
    pub fn value(&self, pair: usize) -> Option<Item<'a>> {
        self.item(self.child(self.count + pair)?)
    }

    /// The pair with a key, or the place where it would be.
    pub fn find(&self, key: &[u8]) -> Option<Result<usize, usize>> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match key_order(self.key(middle)?, key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(Ok(middle)),
            }
        }
        Some(Err(low))
    }
}

/// Reads one integer of each of many objects that are alike: the key is looked for where it was in the one before.
#[derive(Debug)]
pub struct Identity<'k> {
    key: &'k [u8],
    pair: usize,
}

impl<'k> Identity<'k> {
    pub fn new(key: &'k [u8]) -> Self {
        Identity { key, pair: 0 }
    }

    /// The integer under the key; none when the value is no object, has no such key, or that holds no integer.
    pub fn of(&mut self, value: Item<'_>) -> Option<i64> {
        let Item::Container(bytes) = value else {
            return None;
        };
        let object = Container::of_jsonb(bytes).filter(|c| c.is_object)?;
        if self.pair >= object.count || object.key(self.pair)? != self.key {
            self.pair = object.find(self.key)?.ok()?;
        }
        match object.value(self.pair)? {
            Item::Numeric(number) => integer(number),
            _ => None,
        }
    }
}

/// A `numeric` without its header, taken apart.
struct Numeric<'a> {
    is_negative: bool,
    /// Digits behind the point.
    scale: u16,
    /// Places to the base 10,000 before the point, less one.
    weight: i16,
    /// Of that base, two bytes each. Zeros at the end are not stored.
    digits: &'a [u8],
}

impl<'a> Numeric<'a> {
    /// None for an infinity and NaN, and when it cannot be.
    fn of(numeric: &'a [u8]) -> Option<Self> {
        const SHORT: u16 = 0x8000;
        const SPECIAL: u16 = 0xC000;
        let half = |at: usize| {
            Some(u16::from_ne_bytes(
                numeric.get(at..at + 2)?.try_into().ok()?,
            ))
        };
        let head = half(0)?;
        let (is_negative, scale, weight, digits) = match head & SPECIAL {
            SPECIAL => return None,
            SHORT => {
                // Seven bits, the first of them the sign.
                let weight =
                    i16::from((head & 0x7F) as i8) - if head & 0x40 == 0 { 0 } else { 0x80 };
                (head & 0x2000 != 0, head >> 7 & 0x3F, weight, &numeric[2..])
            }
            sign => (sign != 0, head & 0x3FFF, half(2)? as i16, numeric.get(4..)?),
        };
        digits.len().is_multiple_of(2).then_some(Numeric {
            is_negative,
            scale,
            weight,
            digits,
        })
    }

    /// The digit at a place, 0 behind the last; none when it cannot be.
    fn digit(&self, place: usize) -> Option<u16> {
        let digit = match self.digits.get(2 * place..2 * place + 2) {
            Some(digit) => u16::from_ne_bytes([digit[0], digit[1]]),
            None => 0,
        };
        (i64::from(digit) < BASE).then_some(digit)
    }
}

const BASE: i64 = 10_000;

/// The integer that a `numeric` (without its header) is; none when it has a fraction, were it of zeros, or is out of
/// range.
pub fn integer(numeric: &[u8]) -> Option<i64> {
    let numeric = Numeric::of(numeric)?;
    let count = numeric.digits.len() / 2;
    if numeric.scale != 0 {
        return None;
    }
    if count == 0 {
        return Some(0);
    }
    let places = usize::try_from(numeric.weight).ok()?.checked_add(1)?;
    if count > places || places > 5 {
        return None;
    }
    let mut value = 0_i64;
    for place in 0..places {
        // Downwards, where there is one more.
        let digit = i64::from(numeric.digit(place)?);
        value = value.checked_mul(BASE)?.checked_sub(digit)?;
    }
    if numeric.is_negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

/// The integer that a `numeric` (without its header) is when its point is left out, and its digits behind the point; none
/// when that is out of range.
pub fn decimal(numeric: &[u8]) -> Option<(i128, u16)> {
    let numeric = Numeric::of(numeric)?;
    let count = i32::try_from(numeric.digits.len() / 2).ok()?;
    let weight = i32::from(numeric.weight);
    // Places behind the point that are needed for so many digits.
    let behind = i32::from(numeric.scale.div_ceil(4));
    if count == 0 {
        return Some((0, numeric.scale));
    }
    if count > weight + 1 + behind {
        return None;
    }
    let mut value = 0_i128;
    // A number below one has zeros before its first digit.
    for place in 0..usize::try_from(weight + 1 + behind).ok()? {
        let digit = i128::from(numeric.digit(place)?);
        value = value.checked_mul(BASE.into())?.checked_add(digit)?;
    }
    let unused = 10_i128.pow(4 * behind as u32 - u32::from(numeric.scale));
    (value % unused == 0).then_some(())?;
    let value = value / unused;
    Some((
        if numeric.is_negative { -value } else { value },
        numeric.scale,
    ))
}
