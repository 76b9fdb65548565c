//! From the text of a view to a syntax tree, within bounds that no text can break.
//!
//! The text comes from `pg_get_viewdef`, but the analyser is reachable with any text, and it runs on the
//! stack of a backend: nesting and chains of operators are bounded before the parser sees them.

use sqlparser::ast::{Query, SetExpr, Statement};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Word};

/// Nesting the parser follows: about 55 joins or 15 subqueries inside one another, in 2 MB of stack.
const RECURSION_LIMIT: usize = 64;
/// Operators that may follow one another without a comma or a closing parenthesis between: the parser turns
/// such a chain into a tree as deep as the chain is long, without counting it as recursion.
const CHAIN_LIMIT: usize = 1_000;
/// Set operations in one text: their tree is as deep as there are branches.
const BRANCH_LIMIT: usize = 200;
/// Longest text that is looked at.
const TEXT_LIMIT: usize = 1_000_000;

/// Plain names to PostgreSQL, which the parser takes for clauses of other systems unless they are quoted.
const FOREIGN_WORDS: [&str; 12] = [
    "asof",
    "connect",
    "match_condition",
    "match_recognize",
    "open",
    "output",
    "pivot",
    "prewhere",
    "qualify",
    "settings",
    "top",
    "unpivot",
];

/// Parses the definition of a view: exactly one query.
pub fn parse_view(text: &str) -> Result<Query, String> {
    if text.len() > TEXT_LIMIT {
        return Err("its definition is too long to analyse".to_owned());
    }
    let dialect = PostgreSqlDialect {};
    let tokens = Tokenizer::new(&dialect, text)
        .tokenize()
        .map_err(|e| format!("its definition was not understood: {e}"))?;
    let tokens = simplify(tokens);
    let branches = ["UNION", "INTERSECT", "EXCEPT"];
    let branches = tokens
        .iter()
        .filter(|t| branches.iter().any(|w| is_word(Some(t), w)));
    if deepest_chain(&tokens) > CHAIN_LIMIT || branches.count() > BRANCH_LIMIT {
        return Err("its definition is nested too deeply to analyse".to_owned());
    }
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(RECURSION_LIMIT)
        .with_tokens(tokens);
    let statements = parser
        .parse_statements()
        .map_err(|e| format!("its definition was not understood: {e}"))?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Query(query)), None) => match query.body.as_ref() {
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                Err("its definition is not a query".to_owned())
            }
            _ => Ok(*query),
        },
        _ => Err("its definition is not exactly one query".to_owned()),
    }
}

/// Leaves out syntax that the parser does not know and that has no bearing on lineage: `ONLY`, `VARIADIC`, the
/// alias of `JOIN ... USING (...) AS`, `EXCLUDE` in window frames, parentheses in `FETCH FIRST (n)`. Adds some where it needs them.
fn simplify(tokens: Vec<Token>) -> Vec<Token> {
    let tokens: Vec<Token> = tokens
        .into_iter()
        .filter(|t| !matches!(t, Token::Whitespace(_)))
        .collect();
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let after = |n: usize| tokens.get(i + n);
        let previous = out.last();
        let previous_is = |words: &[&str]| words.iter().any(|w| is_word(previous, w));
        let variadic = is_word(Some(token), "VARIADIC") && !matches!(previous, Some(Token::Period));
        let only = is_word(Some(token), "ONLY")
            && !previous_is(&["ROW", "ROWS"])
            && matches!(after(1), Some(Token::Word(_)));
        if variadic || only {
            i += 1;
        } else if is_word(Some(token), "EXCLUDE") && previous_is(&["ROW", "FOLLOWING", "PRECEDING"])
        {
            let two = is_word(after(1), "CURRENT") || is_word(after(1), "NO");
            i += if two { 3 } else { 2 };
        } else if is_word(Some(token), "AS")
            && closes_using(&out)
            && matches!(after(1), Some(Token::Word(_)))
        {
            i += 2;
        } else if matches!(token, Token::Word(_))
            && !matches!(previous, Some(Token::Period))
            && matches!(after(1), Some(Token::Period))
            && matches!(after(2), Some(Token::Mul))
            && matches!(after(3), Some(Token::DoubleColon))
        {
            // A whole row as a result column, `a.*::b`, is not taken for `a.*`.
            out.push(Token::LParen);
            out.extend(tokens.iter().skip(i).take(3).cloned());
            out.push(Token::RParen);
            i += 3;
        } else if matches!(token, Token::LParen)
            && previous_is(&["FIRST"])
            && is_word(out.iter().rev().nth(1), "FETCH")
            && matches!(after(1), Some(Token::Number(..)))
            && matches!(after(2), Some(Token::RParen))
        {
            out.extend(after(1).cloned());
            i += 3;
        } else if let Some(word) = FOREIGN_WORDS.iter().find(|word| is_word(Some(token), word)) {
            out.push(Token::Word(Word {
                value: (*word).to_owned(),
                quote_style: Some('"'),
                keyword: Keyword::NoKeyword,
            }));
            i += 1;
        } else {
            out.push(token.clone());
            i += 1;
        }
    }
    out
}

/// Whether the tokens end in `USING (name, ...)`.
fn closes_using(tokens: &[Token]) -> bool {
    let mut rest = tokens.iter().rev();
    if !matches!(rest.next(), Some(Token::RParen)) {
        return false;
    }
    for token in rest.by_ref() {
        match token {
            Token::Word(_) | Token::Comma => {}
            Token::LParen => return is_word(rest.next(), "USING"),
            _ => return false,
        }
    }
    false
}

fn is_word(token: Option<&Token>, word: &str) -> bool {
    matches!(token, Some(Token::Word(Word { value, quote_style: None, .. })) if value.eq_ignore_ascii_case(word))
}

/// An upper bound of the depth of the tree that chains of operators make.
fn deepest_chain(tokens: &[Token]) -> usize {
    let mut open = vec![0usize];
    let mut total = 0usize;
    let mut deepest = 0usize;
    for token in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                open.push(0);
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                total = total.saturating_sub(open.pop().unwrap_or(0));
                if open.is_empty() {
                    open.push(0);
                }
                // What stands behind a closed group can still be applied to it: `f(x)[1]`, `a::b::c`.
                if let Some(top) = open.last_mut() {
                    *top += 1;
                    total += 1;
                }
            }
            Token::Comma => {
                if let Some(top) = open.last_mut() {
                    total = total.saturating_sub(*top);
                    *top = 0;
                }
            }
            Token::Word(word)
                if word.quote_style.is_some() || word.keyword == Keyword::NoKeyword => {}
            Token::Number(..) | Token::SingleQuotedString(_) | Token::Period => {}
            _ => {
                if let Some(top) = open.last_mut() {
                    *top += 1;
                    total += 1;
                }
            }
        }
        deepest = deepest.max(total);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::parse_view;
    use crate::analyze::sql::quote_ident;
    use sqlparser::keywords::ALL_KEYWORDS;

    /// `pg_get_viewdef` quotes the names that are keywords of PostgreSQL; from version 16 on it leaves the table's name out
    /// where there is only one.
    #[test]
    fn names_that_are_keywords_elsewhere() {
        // These also have a meaning in the text of a view; as a name, in some places, they are not understood.
        let both = ["CUBE", "FORMAT", "PARTITION", "ROLLUP", "SET"];
        for keyword in ALL_KEYWORDS.iter().filter(|word| !both.contains(word)) {
            let name = quote_ident(&keyword.to_ascii_lowercase());
            for text in [
                format!("SELECT {name}, {name} AS x, {name} + 1 AS y FROM t WHERE {name} = 1 GROUP BY {name} ORDER BY {name} DESC"),
                format!("SELECT {name} AS a FROM t {name} JOIN u ON {name}.{name} = u.{name}"),
                format!("SELECT sum({name}) AS a, lower({name}) FROM t WHERE ({name} IS NOT NULL)"),
            ] {
                assert_eq!(parse_view(&text).err(), None, "{text}");
            }
        }
    }
}
