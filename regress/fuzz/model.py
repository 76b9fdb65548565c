"""Random schemas: tables with their columns, keys, foreign keys, partitions and children.

Every key is the image of a small number (1..DOMAIN) in its type, so that random rows meet one another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

DOMAIN = 8

KEY_FAMILIES: dict[str, tuple[str, ...]] = {
    "int": ("integer", "bigint", "smallint", "integer", "bigint", "whole"),
    "uuid": ("uuid",),
    "text": ("text", "varchar(40)"),
    "date": ("date", "timestamp"),
    "num": ("numeric(8,2)", "numeric(9,3)", "numeric"),
    "ci": ('text COLLATE "ci"',),
}

# Types in which equal values can look different: nothing may be grouped by them and shown.
LOOSE = ("numeric", 'text COLLATE "ci"')

PREAMBLE = [
    "CREATE DOMAIN whole AS integer",
    "CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false)",
]

DATA_TYPES: dict[str, str] = {
    "n": "integer",
    "s": "text",
    "b": "boolean",
    "amt": "numeric(8,2)",
    "j": "jsonb",
    "arr": "integer[]",
    "big": "bigint",
    "v": "varchar(20)",
}


@dataclass
class Column:
    """A column of a table; `ref` is the table whose key it holds a part of, by position `part`."""

    name: str
    type: str
    family: str
    nullable: bool = True
    ref: Table | None = None
    part: int = 0
    group: int = -1
    textual: bool = False

    @property
    def loose(self) -> bool:
        """Whether equal values can look different."""
        return self.type in LOOSE

    def literal(self, n: int, variant: int = 0) -> str:
        """The image of `n` in this column as an SQL literal; variants of a loose one are equal."""
        if self.type == "numeric":
            return f"{n}{('', '.0', '.00')[variant % 3]}"
        match self.family:
            case "ci":
                return f"'{'kK'[variant % 2]}{n}'"
            case "uuid":
                return f"'00000000-0000-4000-8000-{n:012d}'"
            case "text":
                return f"'{n}'" if self.textual else f"'k{n}'"
            case "date":
                return f"'2024-01-{n:02d}'"
        return str(n)

    def value(self, n: str) -> str:
        """The image of the integer expression `n` in this column as an SQL expression."""
        match self.family:
            case "uuid":
                return f"('00000000-0000-4000-8000-' || lpad(({n})::text, 12, '0'))::uuid"
            case "ci":
                return f"'k' || ({n})"
            case "text":
                return f"({n})::text" if self.textual else f"'k' || ({n})"
            case "date":
                return f"date '2023-12-31' + ({n})"
        return f"({n})"


@dataclass
class ForeignKey:
    """A group of columns that hold a key of `target`; `action` is None when nothing enforces it."""

    columns: list[Column]
    target: Table
    action: str | None


@dataclass
class Table:
    """A base table. `kind` is plain, partitioned or inherited; `parts` are partitions or children."""

    name: str
    kind: str = "plain"
    columns: list[Column] = field(default_factory=list)
    key: list[Column] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def data(self) -> list[Column]:
        """The columns that are no part of a key or foreign key."""
        links = {id(c) for fk in self.foreign_keys for c in fk.columns}
        return [c for c in self.columns if c not in self.key and id(c) not in links]

    def named(self, family: str) -> str:
        """The name of the data column of that family: columns can be renamed."""
        return next(c.name for c in self.columns if c.family == family)

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((c for c in self.columns if c.name == name), None)


@dataclass
class Schema:
    """The tables of one case, parents before children, and the statements that create and fill them."""

    tables: list[Table]
    ddl: list[str]


def data_literal(rng: Random, column: Column) -> str:
    """A random value for a column that is no key."""
    if column.nullable and rng.random() < 0.15:
        return "NULL"
    match column.family:
        case "n" | "big":
            return str(rng.randint(0, 6))
        case "b":
            return rng.choice(["true", "false"])
        case "amt":
            return rng.choice(["0", "1.5", "2.25", "10", "3.10"])
        case "j":
            return rng.choice(["'{\"k\": 1}'", "'[1, 2]'", "'{}'", "'{\"k\": 2, \"t\": [\"x\"]}'", "'\"str\"'"])
        case "arr":
            return rng.choice(["'{1,2}'", "'{}'", "'{3}'", "'{2,2,5}'", "'{1,NULL}'"])
    return rng.choice(["'x'", "'y'", "'xy'", "'z z'", "''", "'It''s'"])


def _new_key(rng: Random, table: Table, usable: list[Table]) -> None:
    family = rng.choices(list(KEY_FAMILIES), [8, 3, 4, 1, 2, 1])[0]
    name = rng.choice(["id", f"{table.name}_id", f"pk_{table.name}"])
    column = Column(name, rng.choice(KEY_FAMILIES[family]), family, nullable=False)
    table.columns.append(column)
    table.key.append(column)
    if rng.random() < 0.2:
        family = rng.choice(["int", "text"])
        second = Column("no", rng.choice(KEY_FAMILIES[family]), family, nullable=False)
        table.columns.append(second)
        table.key.append(second)


def _new_reference(rng: Random, table: Table, target: Table, number: int, enforced: float) -> None:
    columns: list[Column] = []
    nullable = rng.random() < 0.6
    textual = False
    for part, key in enumerate(target.key):
        same = rng.random() < 0.65
        kind = key.type if same else rng.choice(KEY_FAMILIES[key.family])
        family = key.family
        if family == "int" and len(target.key) == 1 and rng.random() < 0.07:
            kind, family, textual = "text", "text", True
        name = f"{target.name}_{key.name}_{number}"
        if rng.random() < 0.4 and table.column(key.name) is None:
            name = key.name
        columns.append(Column(name, kind, family, nullable, target, part, number, textual))
    action: str | None = None
    enforceable = target.kind != "inherited" and not textual and table.kind != "inherited"
    if enforceable and all(a.type == b.type for a, b in zip(columns, target.key, strict=True)) and rng.random() < enforced:
        action = rng.choice(["", "ON DELETE CASCADE", "ON DELETE CASCADE ON UPDATE CASCADE", "ON UPDATE CASCADE",
                             "DEFERRABLE INITIALLY DEFERRED"] + (["ON DELETE SET NULL ON UPDATE CASCADE"] if nullable else []))
    table.columns += columns
    table.foreign_keys.append(ForeignKey(columns, target, action))


def _declare(column: Column) -> str:
    return f"{column.name} {column.type}{'' if column.nullable else ' NOT NULL'}"


def _ddl(rng: Random, table: Table) -> list[str]:
    columns = ", ".join(_declare(c) for c in table.columns)
    key = ", ".join(c.name for c in table.key)
    primary = f", PRIMARY KEY ({key})"
    out: list[str] = []
    if table.kind == "partitioned":
        by = table.key[0]
        hashed = rng.random() < 0.6
        out.append(f"CREATE TABLE {table.name} ({columns}{primary}) PARTITION BY {'HASH' if hashed else 'RANGE'} ({by.name})")
        middle = by.literal(4)
        bounds = (["WITH (MODULUS 2, REMAINDER 0)", "WITH (MODULUS 2, REMAINDER 1)"] if hashed else
                  [f"FROM (MINVALUE) TO ({middle})", f"FROM ({middle}) TO (MAXVALUE)"])
        table.parts = [f"{table.name}_p0", f"{table.name}_p1"]
        out.append(f"CREATE TABLE {table.parts[0]} PARTITION OF {table.name} FOR VALUES {bounds[0]}")
        shuffled = table.columns[:]
        rng.shuffle(shuffled)
        declared = [_declare(c) for c in shuffled]
        declared.insert(rng.randrange(len(declared)), "gone integer")
        out.append(f"CREATE TABLE {table.parts[1]} ({', '.join(declared)}{primary})")
        out.append(f"ALTER TABLE {table.parts[1]} DROP COLUMN gone")
        out.append(f"ALTER TABLE {table.name} ATTACH PARTITION {table.parts[1]} FOR VALUES {bounds[1]}")
    else:
        out.append(f"CREATE TABLE {table.name} ({columns}{primary})")
        if table.kind == "inherited":
            table.parts = [f"{table.name}_c"]
            out.append(f"CREATE TABLE {table.name}_c (own integer{primary}) INHERITS ({table.name})")
    for fk in table.foreign_keys:
        names = ", ".join(c.name for c in fk.columns)
        if fk.action is not None:
            target = ", ".join(c.name for c in fk.target.key)
            out.append(f"ALTER TABLE {table.name} ADD FOREIGN KEY ({names}) REFERENCES {fk.target.name} ({target}) {fk.action}")
        if rng.random() < 0.6:
            out.append(f"CREATE INDEX ON {table.name} ({names})")
    return out


def fill(table: Table, name: str, first: int, last: int) -> str:
    """An INSERT of the rows numbered first..last, with references all over the domain."""
    values: list[str] = []
    for column in table.columns:
        if column in table.key:
            values.append(column.value("g" if column is table.key[0] else "1 + g % 2"))
        elif column.ref is not None:
            part = column.value(f"1 + (g * {3 + column.group}) % {DOMAIN}" if column.part == 0 else
                                f"1 + (1 + (g * {3 + column.group}) % {DOMAIN}) % 2")
            values.append(part)
        else:
            values.append({"n": "g % 5", "big": "g % 3", "s": "'s' || g % 3", "b": "g % 2 = 0", "amt": "g * 1.5", "v": "'v' || g",
                           "j": "jsonb_build_object('k', g)", "arr": "ARRAY[g, g % 3]"}.get(column.family, "'u'"))
    names = ", ".join(c.name for c in table.columns)
    return f"INSERT INTO {name} ({names}) SELECT {', '.join(values)} FROM generate_series({first}, {last}) g"


def random_schema(rng: Random, most: int = 5, enforced: float = 0.6) -> Schema:
    """A schema of two to `most` tables; `enforced` is the share of references that are constraints."""
    tables: list[Table] = []
    ddl: list[str] = list(PREAMBLE)
    for number in range(1, rng.randint(2, most) + 1):
        table = Table(f"t{number}", rng.choices(["plain", "partitioned", "inherited"], [75, 15, 10])[0])
        _new_key(rng, table, tables)
        wanted = rng.choices([0, 1, 2], [1, 4, 3])[0] if tables else 0
        for reference in range(wanted):
            _new_reference(rng, table, rng.choice(tables), reference, enforced)
        if rng.random() < 0.25:
            _new_reference(rng, table, table, 7, enforced)
        for name in ["n", "s"] + rng.sample(["b", "amt", "j", "arr", "big", "v"], rng.randint(1, 4)):
            table.columns.append(Column(name, DATA_TYPES[name], name))
        table.columns.append(Column("u", "text", "u"))
        tables.append(table)
        ddl += _ddl(rng, table)
    for table in tables:
        ddl.append(fill(table, table.name, 1, DOMAIN))
        if table.kind == "inherited":
            ddl.append(fill(table, table.parts[0], DOMAIN + 1, DOMAIN + 3))
    ddl.append("ANALYZE")
    return Schema(tables, ddl)


def chain_schema(rng: Random) -> Schema:
    """Three small tables in a row: every write meets others within two hops."""
    tables: list[Table] = []
    for number in range(1, 4):
        table = Table(f"t{number}")
        key = Column("id", "integer", "int", nullable=False)
        table.columns.append(key)
        table.key.append(key)
        if tables:
            link = Column("up", rng.choice(["integer", "bigint"]), "int", True, tables[-1], 0, 0)
            table.columns.append(link)
            table.foreign_keys.append(ForeignKey([link], tables[-1], None))
        for name in ("n", "s", "u"):
            table.columns.append(Column(name, DATA_TYPES.get(name, "text"), name))
        tables.append(table)
    ddl = list(PREAMBLE)
    for table in tables:
        ddl += _ddl(rng, table)
        ddl.append(fill(table, table.name, 1, 3))
    return Schema(tables, [*ddl, "ANALYZE"])


# Definitions over the tables of chain_schema(): entity -> definition.
CHAIN_DEFINITIONS = {
    "leaf": "SELECT c.id AS pk_leaf, c.n, b.n AS bn, a.n AS an FROM t3 c LEFT JOIN t2 b ON b.id = c.up LEFT JOIN t1 a ON a.id = b.up",
    "top": "SELECT a.id AS pk_top, a.n, (SELECT jsonb_agg(jsonb_build_array(c.id, c.n, b.n) ORDER BY c.id) FROM t2 b JOIN t3 c ON c.up = b.id"
           " WHERE b.up = a.id) AS data FROM t1 a",
    "middle": "SELECT b.id AS pk_middle, a.s, (SELECT count(*) FROM t3 c WHERE c.up = b.id) AS cnt FROM t2 b JOIN t1 a ON a.id = b.up",
    "group": "SELECT b.up AS pk_group, count(*) AS cnt, sum(c.n) AS total FROM t2 b JOIN t3 c ON c.up = b.id WHERE b.up IS NOT NULL GROUP BY b.up",
    "empty": "SELECT a.id AS pk_empty FROM t1 a WHERE NOT EXISTS (SELECT FROM t2 b JOIN t3 c ON c.up = b.id WHERE b.up = a.id)",
    "kin": "SELECT c.id AS pk_kin, (SELECT jsonb_agg(d.n ORDER BY d.id) FROM t3 d JOIN t2 e ON e.id = d.up WHERE e.up = b.up) AS data"
           " FROM t3 c JOIN t2 b ON b.id = c.up",
    "shown": "SELECT c.id AS pk_shown, jsonb_build_object('n', c.n, 'b', jsonb_build_object('n', b.n, 's', b.s, 'a', jsonb_build_object('n', a.n, 's', a.s))) AS data"
             " FROM t3 c JOIN t2 b ON b.id = c.up JOIN t1 a ON a.id = b.up",
    "beside": "SELECT c.id AS pk_beside, jsonb_build_object('n', c.n, 'bn', b.n, 'bs', b.s, 'an', a.n, 'as', a.s) AS data"
              " FROM t3 c LEFT JOIN t2 b ON b.id = c.up LEFT JOIN t1 a ON a.id = b.up",
    "over": "SELECT a.id AS pk_over, (SELECT jsonb_agg(to_jsonb(l.*) - 'updated_at' ORDER BY l.pk_leaf) FROM t2 b JOIN t3 c ON c.up = b.id"
            " JOIN tv_leaf l ON l.pk_leaf = c.id WHERE b.up = a.id) AS data FROM t1 a",
}
