//! Tests of the analysis, on a small made-up blog.

mod catalog;
mod copies;
mod corpus;
mod counters;
mod document;
mod gives_key;
mod properties;
mod refusals;
mod restrictions;
mod statements;
mod values;
