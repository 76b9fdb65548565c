//! Patches against a model: the same change of a value as people see it, written anew, must have the same bytes.

use super::*;
use crate::jsonb::patch::*;

/// A change, with values as people see them.
#[derive(Debug, Clone)]
enum Wish {
    Set(Json),
    Merge(Vec<(Vec<u8>, Json)>),
    Elements {
        is_descending: bool,
        may_be_empty: bool,
        changes: Vec<(i64, Option<Json>)>,
    },
}

type Path = Vec<Vec<u8>>;

fn sorted(mut pairs: Vec<(Vec<u8>, Json)>) -> Vec<(Vec<u8>, Json)> {
    pairs.sort_by(|a, b| key_order(&a.0, &b.0));
    pairs
}

/// A `jsonb` without header, of a scalar too.
fn jsonb(value: &Json) -> Vec<u8> {
    match value {
        Json::Array(_) | Json::Object(_) => write(value),
        scalar => {
            let mut bytes = write(&Json::Array(vec![scalar.clone()]));
            bytes[..4].copy_from_slice(&(1 | SCALAR | ARRAY).to_ne_bytes());
            bytes
        }
    }
}

/// The patch of the library. None: unchanged.
fn patched(document: &Json, wishes: &[(Path, Wish)]) -> Result<Option<Vec<u8>>, Misfit> {
    enum Bytes {
        One(Vec<u8>),
        Elements(Vec<(i64, Option<Vec<u8>>)>),
    }
    enum Parsed<'a> {
        One(&'a [u8]),
        Elements(Vec<(i64, Option<Item<'a>>)>),
    }
    let bytes: Vec<_> = wishes
        .iter()
        .map(|(_, wish)| match wish {
            Wish::Set(value) => Bytes::One(jsonb(value)),
            Wish::Merge(pairs) => Bytes::One(jsonb(&Json::Object(pairs.clone()))),
            Wish::Elements { changes, .. } => Bytes::Elements(
                changes
                    .iter()
                    .map(|(i, new)| (*i, new.as_ref().map(jsonb)))
                    .collect(),
            ),
        })
        .collect();
    let parsed: Vec<_> = bytes
        .iter()
        .map(|bytes| match bytes {
            Bytes::One(bytes) => Parsed::One(bytes),
            Bytes::Elements(changes) => Parsed::Elements(
                changes
                    .iter()
                    .map(|(i, new)| (*i, new.as_ref().map(|new| Item::of_jsonb(new).unwrap())))
                    .collect(),
            ),
        })
        .collect();
    let paths: Vec<Vec<&[u8]>> = wishes
        .iter()
        .map(|(path, _)| path.iter().map(Vec::as_slice).collect())
        .collect();
    let changes: Vec<_> = wishes
        .iter()
        .zip(&parsed)
        .zip(&paths)
        .map(|(((_, wish), parsed), path)| Change {
            path,
            action: match (wish, parsed) {
                (Wish::Set(Json::Integer(i)), _) => Action::Set(Item::Integer(*i)),
                (Wish::Set(_), Parsed::One(bytes)) => Action::Set(Item::of_jsonb(bytes).unwrap()),
                (Wish::Merge(_), Parsed::One(bytes)) => Action::Merge(bytes),
                (
                    Wish::Elements {
                        is_descending,
                        may_be_empty,
                        ..
                    },
                    Parsed::Elements(changes),
                ) => Action::Elements(Elements {
                    identity: b"id",
                    is_descending: *is_descending,
                    may_be_empty: *may_be_empty,
                    changes,
                }),
                _ => unreachable!(),
            },
        })
        .collect();
    let mut out = vec![9; 8];
    let changed = patch(&mut out, &jsonb(document), &changes);
    assert_eq!(out[..8], [9; 8]);
    match changed {
        Ok(true) => Ok(Some(out.split_off(8))),
        Ok(false) => {
            assert_eq!(out.len(), 8);
            Ok(None)
        }
        Err(misfit) => {
            assert_eq!(out.len(), 8);
            Err(misfit)
        }
    }
}

fn identity(element: &Json) -> Option<i64> {
    match element {
        Json::Object(pairs) => pairs.iter().find_map(|(key, value)| match value {
            Json::Integer(i) if key == b"id" => Some(*i),
            _ => None,
        }),
        _ => None,
    }
}

/// The same change of the model. None where it does not fit.
fn expected(value: &mut Json, path: &[Vec<u8>], wish: &Wish) -> Option<()> {
    if let [key, rest @ ..] = path {
        let Json::Object(pairs) = value else {
            return None;
        };
        let (_, inner) = pairs.iter_mut().find(|(k, _)| k == key)?;
        return expected(inner, rest, wish);
    }
    match (wish, value) {
        (Wish::Set(new), value) => *value = new.clone(),
        (Wish::Merge(new), Json::Object(pairs)) => {
            pairs.retain(|(key, _)| new.iter().all(|(k, _)| k != key));
            pairs.extend(new.iter().cloned());
            *pairs = sorted(std::mem::take(pairs));
        }
        (
            Wish::Elements {
                is_descending,
                may_be_empty,
                changes,
            },
            Json::Array(values),
        ) => {
            let was_empty = values.is_empty();
            let direction = if *is_descending { -1 } else { 1 };
            let identities: Option<Vec<_>> = values.iter().map(identity).collect();
            if !identities?
                .is_sorted_by(|a, b| i128::from(*a) * direction < i128::from(*b) * direction)
            {
                return None;
            }
            for (i, new) in changes {
                values.retain(|value| identity(value) != Some(*i));
                values.extend(new.clone());
            }
            values.sort_by_key(|value| i128::from(identity(value).unwrap()) * direction);
            if !may_be_empty && (was_empty || values.is_empty()) {
                return None;
            }
        }
        _ => return None,
    }
    Some(())
}

/// All wishes must lead to the bytes of the model, or not fit there either.
fn agree(document: &Json, wishes: &[(Path, Wish)]) -> Result<(), TestCaseError> {
    let mut model = document.clone();
    let fits = wishes
        .iter()
        .try_for_each(|(path, wish)| expected(&mut model, path, wish));
    match (patched(document, wishes), fits) {
        (Ok(Some(bytes)), Some(())) => {
            prop_assert_eq!(&bytes, &jsonb(&model));
            prop_assert_eq!(container(&bytes), model);
        }
        (Ok(None), Some(())) => prop_assert_eq!(document, &model),
        (Err(_), None) => {}
        (found, fits) => prop_assert!(false, "{:?}, but {:?}", found, fits),
    }
    Ok(())
}

/// All places in the objects of a value.
fn places(value: &Json, path: &mut Path, found: &mut Vec<Path>) {
    if let Json::Object(pairs) = value {
        for (key, value) in pairs {
            path.push(key.clone());
            found.push(path.clone());
            places(value, path, found);
            path.pop();
        }
    }
}

fn any_pairs(max: usize) -> impl Strategy<Value = Vec<(Vec<u8>, Json)>> {
    pairs_of(any_json(), max)
}

fn pairs_of(
    value: impl Strategy<Value = Json>,
    max: usize,
) -> impl Strategy<Value = Vec<(Vec<u8>, Json)>> {
    prop::collection::btree_map("[a-z]{0,3}", value, 0..max)
        .prop_map(|map| sorted(map.into_iter().map(|(k, v)| (k.into_bytes(), v)).collect()))
}

/// An object with objects in it.
fn any_document() -> impl Strategy<Value = Json> {
    let inner = any_pairs(6).prop_map(Json::Object);
    (any_pairs(50), prop::collection::vec(inner, 4)).prop_map(|(mut pairs, inner)| {
        let mut inner = inner.into_iter();
        let (Some(a), Some(b), Some(c)) = (inner.next(), inner.next(), inner.next()) else {
            unreachable!()
        };
        pairs.push((
            b"nest".to_vec(),
            Json::Object(vec![(b"a".to_vec(), a), (b"bcd".to_vec(), b)]),
        ));
        pairs.push((b"other".to_vec(), c));
        Json::Object(sorted(pairs))
    })
}

/// A document and changes at places of it, none within another, sometimes at ones that are not there.
fn any_wishes() -> impl Strategy<Value = (Json, Vec<(Path, Wish)>)> {
    any_document()
        .prop_flat_map(|document| {
            let mut all = Vec::new();
            places(&document, &mut Vec::new(), &mut all);
            let wish = prop_oneof![
                3 => any_json().prop_map(Wish::Set),
                1 => any_pairs(40).prop_map(Wish::Merge),
            ];
            let chosen = prop::collection::vec((prop::sample::select(all), wish, 0..40_u8), 1..6);
            (Just(document), chosen)
        })
        .prop_map(|(document, chosen)| {
            let mut wishes: Vec<(Path, Wish)> = Vec::new();
            for (mut path, wish, odd) in chosen {
                match odd {
                    0 => path.push(b"not there".to_vec()),
                    1 => path.insert(0, b"nest".to_vec()),
                    _ => {}
                }
                if !wishes
                    .iter()
                    .any(|(p, _)| p.starts_with(&path) || path.starts_with(p))
                {
                    wishes.push((path, wish));
                }
            }
            (document, wishes)
        })
}

fn element(id: i64, mut rest: Vec<(Vec<u8>, Json)>) -> Json {
    rest.retain(|(key, _)| key != b"id");
    rest.push((b"id".to_vec(), Json::Integer(id)));
    Json::Object(sorted(rest))
}

fn any_elements() -> impl Strategy<Value = Vec<(i64, Json)>> {
    prop::collection::btree_map(-60_i64..60, pairs_of(any_scalar(), 4), 0..70).prop_map(|map| {
        map.into_iter()
            .map(|(id, rest)| (id, element(id, rest)))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_at_paths((document, wishes) in any_wishes()) {
        agree(&document, &wishes)?;
    }

    #[test]
    fn what_is_there_already_changes_nothing(document in any_document(), which in any::<prop::sample::Index>()) {
        let mut all = Vec::new();
        places(&document, &mut Vec::new(), &mut all);
        let path = which.get(&all);
        let mut value = &document;
        for key in path {
            let Json::Object(pairs) = value else { unreachable!() };
            value = &pairs.iter().find(|(k, _)| k == key).unwrap().1;
        }
        prop_assert_eq!(patched(&document, &[(path.clone(), Wish::Set(value.clone()))]), Ok(None));
    }

    #[test]
    fn objects_merged(a in any_pairs(90), b in any_pairs(90)) {
        agree(&Json::Object(a), &[(Vec::new(), Wish::Merge(b))])?;
    }

    #[test]
    fn elements_by_identity(
        before in any_pairs(4),
        elements in any_elements(),
        changes in prop::collection::btree_map(-65_i64..65, prop::option::of(any_pairs(4)), 0..12),
        is_descending in any::<bool>(),
        may_be_empty in any::<bool>(),
        keep in any::<prop::sample::Index>(),
        oddity in 0..30_u8,
    ) {
        let mut values: Vec<_> = elements.into_iter().map(|(_, value)| value).collect();
        if is_descending {
            values.reverse();
        }
        match (oddity, values.len()) {
            (0, n) if n > 1 => values.swap(keep.index(n - 1), n - 1),
            (1, n) if n > 0 => values[keep.index(n)] = Json::Object(before.clone()),
            (2, n) if n > 0 => values[keep.index(n)] = Json::Integer(1),
            (3, n) if n > 0 => values.push(values[keep.index(n)].clone()),
            (4..7, n) => values.truncate(keep.index(n + 1).min(2)),
            _ => {}
        }
        let changes: Vec<_> = changes
            .into_iter()
            .map(|(id, rest)| (id, rest.map(|rest| element(id, rest))))
            .collect();
        let wish = Wish::Elements { is_descending, may_be_empty, changes };
        let mut pairs = before;
        pairs.retain(|(key, _)| key != b"list");
        pairs.push((b"list".to_vec(), Json::Array(values)));
        agree(&Json::Object(sorted(pairs)), &[(vec![b"list".to_vec()], wish)])?;
    }

    #[test]
    fn damaged_bytes_do_no_harm(
        (document, wishes) in any_wishes(),
        elements in any_elements(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let list = Json::Array(elements.into_iter().map(|(_, value)| value).collect());
        for value in [&document, &list] {
            let mut bytes = jsonb(value);
            for (at, byte) in &damage {
                // Most of them in the entries.
                let at = at.index(if byte % 2 == 0 { bytes.len() } else { bytes.len().min(64) });
                bytes[at] = *byte;
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            for (path, wish) in &wishes {
                let path: Vec<_> = path.iter().map(Vec::as_slice).collect();
                let new = match wish {
                    Wish::Set(new) => jsonb(new),
                    _ => bytes.clone(),
                };
                let Some(item) = Item::of_jsonb(&new) else { continue };
                let new_elements = [(3, None), (5, Some(item))];
                let elements = Elements {
                    identity: b"id",
                    is_descending: false,
                    may_be_empty: true,
                    changes: &new_elements[..1 + usize::from(is_cut)],
                };
                let mut out = Vec::new();
                let _ = patch(&mut out, &bytes, &[Change { path: &path, action: Action::Set(item) }]);
                let _ = patch(&mut out, &bytes, &[Change { path: &[], action: Action::Merge(&new) }]);
                let _ = patch(&mut out, &bytes, &[Change { path: &[], action: Action::Elements(elements) }]);
            }
        }
    }

    #[test]
    fn integers_of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..14)) {
        let _ = read::integer(&bytes);
    }
}

fn object(pairs: &[(&str, Json)]) -> Json {
    Json::Object(sorted(
        pairs
            .iter()
            .map(|(k, v)| (k.as_bytes().to_vec(), v.clone()))
            .collect(),
    ))
}

fn path(keys: &[&str]) -> Path {
    keys.iter().map(|key| key.as_bytes().to_vec()).collect()
}

fn set(keys: &[&str], value: i64) -> (Path, Wish) {
    (path(keys), Wish::Set(Json::Integer(value)))
}

#[test]
fn paths_that_do_not_fit() {
    let document = object(&[("a", object(&[("b", Json::Integer(1))])), ("s", Json::Null)]);
    let misfit = |wishes: &[(Path, Wish)]| patched(&document, wishes).unwrap_err();
    assert_eq!(
        misfit(&[set(&["a", "x"], 1)]),
        Misfit::Missing {
            change: 0,
            depth: 1
        }
    );
    assert_eq!(
        misfit(&[set(&["a", "b"], 1), set(&["x"], 1)]),
        Misfit::Missing {
            change: 1,
            depth: 0
        }
    );
    assert_eq!(
        misfit(&[set(&["s", "x"], 1)]),
        Misfit::NotObject {
            change: 0,
            depth: 1
        }
    );
    assert_eq!(misfit(&[set(&[], 1)]), Misfit::EmptyPath { change: 0 });
    assert_eq!(
        misfit(&[set(&["s"], 1), set(&["s"], 2)]),
        Misfit::Overlap { change: 1 }
    );
    assert_eq!(
        misfit(&[set(&["a", "b"], 1), set(&["a"], 2)]),
        Misfit::Overlap { change: 0 }
    );
    assert_eq!(
        misfit(&[set(&["a"; MAX_DEPTH + 1], 2)]),
        Misfit::TooDeep { change: 0 }
    );
    let merge = |keys: &[&str]| (path(keys), Wish::Merge(Vec::new()));
    assert_eq!(
        misfit(&[merge(&["a"]), set(&["a", "b"], 2)]),
        Misfit::Overlap { change: 1 }
    );
    assert_eq!(
        misfit(&[merge(&["s"])]),
        Misfit::NotObject {
            change: 0,
            depth: 1
        }
    );
    assert_eq!(
        patched(&Json::Null, &[merge(&[])]),
        Err(Misfit::NotObject {
            change: 0,
            depth: 0
        })
    );
    assert_eq!(patched(&document, &[]), Ok(None));
}

#[test]
fn elements_that_do_not_fit() {
    let one = |i| element(i, Vec::new());
    let misfit = |list: &Json, is_descending, changes: &[(i64, Option<Json>)]| {
        let changes = changes.to_vec();
        let wish = Wish::Elements {
            is_descending,
            may_be_empty: false,
            changes,
        };
        patched(list, &[(Vec::new(), wish)]).unwrap_err()
    };
    let list = Json::Array(vec![one(1), one(3), one(4)]);
    let change = 0;
    assert_eq!(
        misfit(&list, true, &[]),
        Misfit::Disorder { change, element: 1 }
    );
    assert_eq!(
        misfit(&Json::Array(vec![one(1), one(1)]), false, &[]),
        Misfit::Disorder { change, element: 1 }
    );
    assert_eq!(
        misfit(&Json::Array(vec![one(1), Json::Null]), false, &[]),
        Misfit::NoIdentity { change, element: 1 }
    );
    assert_eq!(
        misfit(
            &Json::Array(vec![object(&[("id", Json::Null)])]),
            false,
            &[]
        ),
        Misfit::NoIdentity { change, element: 0 }
    );
    assert_eq!(misfit(&one(1), false, &[]), Misfit::NotArray { change });
    assert_eq!(misfit(&Json::Null, false, &[]), Misfit::NotArray { change });
    assert_eq!(
        misfit(&list, false, &[(1, None), (3, None), (4, None)]),
        Misfit::Empty { change }
    );
    assert_eq!(
        misfit(&Json::Array(Vec::new()), false, &[(1, Some(one(1)))]),
        Misfit::Empty { change }
    );
    assert_eq!(
        misfit(&list, false, &[(1, Some(one(2)))]),
        Misfit::WrongIdentity {
            change,
            identity: 1
        }
    );
    assert_eq!(
        misfit(&list, false, &[(2, None), (2, Some(one(2)))]),
        Misfit::GivenTwice {
            change,
            identity: 2
        }
    );
}

#[test]
fn integers_of_all_forms() {
    let number = |words: &[u16]| {
        words
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect::<Vec<_>>()
    };
    let integer = |words: &[u16]| read::integer(&number(words));
    assert_eq!(integer(&[0x8000]), Some(0));
    assert_eq!(integer(&[0x8001, 7]), Some(70_000));
    assert_eq!(integer(&[0x0000, 1, 7]), Some(70_000));
    assert_eq!(integer(&[0x4000, 0, 7]), Some(-7));
    // With decimal places, below one, special, too large.
    assert_eq!(integer(&[0x8080, 7]), None);
    assert_eq!(integer(&[0x0002, 0, 7]), None);
    assert_eq!(integer(&[0x807F, 7]), None);
    assert_eq!(integer(&[0x8000, 7, 7]), None);
    assert_eq!(integer(&[0xC000]), None);
    assert_eq!(integer(&[0x8004, 923]), None);
    assert_eq!(integer(&[0x8005, 1]), None);
    assert_eq!(read::integer(&[1]), None);
}

#[test]
fn a_value_too_large_leaves_nothing_behind() {
    let document = write(&object(&[("a", Json::Null), ("b", Json::Null)]));
    let half = vec![b'x'; MAX_BYTES / 2 + 1];
    let value = Action::Set(Item::String(&half));
    let changes = [
        Change {
            path: &[b"a"],
            action: value,
        },
        Change {
            path: &[b"b"],
            action: value,
        },
    ];
    let mut out = Vec::new();
    assert_eq!(patch(&mut out, &document, &changes), Err(Misfit::TooLarge));
    assert!(out.is_empty());
}
