//! Against a reader that knows nothing of how the bytes were written. That the bytes are the server's own is tested on
//! the server (`regress/sql/documents.sql`).

use proptest::prelude::*;

use super::*;

mod patch;

/// A value as people see it.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    String(Vec<u8>),
    Integer(i64),
    /// A `numeric` with decimal places.
    Decimal(Vec<u8>),
    Array(Vec<Json>),
    Object(Vec<(Vec<u8>, Json)>),
}

fn integer(numeric: &[u8]) -> i64 {
    let head = u16::from_ne_bytes([numeric[0], numeric[1]]);
    let weight = i32::from(head & 0x3F);
    let mut value = 0_i128;
    for (i, digit) in numeric[2..].chunks(2).enumerate() {
        let digit = i128::from(u16::from_ne_bytes([digit[0], digit[1]]));
        assert!(i > 0 || digit > 0, "a leading digit is 0");
        value += digit * 10_000_i128.pow((weight - i as i32) as u32);
    }
    (if head & 0x2000 == 0 { value } else { -value }) as i64
}

fn container(bytes: &[u8]) -> Json {
    let header = word_at(bytes, 0).unwrap();
    let count = (header & COUNT_MASK) as usize;
    let is_object = header & OBJECT != 0;
    let values = if is_object { 2 * count } else { count };
    let data = &bytes[4 + 4 * values..];
    let mut start = 0;
    let mut read = Vec::new();
    for i in 0..values {
        let entry = word_at(bytes, 4 + 4 * i).unwrap();
        assert_eq!(entry & ENTRY_HAS_OFFSET != 0, i % OFFSET_STRIDE == 0);
        let length = (entry & ENTRY_LENGTH) as usize;
        let end = if entry & ENTRY_HAS_OFFSET == 0 {
            start + length
        } else {
            length
        };
        let aligned = start.next_multiple_of(4);
        read.push(match entry & ENTRY_TYPE {
            ENTRY_NULL => Json::Null,
            ENTRY_FALSE => Json::Bool(false),
            ENTRY_TRUE => Json::Bool(true),
            ENTRY_STRING => Json::String(data[start..end].to_vec()),
            ENTRY_NUMERIC => {
                assert_eq!(data[aligned..aligned + 4], varlena_header(end - aligned));
                let number = &data[aligned + 4..end];
                if u16::from_ne_bytes([number[0], number[1]]) & 0x1F80 == 0 {
                    Json::Integer(integer(number))
                } else {
                    Json::Decimal(number.to_vec())
                }
            }
            _ => container(&data[aligned..end]),
        });
        start = end;
    }
    assert_eq!(start, data.len());
    if !is_object {
        return Json::Array(read);
    }
    let values = read.split_off(count);
    let keys = read.into_iter().map(|key| match key {
        Json::String(key) => key,
        other => panic!("{other:?} is a key"),
    });
    Json::Object(keys.zip(values).collect())
}

/// Writes a value; arrays and objects as bytes of their own, as the functions of the server pass them on.
fn write(value: &Json) -> Vec<u8> {
    let mut out = Vec::new();
    let item = |value: &'_ Json, bytes: &'_ mut Vec<u8>| match value {
        Json::Array(_) | Json::Object(_) => *bytes = write(value),
        _ => {}
    };
    fn of<'a>(value: &'a Json, bytes: &'a [u8]) -> Item<'a> {
        match value {
            Json::Null => Item::Null,
            Json::Bool(b) => Item::Bool(*b),
            Json::String(s) => Item::String(s),
            Json::Integer(i) => Item::Integer(*i),
            Json::Decimal(number) => Item::Numeric(number),
            Json::Array(_) | Json::Object(_) => Item::of_jsonb(bytes).unwrap(),
        }
    }
    match value {
        Json::Array(values) => {
            let (mut entries, mut data) = (Vec::new(), Vec::new());
            for value in values {
                let mut bytes = Vec::new();
                item(value, &mut bytes);
                let entry = of(value, &bytes).append_to(&mut data).unwrap();
                entries.extend(entry.to_ne_bytes());
            }
            append_array(&mut out, &entries, &data).unwrap();
        }
        Json::Object(pairs) => {
            let mut parts = vec![Vec::new(); pairs.len()];
            for ((_, value), bytes) in pairs.iter().zip(&mut parts) {
                item(value, bytes);
            }
            let pairs: Vec<_> = pairs
                .iter()
                .zip(&parts)
                .map(|((key, value), bytes)| (key.as_slice(), of(value, bytes)))
                .collect();
            append_object(&mut out, &pairs).unwrap();
        }
        _ => panic!("a scalar is no container"),
    }
    out
}

fn any_scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Integer),
        (-100_000_i64..100_000).prop_map(|i| Json::Integer(i * 10_000)),
        (1_u16..64, prop::collection::vec(1_u16..10_000, 0..5)).prop_map(|(scale, digits)| {
            let words = [0x8000 | scale << 7].into_iter().chain(digits);
            Json::Decimal(words.flat_map(u16::to_ne_bytes).collect())
        }),
        "[a-z]{0,9}".prop_map(|s| Json::String(s.into())),
    ]
}

fn any_json() -> impl Strategy<Value = Json> {
    any_scalar().prop_recursive(3, 24, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Json::Array),
            prop::collection::btree_map("[a-z]{0,5}", inner, 0..8).prop_map(|map| {
                let mut pairs: Vec<_> = map.into_iter().map(|(k, v)| (k.into_bytes(), v)).collect();
                pairs.sort_by(|a, b| key_order(&a.0, &b.0));
                Json::Object(pairs)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in prop::collection::vec(any_json(), 0..50)) {
        let value = Json::Array(value);
        prop_assert_eq!(container(&write(&value)), value);
    }

    #[test]
    fn integers_keep_their_value(value in any::<i64>()) {
        let (bytes, len) = numeric(value);
        prop_assert_eq!(integer(&bytes[..len]), value);
        prop_assert!(!is_special(&bytes[..len]));
        prop_assert_eq!(read::integer(&bytes[..len]), Some(value));
    }

    #[test]
    fn bytes_that_are_no_jsonb_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = Item::of_jsonb(&bytes);
    }
}

#[test]
fn integers_at_the_ends() {
    for value in [0, 1, -1, 9_999, 10_000, 1_0000_0000, i64::MAX, i64::MIN] {
        let (bytes, len) = numeric(value);
        assert_eq!(integer(&bytes[..len]), value);
        assert_eq!(read::integer(&bytes[..len]), Some(value));
    }
}

#[test]
fn a_scalar_stands_for_itself() {
    let mut jsonb = (1 | SCALAR | ARRAY).to_ne_bytes().to_vec();
    jsonb.extend((ENTRY_STRING | ENTRY_HAS_OFFSET | 2).to_ne_bytes());
    jsonb.extend(b"hi");
    assert_eq!(Item::of_jsonb(&jsonb), Some(Item::String(b"hi")));
    assert_eq!(Item::of_jsonb(&jsonb[..9]), None);
}

#[test]
fn values_that_are_too_long_are_refused() {
    let mut entries = Vec::new();
    for _ in 0..3 {
        entries.extend((ENTRY_STRING | 0x0800_0000).to_ne_bytes());
    }
    assert_eq!(append_array(&mut Vec::new(), &entries, &[]), Err(TooLarge));
}
