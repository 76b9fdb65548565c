//! The two documents the analyser stands between: the catalog snapshot it reads and the plan it writes.
//!
//! Both are plain data. The SQL control plane builds the snapshot as `jsonb`; the plan is stored in
//! `pg_tview_meta.plan`, decoded once per backend and executed by `src/pg`.

use serde::{Deserialize, Serialize};

/// Version of the plan document. A backend that finds another version analyses the view again.
pub const PLAN_VERSION: u32 = 8;

/// Everything the analyser may know about the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    pub target: Target,
    /// The backing view itself and every relation reachable from it through views.
    pub relations: Vec<Relation>,
    /// Bare names of all aggregate functions.
    #[serde(default)]
    pub aggregates: Vec<String>,
}

/// The TVIEW to analyse. Its table need not exist yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Target {
    /// Schema of the TVIEW's table, unquoted.
    pub schema: String,
    /// Name of the TVIEW's table (`tv_post`), unquoted.
    pub table: String,
    /// `pg_class` OID of the backing view; it is one of `Snapshot::relations`.
    pub view: u32,
    /// Names of the key columns, in key order.
    pub key: Vec<String>,
    /// Whether the table has the extra column `updated_at`, which the view has not.
    pub updated_at: bool,
    /// `options.allow_volatile`.
    #[serde(default)]
    pub allow_volatile: bool,
    /// `options.unwatched`: OIDs of relations that need no capture.
    #[serde(default)]
    pub unwatched: Vec<u32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relation {
    pub oid: u32,
    pub schema: String,
    pub name: String,
    /// `pg_class.relkind`: `r` table, `p` partitioned table, `v` view, `m` materialized view, `f` foreign table.
    pub kind: char,
    /// System catalog or information schema.
    #[serde(default)]
    pub system: bool,
    /// `pg_get_viewdef(oid)` with an empty `search_path`; views only.
    #[serde(default)]
    pub definition: Option<String>,
    /// Views only: the server finds a volatile function in this view's own query.
    #[serde(default)]
    pub volatile: bool,
    /// Views only: OIDs of the relations this view's own query depends on (`pg_depend`).
    #[serde(default)]
    pub depends_on: Vec<u32>,
    /// In attribute order, dropped columns left out.
    pub columns: Vec<Column>,
    /// Column sets of valid, non-partial, non-expression unique indexes.
    #[serde(default)]
    pub unique: Vec<Vec<i16>>,
    /// Key columns of every valid, non-partial index, in index order (0 for an expression).
    #[serde(default)]
    pub indexes: Vec<Vec<i16>>,
    /// A table, or a partitioned one, all of whose rows show and change under its own name: neither part nor parent of
    /// another, without row security, and no TVIEW's.
    #[serde(default)]
    pub plain: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column {
    /// `pg_attribute.attnum`.
    pub num: i16,
    pub name: String,
    /// Type OID; for a domain that of its base type.
    pub type_oid: u32,
    /// `format_type` of that type, schema-qualified where needed.
    pub type_name: String,
    pub collation: u32,
    pub not_null: bool,
    /// The type's default btree equality, ready to use: `OPERATOR(pg_catalog.=)`. Absent when it has none.
    #[serde(default)]
    pub eq: Option<String>,
    /// That type is an enum.
    #[serde(default)]
    pub is_enum: bool,
    /// Digits behind the point of every value: of a `numeric` with so many, and with no more altogether than an `int8` holds.
    #[serde(default)]
    pub scale: Option<u16>,
}

/// How one TVIEW is maintained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub version: u32,
    /// What rows are refreshed by: the columns of the key, or those of them that the changes of most sources lead to.
    pub key: Vec<KeyColumn>,
    pub occurrences: Vec<Occurrence>,
    /// Sources that occur only where no column of the view looks: they are read through a plain view of which other
    /// columns are used. Their changes change nothing.
    #[serde(default)]
    pub idle: Vec<u32>,
    pub statements: Statements,
    /// Reasons not to create the TVIEW at all; empty for an accepted definition.
    pub refusals: Vec<Refusal>,
    /// Sentences worth a NOTICE at create.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyColumn {
    pub name: String,
    pub type_oid: u32,
    pub type_name: String,
    pub collation: u32,
}

/// One appearance of a source in the fully expanded query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Position in `Plan::occurrences`. A source that takes several ways at once has an entry for each.
    pub id: u32,
    /// `pg_class` OID of the source.
    pub source: u32,
    /// Alias it has in its scope, with the views it was reached through: `v_user.u`.
    pub alias: String,
    /// Attribute numbers of the columns that matter; `None` when every column does (whole-row reference).
    pub columns: Option<Vec<i16>>,
    /// Their names, for people.
    pub column_names: Vec<String>,
    pub strategy: Strategy,
    /// Why this strategy, in one sentence without a full stop.
    pub reason: String,
    /// The climb in words: `user.pk_user → post.fk_user → key`; empty unless the strategy is `link`.
    pub links: String,
    /// A ready `CREATE INDEX` statement when a climb that starts here reads its next table without an index.
    pub missing_index: Option<String>,
    /// A row of this occurrence can give the view a row whose key is null: its key columns are nullable and the
    /// view's key is a copy of them.
    pub null_key: bool,
    /// Only rows of which all of these hold have any influence; empty when every row may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// The strategy is `key`, and the key of every row of the view is copied from a row of this occurrence: without such a row in
    /// the source there is none in the view.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gives_key: bool,
    /// For a subquery with one value for all rows of the view, of which this is a part: gives that value.
    /// The view changes with it only. Its strategy is `full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What a change of some of the columns only comes to; none when that is not known any better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<Patch>,
    /// How values that aggregate its rows are kept from the differences between these; none when they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<Counters>,
}

/// Values of a document of the view's row that count, sum up or compare the rows of a source which hold its key, and
/// nothing else of the row depends on these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counters {
    /// The first of the occurrences of the source with the same key columns: it stands for all of them.
    pub leader: u32,
    /// Attribute numbers by which a row is known again: those of a unique index.
    pub id: Vec<i16>,
    /// The values of all of them.
    pub values: Vec<Counter>,
    /// Those of this occurrence, for people: `sum(amount) → data #> {amount}`.
    pub places: Vec<String>,
    /// Name of the document in the view.
    pub document: String,
    /// The table has the column `updated_at`, which the view has not.
    pub is_stamped: bool,
}

/// One value of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Keys from the outermost on. None of two values leads through the other's place.
    pub path: Vec<String>,
    pub aggregate: Aggregate,
    /// It is 0 where there is nothing, not null.
    pub or_zero: bool,
    /// Attribute number of the column it aggregates; none when it counts rows.
    pub column: Option<i16>,
    /// Type OID of the column; for a domain that of its base type.
    pub type_oid: u32,
    /// Digits behind the point that every value of the column has.
    pub scale: u16,
    /// Only rows of which all of these hold are aggregated, in the order of the columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// Position among the values of one that tells how many inputs this one has; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

/// What is kept from differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    Count,
    Sum,
    Average,
    Max,
    Min,
}

/// A comparison of a column with constants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// Attribute number of the column.
    pub column: i16,
    pub test: Test,
}

/// What must be true of the column's value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// It is null.
    Null,
    /// It is not null.
    NotNull,
    /// It is one of these, which are of one kind.
    In(Vec<Constant>),
}

/// A value of a type whose values are equal only when they are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Constant {
    Boolean(bool),
    Integer(i64),
    Text(String),
    /// As the server prints it.
    Uuid(String),
    /// The label of an enum value.
    Label(String),
}

/// Columns of which nothing depends but values at known places of a document of the view's row, and how these values are
/// brought up to date without the rest of the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Patch {
    /// Attribute numbers of the columns; none when the place holds an array of rows, which any change is a change of.
    pub columns: Vec<i16>,
    /// Each with its places, for people: `name → data #> {author,name}`.
    pub places: Vec<String>,
    /// Attribute number of the document in the view.
    pub document: i16,
    /// The places: keys from the outermost on. None leads through another.
    pub paths: Vec<Vec<String>>,
    /// What can be patched without asking the view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
    /// The only place holds an array of which a row of the occurrence makes one element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elements: Option<Elements>,
    /// The table has the column `updated_at`, which the view has not.
    pub is_stamped: bool,
    /// For some keys, one array parameter per key column: the key and the document of the view's rows. What of the document
    /// is not at the places is left out when the statement is planned.
    pub fetch: String,
}

/// Columns whose values stand at places of a document as they are: those of the row that has the key, or of the only row that leads to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copies {
    /// Name of the document in the view.
    pub document: String,
    pub columns: Vec<Copied>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copied {
    /// Attribute number of the column.
    pub column: i16,
    /// Its type OID; for a domain that of its base type.
    pub type_oid: u32,
    /// Its places: keys from the outermost on.
    pub paths: Vec<Vec<String>>,
}

/// Elements of an array that are told apart, and ordered, by an integer which they hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Elements {
    /// Attribute number of the column with the integer.
    pub column: i16,
    /// The key under which an element holds it.
    pub identity: String,
    pub is_descending: bool,
    /// Without an element the place holds an empty array, not null.
    pub may_be_empty: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Strategy {
    /// The key is in the row: attribute numbers in key order, or of what the key is made of.
    Key {
        columns: Vec<i16>,
        /// Makes keys of values of these columns, one array parameter each; none when they are the key as they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lookup: Option<String>,
    },
    /// One hop towards the key.
    Link {
        /// The occurrence climbed to; never one whose strategy is `Full`, and strictly nearer to the key.
        to: u32,
        /// Attribute numbers of this occurrence whose values are carried to the next.
        from: Vec<i16>,
        /// Attribute numbers of `to` that equal them, pairwise.
        to_columns: Vec<i16>,
        /// Lookup with one array parameter per pair. Its result columns are what `to` carries on: the key
        /// columns when `to` has strategy `Key`, else the `from` columns of `to`.
        lookup: String,
        /// The two sides have no hash in common, or are not compared for equality: the edge is locked as a whole.
        #[serde(default)]
        lock_edge: bool,
        /// The column is an array; its elements are the values.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        elements: bool,
        /// A null is a value like others here: it meets the nulls on the other side.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        nulls: bool,
    },
    /// Any change marks the whole TVIEW.
    Full,
}

/// The generated statements that write a TVIEW.
///
/// The library writes the rows that `fetch` and `fetch_some` give where it may, row by row; otherwise a statement does all
/// of it. `recompute` and `whole` return one row of five `bigint`:
/// deleted, updated, inserted, rows the view gave, distinct keys without a null among them. When the last two differ
/// nothing was inserted and the rows are not to be kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Statements {
    /// For one key, one parameter per key column: the rows the view gives. This and the next are empty when `Plan::key` is
    /// only a part of the key.
    pub fetch: String,
    /// The same for several keys; one array parameter per key column.
    pub fetch_some: String,
    /// For some keys; one array parameter per key column.
    pub recompute: String,
    /// For all of them; no parameters.
    pub whole: String,
    /// Returns one boolean: does the view give a row with a null key.
    pub null_key: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Five-character SQLSTATE.
    pub code: String,
    pub message: String,
    pub detail: String,
    pub hint: String,
}
