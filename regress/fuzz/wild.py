"""Random SELECTs without regard to sense: any clause at any depth, keys that are not unique.

The analyser promises something about every definition, also about those nobody would write. What `grammar.py` makes looks
like read models and can be maintained; what this module makes is analysed only (`soundness.py`). Results are determined by
the data: whatever depends on an order gets a total one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from case import View
from grammar import Built, Relation
from model import Column, Table

# Columns of one kind can be compared with one another.
KINDS = {"int": "int", "n": "int", "big": "int", "num": "num", "amt": "num", "uuid": "uuid", "date": "date", "b": "bool", "j": "json",
         "arr": "array", "text": "text", "s": "text", "v": "text", "ci": "text", "u": "text"}
FAMILIES = {"int": "int", "num": "amt", "uuid": "uuid", "date": "date", "bool": "b", "json": "j", "array": "arr", "text": "s"}
LINKABLE = ("int", "text", "num", "uuid", "date")
JOINS = ["JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]


@dataclass(frozen=True)
class Output:
    """A column that can be named: `loose` ones, of which equal values can look different, are only compared."""

    name: str
    kind: str
    loose: bool = False


@dataclass(frozen=True)
class Member:
    """What one alias stands for."""

    alias: str
    outputs: tuple[Output, ...]
    row: bool = True


@dataclass(frozen=True)
class Cell:
    """A column of a member."""

    sql: str
    kind: str
    loose: bool


@dataclass
class Expression:
    """An item of a select list."""

    sql: str
    kind: str
    name: str


Scope = list[Member]


def of_columns(columns: list[Column]) -> tuple[Output, ...]:
    """The outputs that columns are."""
    return tuple(Output(c.name, KINDS[c.family], c.loose) for c in columns)


def cells(scope: Scope, kind: str | None = None, loose: bool = True) -> list[Cell]:
    """The columns of a scope."""
    found = [Cell(f"{m.alias}.{o.name}", o.kind, o.loose) for m in scope for o in m.outputs]
    return [c for c in found if kind in (None, c.kind) and (loose or not c.loose)]


class Wild:
    """Makes definitions over tables and over the views made before."""

    def __init__(self, rng: Random, tables: list[Table]) -> None:
        self.rng = rng
        self.tables = tables
        self.relations: list[Relation] = []
        self.ctes: list[tuple[str, str, tuple[Output, ...]]] = []
        # Pairs of columns that a full join equates.
        self.merged: list[tuple[str, str]] = []
        self.serial = 0
        self.names = 0

    def definition(self) -> Built | None:
        """A definition with all its columns as possible keys."""
        rng = self.rng
        self.ctes, self.merged = [], []
        self.serial += 1
        self.names = 0
        for _ in range(rng.choice([0, 0, 0, 1, 2])):
            body, outputs = self.select(1, [])
            if rng.random() < 0.5:
                body, outputs = self.recursive()
            self.ctes.append((f"w{len(self.ctes)}", body, outputs))
        sql, outputs = self.select(2, [], top=True)
        used = [(name, body) for name, body, _ in self.ctes if name in sql or any(name in other for _, other, _ in self.ctes)]
        if used:
            materialized = rng.choice(["", "", "MATERIALIZED ", "NOT MATERIALIZED "])
            recursive = "RECURSIVE " if any(f"FROM {name} " in body and "UNION" in body for name, body in used) else ""
            sql = f"WITH {recursive}{', '.join(f'{name} AS {materialized}({body})' for name, body in used)} {sql}"
        name = f"x{self.serial}"
        keys = [[o.name] for o in rng.sample(outputs, len(outputs)) if o.kind in LINKABLE]
        if keys and len(outputs) > 1 and rng.random() < 0.35:
            # Also with a column that no source has.
            keys.insert(0, list(dict.fromkeys(keys[0] + [rng.choice(outputs).name])))
        if not keys:
            return None
        view = View(name, sql, True, usual=False)
        columns = [Column(o.name, "", FAMILIES[o.kind]) for o in outputs]
        return Built(view, [Relation(f"v_{name}", columns, [], None)] if rng.random() < 0.5 else [], keys)

    def pointed(self) -> Built | None:
        """A definition that stands or falls with one rule, as small as can be: data of few values tell the most of those."""
        rng = self.rng
        a, b = rng.choice(self.tables), rng.choice(self.tables)
        keys = [c for c in a.key if not c.loose]
        pairs = [(x, y) for x in a.columns for y in b.columns if x.type == y.type and x.family not in ("arr", "j", "b")]
        if not keys or not pairs:
            return None
        key = f"a.{rng.choice(keys).name} AS k"
        (x, y), (v, w) = rng.choice(pairs), rng.choice(pairs)
        nullable = [p for p in pairs if p[0].nullable and p[1].nullable]
        count = f"SELECT count(*) FROM {b.name} b WHERE"
        arrays = [(s, t) for s in a.columns for t in b.columns if s.family == "n" and t.family == "arr"]
        numbers = [(s, t) for s, t in pairs if s.type == "integer"]
        own = [c for c in a.columns if c.ref is a and len(a.key) == 1 and c.type == a.key[0].type and not c.loose]
        forms = [f"SELECT {key}, ({count} b.{y.name} = a.{x.name} OR b.{w.name} = a.{v.name}) AS n FROM {a.name} a",
                 f"SELECT {key}, count(*) OVER (PARTITION BY a.{x.name}) AS n FROM {a.name} a"]
        # Which of several texts that are equal a group shows is not determined.
        plain = [p for p in pairs if '"ci"' not in p[0].type]
        loose = [p for p in plain if p[0].loose]
        for x, y in rng.sample(loose, min(len(loose), 2)) or rng.sample(plain, min(len(plain), 1)):
            made = f"(a.{x.name})::text"
            forms += [f"SELECT {made} AS k, count(b.{y.name}) AS n FROM {a.name} a LEFT JOIN {b.name} b ON b.{y.name} = a.{x.name} GROUP BY {made}"] * 2
        x, y = rng.choice(pairs)
        few = [c for c in b.columns if c.type in ("integer", "bigint")]
        tests = [f"b.{c.name} IN (1, 2, 3)" for c in few] + [f"b.{c.name} IS NULL" for c in b.columns if c.nullable and c.family != "u"]
        for test in rng.sample(tests, min(len(tests), 4)):
            forms.append(f"SELECT {key}, ({count} b.{y.name} = a.{x.name} AND {test}) AS n FROM {a.name} a")
        if nullable:
            x, y = rng.choice(nullable)
            forms += [f"SELECT {key}, ({count} b.{y.name} IS NOT DISTINCT FROM a.{x.name}) AS n FROM {a.name} a"] * 2
        if arrays:
            s, t = rng.choice(arrays)
            forms += [f"SELECT {key}, ({count} a.{s.name} = ANY (b.{t.name})) AS n FROM {a.name} a"] * 2
            if keys := [c for c in b.key if not c.loose]:
                forms.append(f"SELECT b.{rng.choice(keys).name} AS k, (SELECT count(*) FROM {a.name} a WHERE a.{s.name} = ANY (b.{t.name})) AS n"
                             f" FROM {b.name} b")
        if numbers:
            s, t = rng.choice(numbers)
            forms.append(f"SELECT {key}, ({count} b.{t.name} {rng.choice(['<', '<=', '>', '>='])} a.{s.name}) AS n FROM {a.name} a")
        if own:
            k, link = a.key[0].name, rng.choice(own).name
            one, two = rng.choice([(k, link), (link, k)])
            start, shown = rng.choice([("w.top", "top"), ("w.top", "top"), ("a." + one, "here")])
            forms += [f"WITH RECURSIVE w (top, here, n) AS (SELECT a.{k}, a.{one}, 0 FROM {a.name} a UNION SELECT {start}, a.{one}, w.n + 1"
                      f" FROM w JOIN {a.name} a ON a.{two} = w.here WHERE w.n < 3) SELECT w.{shown} AS k, sum(w.n) AS n FROM w GROUP BY w.{shown}"] * 2
        self.serial += 1
        return Built(View(f"x{self.serial}", rng.choice(forms), True, usual=False), [], [["k"]])

    # Names and columns --------------------------------------------------------------------------------

    def name(self) -> str:
        """A new alias."""
        self.names += 1
        return f"q{self.names}"

    def pick(self, scope: Scope, kind: str | None = None, loose: bool = True) -> Cell:
        """A column, or a constant where there is none."""
        found = cells(scope, kind, loose)
        if found:
            return self.rng.choice(found)
        constants = {"int": "1", "num": "1.5", "text": "'k1'", "date": "'2024-01-01'::date", "bool": "true", "json": "'{}'::jsonb",
                     "array": "'{1}'::integer[]", "uuid": "'00000000-0000-4000-8000-000000000001'::uuid"}
        kind = kind or "int"
        return Cell(constants[kind], kind, False)

    def order(self, scope: Scope) -> str:
        """A total order, up to rows that look the same."""
        found = [f"{c.sql}::text" if c.loose else c.sql for c in cells(scope)]
        return ", ".join(found) or "1"

    def common(self, left: Scope, right: Scope) -> list[Cell]:
        """Columns of the left side of which the right side has one of the same kind."""
        kinds = {c.kind for c in cells(right)}
        return [c for c in cells(left) if c.kind in kinds and c.kind in LINKABLE]

    # Conditions ---------------------------------------------------------------------------------------

    def equality(self, left: Scope, right: Scope) -> str:
        """An equality between two scopes, or something near it."""
        rng = self.rng
        found = self.common(left, right)
        if not found:
            return f"{self.pick(left, 'int').sql} = {self.pick(right, 'int').sql}"
        a = rng.choice(found)
        b = self.pick(right, a.kind)
        kind = rng.random()
        if kind < 0.72:
            return f"{a.sql} = {b.sql}"
        if kind < 0.76:
            return f"{a.sql}::text = {b.sql}::text"
        if kind < 0.79:
            text = self.pick(right, "text")
            return f"{a.sql}::text = {text.sql}"
        if kind < 0.82 and a.kind == "text":
            return f"{rng.choice(['lower', 'upper', 'btrim'])}({a.sql}) = {rng.choice(['', 'lower', 'upper'])}({b.sql})"
        if kind < 0.83 and a.kind in ("int", "num"):
            return f"{a.sql}::numeric = {b.sql}::numeric"
        if kind < 0.88:
            return f"{a.sql} IS NOT DISTINCT FROM {b.sql}"
        if kind < 0.89:
            return f"NOT ({a.sql} <> {b.sql})"
        if kind < 0.91:
            return f"{a.sql} IN ({b.sql}, {self.pick(right, a.kind).sql})"
        if kind < 0.94:
            return f"{a.sql} = coalesce({b.sql}, {self.pick(right, a.kind).sql})"
        merged = [(x, y) for x, y in self.merged if {x, y} <= {c.sql for c in cells(right, a.kind)}]
        if kind < 0.97 and merged:
            x, y = rng.choice(merged)
            return f"{a.sql} = coalesce({x}, {y})"
        arrays = cells(right, "array")
        if arrays and cells(left, "int"):
            return f"{self.pick(left, 'int').sql} = ANY ({rng.choice(arrays).sql})"
        return f"{a.sql} = {b.sql}"

    def condition(self, scope: Scope, depth: int, left: Scope | None = None, right: Scope | None = None) -> str:
        """A conjunction; most conjuncts tie `left` to `right`."""
        return " AND ".join(self.conjunct(scope, depth, left or scope, right or scope) for _ in range(self.rng.choice([1, 1, 2])))

    def conjunct(self, scope: Scope, depth: int, left: Scope, right: Scope) -> str:
        """One conjunct."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.61:
            return self.equality(left, right)
        if kind < 0.66:
            return self.constant(scope)
        if kind < 0.71:
            return f"{self.pick(left, 'int').sql} {rng.choice(['<', '<=', '>', '>=', '<>', 'IS DISTINCT FROM'])} {self.pick(right, 'int').sql}"
        if kind < 0.74:
            return f"{self.pick(scope).sql} IS {rng.choice(['', 'NOT '])}NULL"
        if kind < 0.80:
            return f"({self.equality(left, right)} OR {self.conjunct(scope, depth - 1, left, right)})"
        if kind < 0.83:
            return f"{self.pick(scope, 'int').sql} {rng.choice(['=', '>'])} {rng.randint(0, 3)}"
        if kind < 0.85:
            return f"NOT ({self.conjunct(scope, depth - 1, left, right)})"
        if kind < 0.86:
            return f"CASE WHEN {self.equality(left, right)} THEN {self.pick(scope, 'int').sql} > 1 ELSE false END"
        if depth > 0:
            return self.tested(scope, depth)
        return self.equality(left, right)

    def constant(self, scope: Scope) -> str:
        """A comparison of a column with constants."""
        rng = self.rng
        kind = rng.choice(["int", "int", "text", "bool", "uuid"])
        column = self.pick(scope, kind, loose=rng.random() < 0.1).sql
        two = rng.sample(range(1, 5), 2)
        match kind:
            case "bool":
                return rng.choice([column, f"NOT {column}", f"{column} IS FALSE"])
            case "text":
                return rng.choice([f"{column} = 'k{two[0]}'", f"{column} IN ('k{two[0]}', 's{two[1]}', 's1')"])
            case "uuid":
                one, other = (f"'00000000-0000-4000-8000-{n:012d}'" for n in two)
                return rng.choice([f"{column} = {one}", f"{column} IN ({one}, {other})"])
        return rng.choice([f"{column} = {two[0]}", f"{column} IN ({two[0]}, {two[1]})", f"{column} = ANY (ARRAY[-1, {two[0]}, 2])"])

    def tested(self, scope: Scope, depth: int) -> str:
        """A subquery as a condition."""
        rng = self.rng
        source, inner = self.source(scope, depth - 1, rng.choice([1, 1, 2]))
        where = self.condition(inner + scope, depth - 1, inner, scope)
        kind = rng.random()
        if kind < 0.22:
            return f"EXISTS (SELECT FROM {source} WHERE {where})"
        if kind < 0.45:
            return f"NOT EXISTS (SELECT FROM {source} WHERE {where})"
        found = self.common(scope, inner)
        if not found:
            return f"EXISTS (SELECT FROM {source} WHERE {where})"
        outer = rng.choice(found)
        column = self.pick(inner, outer.kind, loose=False)
        if rng.random() < 0.4:
            where = "true"
        tail = rng.choice(["", "", "", f" GROUP BY {column.sql}", f" ORDER BY {self.order(inner)} LIMIT 2", " OFFSET 0"])
        if kind < 0.7:
            return f"{outer.sql} IN (SELECT {column.sql} FROM {source} WHERE {where}{tail})"
        if kind < 0.78:
            return f"{outer.sql} NOT IN (SELECT {column.sql} FROM {source} WHERE {where}{rng.choice(['', f' AND {column.sql} IS NOT NULL'])}{tail})"
        if kind < 0.84:
            return f"({outer.sql}, {self.pick(scope, 'int').sql}) IN (SELECT {column.sql}, {self.pick(inner, 'int').sql} FROM {source} WHERE {where})"
        if kind < 0.88:
            return f"{outer.sql} = ANY (ARRAY(SELECT {column.sql} FROM {source} WHERE {where}))"
        if kind < 0.92:
            return f"{outer.sql} {rng.choice(['<', '<='])} ALL (SELECT {column.sql} FROM {source} WHERE {where})"
        if kind < 0.96:
            return f"{outer.sql} = {self.scalar(scope, depth, outer.kind)}"
        return f"(SELECT count(*) FROM {source} WHERE {where}) > {rng.randint(0, 2)}"

    # Scalar expressions -------------------------------------------------------------------------------

    def scalar(self, scope: Scope, depth: int, kind: str) -> str:
        """A scalar subquery of that kind."""
        rng = self.rng
        source, inner = self.source(scope, depth - 1, rng.choice([1, 1, 2]))
        column = self.pick(inner, kind, loose=False).sql
        where = self.condition(inner + scope, depth - 1, inner, scope)
        choice = rng.random()
        if choice < 0.25:
            return f"(SELECT {column} FROM {source} WHERE {where} ORDER BY {self.order(inner)} LIMIT 1)"
        if choice < 0.4 and kind == "int":
            return f"(SELECT count({self.pick(inner).sql}) FROM {source} WHERE {where})"
        if depth > 0 and rng.random() < 0.3 and kind in ("int", "text", "num", "date"):
            column = self.scalar(inner + (scope if rng.random() < 0.5 else []), depth - 1, kind)
        if kind in ("int", "text", "num", "date"):
            filtered = f" FILTER (WHERE {self.condition(inner, 0)})" if rng.random() < 0.15 else ""
            return f"(SELECT {rng.choice(['max', 'min'])}({column}){filtered} FROM {source} WHERE {where})"
        return f"(SELECT {column} FROM {source} WHERE {where} ORDER BY {self.order(inner)} LIMIT 1)"

    def document(self, scope: Scope, depth: int) -> str:
        """Something that shows rows of a subquery."""
        source, inner = self.source(scope, depth - 1, self.rng.choice([1, 1, 2]))
        where = self.condition(inner + scope, depth - 1, inner, scope)
        shown = self.pick(inner, loose=False).sql
        if self.rng.random() < 0.3 and all(m.row for m in inner):
            shown = f"to_jsonb({self.rng.choice(inner).alias})"
        if self.rng.random() < 0.3:
            return f"(ARRAY(SELECT ({shown})::text FROM {source} WHERE {where} ORDER BY {self.order(inner)}))::text"
        return f"(SELECT string_agg(({shown})::text, ',' ORDER BY {self.order(inner)}) FROM {source} WHERE {where})"

    # FROM ---------------------------------------------------------------------------------------------

    def item(self, outer: Scope, left: Scope, depth: int) -> tuple[str, Scope]:
        """One element of FROM; `left` is what a LATERAL one can see besides `outer`."""
        rng = self.rng
        alias = self.name()
        kind = rng.random()
        if self.relations and kind > 0.93:
            relation = rng.choice(self.relations)
            return f"{relation.sql} {alias}", [Member(alias, of_columns(relation.columns))]
        if self.ctes and kind > 0.82:
            name, _, outputs = rng.choice(self.ctes)
            return f"{name} {alias}", [Member(alias, outputs)]
        if depth > 0 and kind > 0.55:
            lateral = bool(left) and rng.random() < 0.6
            sql, outputs = self.select(depth - 1, left + outer if lateral else outer, lateral=lateral)
            return f"{'LATERAL ' if lateral else ''}({sql}) {alias}", [Member(alias, outputs)]
        if kind > 0.52:
            rows = ", ".join(f"({n}, 'k{n}')" for n in rng.sample(range(1, 6), 3))
            return f"(VALUES {rows}) {alias}(a, b)", [Member(alias, (Output("a", "int"), Output("b", "text")))]
        if kind > 0.48:
            seen = left + outer
            lateral = "LATERAL " if left else ""
            if rng.random() < 0.35 and (walked := self.walked(seen, alias)):
                return walked
            if cells(seen, "array") and rng.random() < 0.6:
                return f"{lateral}unnest({self.pick(seen, 'array').sql}) {alias}(e)", [Member(alias, (Output("e", "int"),), False)]
            if cells(seen, "json") and rng.random() < 0.4:
                value = self.pick(seen, "json").sql
                return (f"{lateral}jsonb_array_elements_text(CASE jsonb_typeof({value}) WHEN 'array' THEN {value} END) {alias}(e)",
                        [Member(alias, (Output("e", "text"),), False)])
            return f"{lateral}generate_series(1, least({self.pick(seen, 'int').sql}, 3)) {alias}(e)", [Member(alias, (Output("e", "int"),), False)]
        table = rng.choice(self.tables)
        name = table.name
        if table.parts and rng.random() < 0.2:
            name = rng.choice(table.parts)
        elif table.kind == "inherited" and rng.random() < 0.2:
            name = f"ONLY {name}"
        return f"{name} {alias}", [Member(alias, of_columns(table.columns))]

    def source(self, outer: Scope, depth: int, members: int) -> tuple[str, Scope]:
        """Some elements of FROM, joined."""
        rng = self.rng
        sql, scope = self.item(outer, [], depth)
        for _ in range(members - 1):
            join = rng.choice(JOINS)
            other, more = self.item(outer, scope if join in ("JOIN", "LEFT JOIN") else [], depth)
            if rng.random() < 0.12:
                third, last = self.item(outer, [], 0)
                if not other.startswith(("LATERAL", "unnest")):
                    inner = rng.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN"])
                    other, more = f"({other} {inner} {third} ON {self.condition(more + last, 0, more, last)})", more + last
            if join == "FULL JOIN":
                on = self.full_condition(scope, more)
                if on is None:
                    join, on = "CROSS JOIN", ""
            elif rng.random() < 0.12 and (using := self.shared(scope, more)):
                sql = f"{sql} {join} {other} USING ({', '.join(using)})"
                scope = scope + more
                continue
            elif rng.random() < 0.1:
                sql, scope = f"{sql} CROSS JOIN {other}", scope + more
                continue
            else:
                on = self.condition(scope + more + (outer if rng.random() < 0.3 else []), depth, scope, more)
            sql = f"{sql} {join} {other}{f' ON {on}' if on else ''}"
            scope = scope + more
        return sql, scope

    def full_condition(self, left: Scope, right: Scope) -> str | None:
        """What the server can join FULL on; the pairs are remembered."""
        parts = []
        for _ in range(self.rng.choice([1, 1, 2])):
            found = self.common(left, right)
            if not found:
                break
            a = self.rng.choice(found)
            b = self.pick(right, a.kind)
            parts.append(f"{a.sql} = {b.sql}")
            self.merged.append((a.sql, b.sql))
        return " AND ".join(parts) or None

    def shared(self, left: Scope, right: Scope) -> list[str]:
        """Names that both sides have once, with one kind."""
        def once(scope: Scope) -> dict[str, str]:
            outputs = [o for m in scope for o in m.outputs]
            names = [o.name for o in outputs]
            return {o.name: o.kind for o in outputs if names.count(o.name) == 1}
        a, b = once(left), once(right)
        found = [name for name in a if a[name] == b.get(name) and a[name] in LINKABLE]
        return self.rng.sample(found, min(len(found), self.rng.choice([1, 1, 2])))

    # Levels -------------------------------------------------------------------------------------------

    def select(self, depth: int, outer: Scope, top: bool = False, lateral: bool = False) -> tuple[str, tuple[Output, ...]]:
        """A query with its columns."""
        if lateral and self.rng.random() < 0.25:
            source, scope = self.source(outer, depth - 1, self.rng.choice([1, 1, 2]))
            return self.totals(source, scope, f" WHERE {self.condition(scope + outer, depth, scope, outer)}", outer)
        if self.rng.random() < 0.12:
            return self.united(depth, outer)
        return self.simple(depth, outer, top)

    def united(self, depth: int, outer: Scope) -> tuple[str, tuple[Output, ...]]:
        """A set operation."""
        rng = self.rng
        first, outputs = self.simple(depth, outer, False)
        table = rng.choice(self.tables)
        alias = self.name()
        scope = [Member(alias, of_columns(table.columns))]
        shown = [f"{self._typed(self.pick(scope, o.kind, loose=False).sql, o.kind)} AS {o.name}" for o in outputs]
        second = f"SELECT {', '.join(shown)} FROM {table.name} {alias}"
        if rng.random() < 0.5:
            second += f" WHERE {self.condition(scope + outer, depth - 1, scope, outer or scope)}"
        if rng.random() < 0.3:
            second, others = self.simple(depth, outer, False)
            if [o.kind for o in others] != [o.kind for o in outputs]:
                return first, outputs
            again = self.name()
            second = f"SELECT {self._copies(again, others)} FROM ({second}) {again}"
        wrapped = self.name()
        first = f"SELECT {self._copies(wrapped, outputs)} FROM ({first}) {wrapped}"
        operator = rng.choice(["UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT", "EXCEPT ALL", "INTERSECT ALL"])
        return f"{first} {operator} {second}", outputs

    def _copies(self, alias: str, outputs: tuple[Output, ...]) -> str:
        """A select list that passes columns on."""
        return ", ".join(self._typed(f"{alias}.{o.name}", o.kind) + f" AS {o.name}" for o in outputs)

    def _typed(self, sql: str, kind: str) -> str:
        """With half of the expressions a cast, so that columns of a set operation are sometimes copies and sometimes not."""
        types = {"int": "bigint", "num": "numeric(12,3)", "text": "text", "date": "timestamp", "bool": "boolean", "json": "jsonb"}
        return f"{sql}::{types[kind]}" if kind in types and self.rng.random() < 0.1 else sql

    def recursive(self) -> tuple[str, tuple[Output, ...]]:
        """The body of a recursive CTE that is about to be named: up or down a link, the start passed through."""
        rng = self.rng
        name = f"w{len(self.ctes)}"
        links = [(t, c) for t in self.tables for c in t.columns if c.ref is t and len(t.key) == 1 and c.type == t.key[0].type and not c.loose]
        if not links:
            return self.select(1, [])
        table, link = rng.choice(links)
        key = table.key[0]
        kind = KINDS[key.family]
        step = f"t.{key.name} = r.here" if rng.random() < 0.5 else f"t.{link.name} = r.here"
        here = link.name if "r.here" in step and step.startswith(f"t.{key.name}") else key.name
        # Rows to start from may be filtered; the start may be passed on changed, or forgotten.
        first = rng.choice(["", "", f" WHERE t.{link.name} IS NULL", f" WHERE t.{key.name} = t.{link.name} OR t.{link.name} IS NULL"])
        start = rng.choice(["r.start", "r.start", "r.start", "r.here", f"t.{key.name}"])
        more = rng.choice(["", "", "", f" AND NOT EXISTS (SELECT FROM {table.name} x WHERE x.{link.name} = t.{key.name} AND x.{key.name} = r.start)",
                           f" AND EXISTS (SELECT FROM {table.name} x WHERE x.{key.name} = r.start)"])
        level = rng.choice(["r.lvl + 1"] * 5 + ["r.lvl + row_number() OVER (PARTITION BY r.start ORDER BY r.here, r.lvl, t.{0})".format(key.name),
                                                "r.lvl + (row_number() OVER (ORDER BY r.here, r.start, r.lvl, t.{0}))::int".format(key.name)])
        if "row_number() OVER (P" in level:
            level = f"({level})::int"
        return (f"SELECT t.{key.name} AS start, t.{here} AS here, 0 AS lvl FROM {table.name} t{first} UNION"
                f" SELECT {start}, t.{here}, {level} FROM {name} r JOIN {table.name} t ON {step} WHERE r.lvl < 3{more}",
                (Output("start", kind), Output("here", kind), Output("lvl", "int")))

    def walked(self, outer: Scope, alias: str) -> tuple[str, Scope] | None:
        """A recursive query that starts from a row outside, as an element of FROM."""
        rng = self.rng
        links = [(t, c, o) for t in self.tables for c in t.columns for o in cells(outer, KINDS[c.family], loose=False)
                 if c.ref is t and len(t.key) == 1 and c.type == t.key[0].type and not c.loose]
        if not links:
            return None
        table, link, seen = rng.choice(links)
        key = table.key[0]
        there, here = rng.choice([(key.name, link.name), (link.name, key.name)])
        kind = KINDS[key.family]
        first = rng.choice([f"SELECT ({seen.sql})::{key.type} AS here, 0 AS lvl",
                            f"SELECT x.{here} AS here, 0 AS lvl FROM {table.name} x WHERE x.{there} = {seen.sql}"])
        return (f"LATERAL (WITH RECURSIVE z AS ({first} UNION SELECT x.{here}, z.lvl + 1 FROM z JOIN {table.name} x ON x.{there} = z.here"
                f" WHERE z.lvl < 3) SELECT z.here, z.lvl FROM z) {alias}", [Member(alias, (Output("here", kind), Output("lvl", "int")), False)])

    def simple(self, depth: int, outer: Scope, top: bool) -> tuple[str, tuple[Output, ...]]:
        """One level."""
        rng = self.rng
        source, scope = self.source(outer, depth, rng.choice([1, 2, 2, 3, 3, 4] if top else [1, 2, 2, 3]))
        where = ""
        if outer or rng.random() < 0.5:
            where = f" WHERE {self.condition(scope + outer, depth, scope, outer if outer and rng.random() < 0.8 else scope)}"
        kind = rng.random()
        if kind < 0.25 and cells(scope, loose=False):
            return self.grouped(source, scope, where, depth)
        if kind < 0.36 and not top:
            return self.totals(source, scope, where, outer)
        items = self.items(scope, outer, depth)
        keyword, tail = "SELECT", ""
        choice = rng.random()
        order = self.order(scope)
        if choice < 0.10:
            partition = ", ".join({self.pick(scope).sql for _ in range(rng.choice([1, 1, 2]))})
            function = rng.choice(["row_number()", "count(*)", "rank()", f"max({self.pick(scope, 'int').sql})"])
            if rng.random() < 0.3:
                tail = f" WINDOW w AS (PARTITION BY {partition} ORDER BY {order})"
                items.append(Expression(f"{function} OVER w", "int", self.name()))
            else:
                items.append(Expression(f"{function} OVER (PARTITION BY {partition} ORDER BY {order})", "int", self.name()))
        elif choice < 0.13:
            items.append(Expression(f"row_number() OVER (ORDER BY {order})", "int", self.name()))
        elif choice < 0.20:
            tail = f" ORDER BY {order} {rng.choice(['LIMIT 1', 'LIMIT 2', 'LIMIT 3', 'OFFSET 1', 'OFFSET 0', 'LIMIT ALL'])}"
        elif choice < 0.28 and cells(scope, loose=False):
            on = list(dict.fromkeys(self.pick(scope, loose=False).sql for _ in range(rng.choice([1, 1, 2]))))
            keyword, tail = f"SELECT DISTINCT ON ({', '.join(on)})", f" ORDER BY {', '.join(on)}, {order}"
            if rng.random() < 0.5:
                shown = next(c for c in cells(scope) if c.sql == on[0])
                items[0] = Expression(shown.sql, shown.kind, items[0].name)
        elif choice < (0.34 if top else 0.4):
            keyword = "SELECT DISTINCT"
            items = [i for i in items if i.kind != "json" or rng.random() < 0.9]
        return self._written(keyword, items, f" FROM {source}{where}{tail}")

    def totals(self, source: str, scope: Scope, where: str, outer: Scope) -> tuple[str, tuple[Output, ...]]:
        """A level that aggregates without GROUP BY: it gives a row also of nothing."""
        items = [Expression("count(*)", "int", self.name()), Expression(f"max({self.pick(scope, 'int').sql})", "int", self.name())]
        if outer and self.rng.random() < 0.6:
            seen = self.pick(outer, loose=False)
            items.append(Expression(seen.sql, seen.kind, self.name()))
        return self._written("SELECT", items, f" FROM {source}{where}")

    def items(self, scope: Scope, outer: Scope, depth: int) -> list[Expression]:
        """A select list."""
        rng = self.rng
        found = cells(scope, loose=False)
        items = [Expression(c.sql, c.kind, self.name()) for c in rng.sample(found, min(len(found), rng.choice([2, 3, 4])))]
        for x, y in self.merged:
            both = {c.sql: c for c in found}
            if x in both and y in both:
                items.append(Expression(f"coalesce({x}, {y})", both[x].kind, self.name()))
        if rng.random() < 0.3:
            made = self.made(scope, loose=True)
            items.append(Expression(made.sql, made.kind, self.name()))
        if rng.random() < 0.2:
            kind = rng.choice(["int", "text"])
            one, two = self.pick(scope, kind, loose=False).sql, self.pick(scope, kind, loose=False).sql
            either = rng.choice([f"coalesce({one}, {two})", f"CASE WHEN {self.condition(scope, 0)} THEN {one} ELSE {two} END", f"nullif({one}, {two})",
                                 f"greatest({one}, {two})", f"CASE WHEN {self.condition(scope, 0)} THEN {one} END"])
            items.append(Expression(either, kind, self.name()))
        if rng.random() < 0.08:
            items.append(rng.choice([Expression("'tag'::text", "text", self.name()), Expression("7", "int", self.name())]))
        if outer and rng.random() < 0.3:
            seen = self.pick(outer, loose=False)
            items.append(Expression(seen.sql, seen.kind, self.name()))
        if depth > 0 and rng.random() < 0.4:
            kind = rng.choice(["int", "text"])
            items.append(Expression(self.scalar(scope + outer, depth, kind), kind, self.name()))
        if depth > 0 and rng.random() < 0.25:
            items.append(Expression(self.document(scope + outer, depth), "text", self.name()))
        if rng.random() < 0.06:
            rows = [m for m in scope if m.row]
            if rows:
                items.append(Expression(f"({rng.choice(rows).alias}.*)::text", "text", self.name()))
        return items or [Expression("1", "int", self.name())]

    def made(self, scope: Scope, loose: bool) -> Cell:
        """An expression over columns that may be a key."""
        rng = self.rng
        kind = rng.random()
        one, two = self.pick(scope, loose=loose).sql, self.pick(scope, loose=loose).sql
        if kind < 0.4:
            return Cell(rng.choice(["lower({}::text)", "({})::text", "upper(({})::varchar)", "btrim(({})::text)"]).format(one), "text", False)
        if kind < 0.8:
            text = self.pick(scope, "text", loose=loose).sql
            return Cell(rng.choice([f"({one})::text || '/' || ({two})::text", f"{text} || ({one})::text", f"'k' || ({one})::text || ''"]), "text", False)
        day = self.pick(scope, "date", loose=loose).sql
        return Cell(f"date_trunc('{rng.choice(['hour', 'day', 'week', 'month', 'year'])}', ({day})::timestamp)", "date", False)

    def grouped(self, source: str, scope: Scope, where: str, depth: int) -> tuple[str, tuple[Output, ...]]:
        """A level with GROUP BY."""
        rng = self.rng
        by: dict[str, Cell] = {}
        for _ in range(rng.choice([1, 1, 2])):
            cell = self.pick(scope, loose=False) if rng.random() < 0.8 else self.made(scope, loose=False)
            by[cell.sql] = cell
        items = [Expression(c.sql, c.kind, self.name()) for c in by.values()]
        for _ in range(2):
            number, text = self.pick(scope, "int").sql, self.pick(scope, loose=False).sql
            filtered = f" FILTER (WHERE {self.condition(scope, depth - 1)})" if rng.random() < 0.2 else ""
            items.append(rng.choice([
                Expression(f"count({number}){filtered}", "int", self.name()), Expression(f"count(*){filtered}", "int", self.name()),
                Expression(f"max({number}){filtered}", "int", self.name()), Expression(f"sum({number})::bigint", "int", self.name()),
                Expression(f"string_agg(({text})::text, ',' ORDER BY {self.order(scope)}){filtered}", "text", self.name())]))
        if depth > 0 and rng.random() < 0.3:
            grouped = [Member(m.alias, tuple(o for o in m.outputs if f"{m.alias}.{o.name}" in by), False) for m in scope]
            items.append(Expression(self.scalar(grouped, depth, "int"), "int", self.name()))
        if depth > 0 and rng.random() < 0.2:
            items.append(Expression(f"max({self.scalar(scope, depth, 'int')})", "int", self.name()))
        names = list(by)
        clause = ", ".join(names)
        choice = rng.random()
        if choice < 0.06:
            clause = f"ROLLUP ({clause})"
        elif choice < 0.09:
            clause = f"CUBE ({clause})"
        elif choice < 0.14:
            clause = f"GROUPING SETS (({clause}), ({names[0]}){rng.choice(['', ', ()'])})"
        having = rng.choice(["", "", "", " HAVING count(*) > 1", f" HAVING max({self.pick(scope, 'int').sql}) > 2"])
        return self._written("SELECT", items, f" FROM {source}{where} GROUP BY {clause}{having}")

    def _written(self, keyword: str, items: list[Expression], rest: str) -> tuple[str, tuple[Output, ...]]:
        return (f"{keyword} {', '.join(f'{i.sql} AS {i.name}' for i in items)}{rest}", tuple(Output(i.name, i.kind) for i in items))
