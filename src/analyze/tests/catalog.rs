//! A catalog to analyse against, and a compact way to write plans down.

use crate::lineage::{Column, Occurrence, Plan, Relation, Snapshot, Strategy, Target};

/// Schema of the made-up blog: `name: column type, ...` where `!` marks not null; then unique and other indexes.
const TABLES: &str = "
tb_user: pk_user int8!, name text, code varchar, fk_boss int8, small int4 | pk_user | fk_boss
tb_post: pk_post int8!, fk_user int8, title text, code varchar, n int4, doc jsonb | pk_post | fk_user
tb_comment: pk_comment int8!, fk_post int8, fk_user int8, body text, n int4, small_post int4 | pk_comment | fk_post ; fk_user
tb_tag: pk_tag int8!, label text, email citext | pk_tag |
tb_post_tag: fk_post int8!, fk_tag int8!, place int4 | fk_post fk_tag | fk_tag
tb_mail: email citext!, shape box | email |
tb_day: pk_day int8!, day date, moment timestamptz | pk_day |
tb_event: pk_event int8!, at timestamp, body text | pk_event |
tb_word: pk_word int8!, word ctext | pk_word |
tb_list: pk_list int8!, posts int8[], words text[] | pk_list |
tb_price: pk_price int8!, since date, until date, n int4 | pk_price |
tb_amount: pk_amount int8!, amount numeric | pk_amount |
tb_task: pk_task int8!, id uuid, open bool, done bool, mood mood, padded bpchar, folded folded, pair pair | pk_task |
tb_order: pk_order int8!, fk_post int8, price money2, paid money2!, free numeric, n int4, state text, mood mood, open bool!, padded bpchar | pk_order | fk_post
";

/// Names, OIDs, collations and equalities of the types that occur.
const TYPES: [(&str, u32, &str, u32, &str); 21] = [
    ("int4", 23, "integer", 0, "OPERATOR(pg_catalog.=)"),
    ("int8", 20, "bigint", 0, "OPERATOR(pg_catalog.=)"),
    ("text", 25, "text", 100, "OPERATOR(pg_catalog.=)"),
    ("ctext", 25, "text", 950, "OPERATOR(pg_catalog.=)"),
    (
        "varchar",
        1043,
        "character varying",
        100,
        "OPERATOR(pg_catalog.=)",
    ),
    ("jsonb", 3802, "jsonb", 0, "OPERATOR(pg_catalog.=)"),
    ("citext", 60_000, "public.citext", 100, "OPERATOR(public.=)"),
    ("date", 1082, "date", 0, "OPERATOR(pg_catalog.=)"),
    (
        "timestamp",
        1114,
        "timestamp without time zone",
        0,
        "OPERATOR(pg_catalog.=)",
    ),
    (
        "timestamptz",
        1184,
        "timestamp with time zone",
        0,
        "OPERATOR(pg_catalog.=)",
    ),
    ("int8[]", 1016, "bigint[]", 0, "OPERATOR(pg_catalog.=)"),
    ("text[]", 1009, "text[]", 100, "OPERATOR(pg_catalog.=)"),
    ("numeric", 1700, "numeric", 0, "OPERATOR(pg_catalog.=)"),
    // With two digits behind the point.
    ("money2", 1700, "numeric", 0, "OPERATOR(pg_catalog.=)"),
    ("box", 603, "box", 0, ""),
    ("bool", 16, "boolean", 0, "OPERATOR(pg_catalog.=)"),
    ("uuid", 2950, "uuid", 0, "OPERATOR(pg_catalog.=)"),
    ("bpchar", 1042, "character", 100, "OPERATOR(pg_catalog.=)"),
    ("mood", 60_001, "public.mood", 0, "OPERATOR(pg_catalog.=)"),
    ("pair", 60_002, "public.pair", 0, "OPERATOR(pg_catalog.=)"),
    // With a collation that takes different texts for equal.
    ("folded", 25, "text", 60_003, "OPERATOR(pg_catalog.=)"),
];

/// Columns from `name type, ...`.
pub fn columns(text: &str) -> Vec<Column> {
    let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    parts
        .enumerate()
        .map(|(at, part)| {
            let (name, kind) = part.split_once(' ').expect("a name and a type");
            let bare = kind.trim_end_matches('!');
            let found = TYPES.iter().find(|t| t.0 == bare).expect("a known type");
            Column {
                num: i16::try_from(at + 1).expect("few columns"),
                name: name.to_owned(),
                type_oid: found.1,
                type_name: found.2.to_owned(),
                collation: found.3,
                not_null: bare != kind,
                eq: Some(found.4.to_owned()).filter(|eq| !eq.is_empty()),
                is_enum: found.0 == "mood",
                scale: (found.0 == "money2").then_some(2),
            }
        })
        .collect()
}

fn relation(oid: u32, name: &str, kind: char, columns: Vec<Column>) -> Relation {
    Relation {
        oid,
        schema: "public".to_owned(),
        name: name.to_owned(),
        kind,
        system: false,
        definition: None,
        volatile: false,
        depends_on: Vec::new(),
        columns,
        unique: Vec::new(),
        indexes: Vec::new(),
        plain: kind == 'r',
    }
}

/// The tables of the blog.
pub fn tables() -> Vec<Relation> {
    let lines = TABLES.lines().filter(|l| !l.trim().is_empty());
    lines
        .enumerate()
        .map(|(at, line)| {
            let (name, rest) = line.split_once(':').expect("a name");
            let mut parts = rest.split('|');
            let columns = columns(parts.next().expect("columns"));
            let set = |text: &str| -> Vec<i16> {
                text.split_whitespace()
                    .map(|word| {
                        columns
                            .iter()
                            .find(|c| c.name == word)
                            .expect("a column")
                            .num
                    })
                    .collect()
            };
            let unique = vec![set(parts.next().expect("a unique index"))];
            let others = parts
                .next()
                .unwrap_or("")
                .split(';')
                .map(set)
                .filter(|s| !s.is_empty());
            let indexes = unique.iter().cloned().chain(others).collect();
            let oid = 100 + u32::try_from(at).expect("few tables");
            Relation {
                unique,
                indexes,
                ..relation(oid, name, 'r', columns)
            }
        })
        .collect()
}

/// A definition and what is to become of it.
pub struct Case {
    pub shows: &'static str,
    pub columns: &'static str,
    pub definition: &'static str,
    pub expect: &'static [&'static str],
}

pub const fn case(
    shows: &'static str,
    columns: &'static str,
    definition: &'static str,
    expect: &'static [&'static str],
) -> Case {
    Case {
        shows,
        columns,
        definition,
        expect,
    }
}

/// Puts together a snapshot whose last view is the TVIEW's.
pub struct Blog(pub Snapshot);

impl Blog {
    /// The tables only.
    pub fn new() -> Self {
        Blog(Snapshot {
            target: Target {
                schema: "public".to_owned(),
                table: "tv_x".to_owned(),
                view: 0,
                key: Vec::new(),
                updated_at: true,
                allow_volatile: false,
                unwatched: Vec::new(),
            },
            relations: tables(),
            aggregates: [
                "avg",
                "count",
                "sum",
                "max",
                "min",
                "jsonb_agg",
                "string_agg",
                "array_agg",
            ]
            .map(str::to_owned)
            .to_vec(),
        })
    }

    /// Adds a relation that is no table.
    pub fn other(mut self, name: &str, kind: char, cols: &str) -> Self {
        let oid = 100 + u32::try_from(self.0.relations.len()).expect("few relations");
        self.0
            .relations
            .push(relation(oid, name, kind, columns(cols)));
        self
    }

    /// Adds a view; it becomes the TVIEW's. Its dependencies are all relations its text names.
    pub fn view(mut self, name: &str, cols: &str, definition: &str) -> Self {
        self = self.other(name, 'v', cols);
        let word = |name: &str| {
            definition
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|w| w == name)
        };
        let depends_on = self
            .0
            .relations
            .iter()
            .filter(|r| word(&r.name))
            .map(|r| r.oid)
            .collect();
        let view = self.0.relations.last_mut().expect("the view");
        view.definition = Some(definition.to_owned());
        view.depends_on = depends_on;
        self.0.target.view = view.oid;
        self
    }

    /// Sets the key.
    pub fn key(mut self, key: &str) -> Self {
        self.0.target.key = key.split_whitespace().map(str::to_owned).collect();
        self
    }

    /// Analyses it.
    pub fn plan(&self) -> Plan {
        crate::analyze::analyze(&self.0)
    }

    /// The plan in one line per occurrence.
    pub fn lines(&self) -> Vec<String> {
        let plan = self.plan();
        plan.occurrences
            .iter()
            .map(|o| self.line(o, &plan))
            .collect()
    }

    fn names(&self, source: u32, nums: &[i16]) -> String {
        let relation = self
            .0
            .relations
            .iter()
            .find(|r| r.oid == source)
            .expect("a source");
        let name = |num: &i16| {
            relation
                .columns
                .iter()
                .find(|c| c.num == *num)
                .expect("a column")
                .name
                .clone()
        };
        nums.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    fn line(&self, o: &Occurrence, plan: &Plan) -> String {
        match &o.strategy {
            Strategy::Key { columns, lookup } => {
                let made = if lookup.is_some() { "made of " } else { "" };
                format!("{}: key {made}{}", o.alias, self.names(o.source, columns))
            }
            Strategy::Link {
                to,
                from,
                to_columns,
                lock_edge,
                nulls,
                elements,
                ..
            } => {
                let target = plan.occurrences.get(*to as usize).expect("a target");
                format!(
                    "{}: {} {} {} {}",
                    o.alias,
                    self.names(o.source, from),
                    match (lock_edge, nulls, elements) {
                        (true, ..) => "~>",
                        (false, true, _) => "=>",
                        (false, false, true) => "[]->",
                        (false, false, false) => "->",
                    },
                    target.alias,
                    self.names(target.source, to_columns)
                )
            }
            Strategy::Full => format!("{}: full, {}", o.alias, o.reason),
        }
    }

    /// The columns that matter of the occurrence with this alias.
    pub fn matter(&self, alias: &str) -> String {
        let plan = self.plan();
        let found = plan
            .occurrences
            .iter()
            .find(|o| o.alias == alias)
            .expect("an occurrence");
        match &found.columns {
            None => "*".to_owned(),
            Some(_) => found.column_names.join(" "),
        }
    }
}
