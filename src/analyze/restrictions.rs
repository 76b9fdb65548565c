//! Which rows of a source have any influence: comparisons of their columns with constants that are in force for all of them
//! (docs/architecture.md, "Constant conditions").

use super::links::Links;
use super::sql::quote_ident;
use super::tree::{OccId, Tree};
use crate::lineage::{Column, Constant, Relation, Restriction, Snapshot, Test};

/// What every row of an occurrence that has any influence fulfils, whichever way it takes to the key.
pub fn of(snapshot: &Snapshot, tree: &Tree, occurrence: OccId) -> Vec<Restriction> {
    let relation = tree.occurrences.get(occurrence).map(|o| o.relation);
    let Some(relation) = relation.and_then(|r| snapshot.relations.get(r)) else {
        return Vec::new();
    };
    if tree.unresolved {
        return Vec::new();
    }
    let links = Links {
        tree,
        relations: &snapshot.relations,
    };
    let necessity = links.necessity(&links.around(occurrence), &[]);
    let own = necessity
        .tests
        .into_iter()
        .filter(|(slot, _)| slot.0 == occurrence);
    own.filter_map(|((_, column), test)| {
        let column: &Column = relation.columns.get(column)?;
        let says_nothing = test == Test::NotNull && column.not_null;
        (!says_nothing).then_some(Restriction {
            column: column.num,
            test,
        })
    })
    .collect()
}

/// The restrictions in words; none when there are none.
pub fn words(relation: &Relation, restrictions: &[Restriction]) -> Option<String> {
    let words = restrictions.iter().filter_map(|restriction| {
        let mut columns = relation.columns.iter();
        let column = columns.find(|c| c.num == restriction.column)?;
        let name = quote_ident(&column.name);
        Some(match &restriction.test {
            Test::Null => format!("{name} IS NULL"),
            Test::NotNull => format!("{name} IS NOT NULL"),
            Test::In(constants) => match constants.as_slice() {
                [Constant::Boolean(true)] => name,
                [Constant::Boolean(false)] => format!("NOT {name}"),
                [only] => format!("{name} = {}", literal(only)),
                several => {
                    let list: Vec<String> = several.iter().map(literal).collect();
                    format!("{name} IN ({})", list.join(", "))
                }
            },
        })
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

fn literal(constant: &Constant) -> String {
    match constant {
        Constant::Boolean(value) => value.to_string(),
        Constant::Integer(value) => value.to_string(),
        Constant::Text(text) | Constant::Uuid(text) | Constant::Label(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
    }
}
