//! Key and link values as plain data, and sets of them.
//!
//! A value is the server's own representation: the machine word of a pass-by-value type, or the detoasted bytes of
//! any other. Two values that are equal for the type but differ in their bytes (`1.0` and `1.00`) may both stand in
//! a set; that costs a look-up and is never wrong.

use std::borrow::Cow;
use std::collections::HashSet;
use std::mem::size_of;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Null, on an edge where nulls meet nulls.
    Null,
    /// The datum of a pass-by-value type.
    Word(u64),
    /// The bytes of a pass-by-reference type; a varlena with its four-byte header.
    Bytes(Box<[u8]>),
}

impl Value {
    fn heap_size(&self) -> usize {
        match self {
            Value::Null | Value::Word(_) => 0,
            Value::Bytes(b) => b.len() + 2 * size_of::<usize>(),
        }
    }
}

/// A set of value tuples of one width. Single words, the common case, are kept inline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeySet {
    words: HashSet<u64>,
    tuples: HashSet<Box<[Value]>>,
    tuple_bytes: usize,
}

impl KeySet {
    /// Adds a tuple given as a slice; copies it only when it is new.
    pub fn insert(&mut self, tuple: &[Value]) {
        if let [Value::Word(w)] = tuple {
            self.words.insert(*w);
        } else if !self.tuples.contains(tuple) {
            self.tuple_bytes += tuple_bytes(tuple);
            self.tuples.insert(tuple.into());
        }
    }

    pub fn remove(&mut self, tuple: &[Value]) {
        let bytes = &mut self.tuple_bytes;
        match tuple {
            [Value::Word(w)] => {
                self.words.remove(w);
            }
            _ if self.tuples.remove(tuple) => *bytes -= tuple_bytes(tuple),
            _ => {}
        }
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: &KeySet) {
        self.words.extend(&other.words);
        for tuple in &other.tuples {
            self.insert(tuple);
        }
    }

    /// What is in both.
    #[must_use]
    pub fn common(&self, other: &KeySet) -> KeySet {
        let mut common = KeySet {
            words: self.words.intersection(&other.words).copied().collect(),
            ..KeySet::default()
        };
        for tuple in self.tuples.intersection(&other.tuples) {
            common.insert(tuple);
        }
        common
    }

    /// Takes out what is in `other`.
    pub fn remove_all(&mut self, other: &KeySet) {
        self.words.retain(|word| !other.words.contains(word));
        let bytes = &mut self.tuple_bytes;
        self.tuples.retain(|tuple| {
            let stays = !other.tuples.contains(tuple);
            if !stays {
                *bytes -= tuple_bytes(tuple);
            }
            stays
        });
    }

    pub fn contains(&self, tuple: &[Value]) -> bool {
        match tuple {
            [Value::Word(w)] => self.words.contains(w),
            _ => self.tuples.contains(tuple),
        }
    }

    pub fn len(&self) -> usize {
        self.words.len() + self.tuples.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Approximate memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * (size_of::<u64>() + 1)
            + self.tuples.capacity() * (2 * size_of::<usize>() + 1)
            + self.tuple_bytes
    }

    /// The tuples, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Tuple<'_>> {
        self.words
            .iter()
            .map(|w| Tuple::Word(*w))
            .chain(self.tuples.iter().map(|t| Tuple::Values(t)))
    }
}

fn tuple_bytes(tuple: &[Value]) -> usize {
    let bytes = tuple.iter().map(|v| size_of::<Value>() + v.heap_size());
    bytes.sum()
}

/// A borrowed member of a [`KeySet`].
#[derive(Debug, Clone, Copy)]
pub enum Tuple<'a> {
    Word(u64),
    Values(&'a [Value]),
}

impl<'a> Tuple<'a> {
    /// The last value and those before it; none when there is only one.
    pub fn split_last(self) -> Option<(&'a [Value], &'a Value)> {
        match self {
            Tuple::Word(_) => None,
            Tuple::Values(values) => values.split_last().map(|(last, others)| (others, last)),
        }
    }

    /// The values.
    pub fn values(self) -> Cow<'a, [Value]> {
        match self {
            Tuple::Word(w) => Cow::Owned(vec![Value::Word(w)]),
            Tuple::Values(values) => Cow::Borrowed(values),
        }
    }

    /// The value in column `i`.
    pub fn column(self, i: usize) -> Column<'a> {
        match self {
            Tuple::Word(w) => Column::Word(w),
            Tuple::Values(values) => match &values[i] {
                Value::Null => Column::Null,
                Value::Word(w) => Column::Word(*w),
                Value::Bytes(b) => Column::Bytes(b),
            },
        }
    }
}

/// One column of a [`Tuple`].
#[derive(Debug, Clone, Copy)]
pub enum Column<'a> {
    Null,
    Word(u64),
    Bytes(&'a [u8]),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(s: &str) -> Value {
        Value::Bytes(s.as_bytes().into())
    }

    #[test]
    fn holds_each_tuple_once() {
        let mut set = KeySet::default();
        for _ in 0..3 {
            set.insert(&[Value::Word(7)]);
            set.insert(&[Value::Word(7), bytes("a")]);
        }
        assert_eq!(set.len(), 2);
        assert!(set.contains(&[Value::Word(7)]));
        assert!(set.contains(&[Value::Word(7), bytes("a")]));
        assert!(!set.contains(&[Value::Word(7), bytes("b")]));
    }

    #[test]
    fn merging_adds_what_is_missing() {
        let (mut a, mut b) = (KeySet::default(), KeySet::default());
        a.insert(&[bytes("x")]);
        b.insert(&[bytes("x")]);
        b.insert(&[bytes("y")]);
        a.merge(&b);
        assert_eq!(a.len(), 2);
        assert!(a.bytes() >= 2);
    }

    #[test]
    fn what_is_common_is_taken_out() {
        let (mut a, mut b) = (KeySet::default(), KeySet::default());
        for value in ["x", "y", "zz"] {
            a.insert(&[bytes(value)]);
        }
        a.insert(&[Value::Word(1)]);
        b.insert(&[bytes("y")]);
        b.insert(&[Value::Word(1)]);
        assert_eq!(a.common(&b), b);
        a.remove_all(&b);
        let mut rest = KeySet::default();
        rest.insert(&[bytes("x")]);
        rest.insert(&[bytes("zz")]);
        assert_eq!((a.tuple_bytes, a.len()), (rest.tuple_bytes, 2));
        for value in ["x", "y"] {
            rest.remove(&[bytes(value)]);
        }
        assert!(rest.len() == 1 && rest.tuple_bytes < a.tuple_bytes);
        assert!(a.contains(&[bytes("x")]) && !a.contains(&[bytes("y")]));
    }
}
