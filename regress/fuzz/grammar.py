"""Random definitions of read models over a schema.

Every definition is deterministic (aggregates and limits have a total order) and has a unique key that is not null, so
the server's answer is one fixed set of rows whatever its plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from case import View
from model import Column, Table


@dataclass
class Relation:
    """What can stand in FROM. `key` is unique and not null and names a row of `base`, where there is one."""

    sql: str
    columns: list[Column]
    key: list[Column]
    base: Table | None
    usual: bool = True

    def links(self) -> list[tuple[list[Column], Table]]:
        """The references this relation holds, each with all its parts."""
        groups: dict[tuple[str, int], list[Column]] = {}
        for column in self.columns:
            if column.ref is not None:
                groups.setdefault((column.ref.name, column.group), []).append(column)
        return [(sorted(g, key=lambda c: c.part), g[0].ref) for g in groups.values()
                if g[0].ref is not None and len(g) == len(g[0].ref.key)]

    def plain(self) -> list[Column]:
        """Columns that are neither key nor reference nor excluded from definitions."""
        return [c for c in self.columns if c not in self.key and c.ref is None and c.family != "u"]

    def find(self, *families: str) -> Column | None:
        """A column of one of the families."""
        return next((c for c in self.columns if c.family in families and c.ref is None and c not in self.key), None)


@dataclass
class Item:
    """An output column; `column` is what it copies, when it does."""

    name: str
    sql: str
    column: Column | None = None


@dataclass
class Built:
    """A definition with what later definitions need to read it."""

    view: View
    relations: list[Relation] = field(default_factory=list)
    # Names of columns that can be its key.
    keys: list[list[str]] = field(default_factory=list)


def of_table(table: Table) -> Relation:
    """The relation that a table is."""
    return Relation(table.name, table.columns, table.key, table)


class Grammar:
    """Makes definitions; `relations` grows with the views that were made."""

    def __init__(self, rng: Random, tables: list[Table]) -> None:
        self.rng = rng
        self.tables = tables
        self.relations: list[Relation] = []
        self.aliases = 0
        self.ctes: list[tuple[str, str, Relation]] = []
        self.usual = True
        self.serial = 0
        self.scope: list[tuple[str, Relation]] = []
        self.features: set[str] = set()

    # Parts --------------------------------------------------------------------------------------------

    def uses(self, feature: str, usual: bool = True) -> None:
        """Notes what a definition uses; statistics are kept per feature."""
        self.features.add(feature)
        self.usual = self.usual and usual

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.rng.random() < probability

    def alias(self) -> str:
        """A new alias; now and then one that has to be quoted."""
        self.aliases += 1
        return f'"A {self.aliases}"' if self.chance(0.02) else f"a{self.aliases}"

    def source(self, table: Table, ctes: bool = True) -> Relation:
        """Something that shows rows of the table under its key: itself, a view, a TVIEW, a CTE, a derived table."""
        rng = self.rng
        choice = rng.random()
        over = [r for r in self.relations if r.base is table]
        if over and choice < 0.35:
            found = rng.choice(over)
            if not found.usual:
                self.uses("over an unusual view", usual=False)
            return found
        if choice > 0.93:
            return Relation(f"(SELECT * FROM {table.name})", table.columns, table.key, table)
        if choice > 0.89:
            inner = self.alias()
            return Relation(f"(SELECT {inner}.* FROM {table.name} {inner} WHERE {self.predicate(inner, of_table(table))})",
                            table.columns, table.key, table)
        if choice > 0.83 and ctes:
            same = [r for _, _, r in self.ctes if r.base is table]
            if same:
                return rng.choice(same)
            name = f"w{len(self.ctes)}"
            inner = self.alias()
            body = f"SELECT * FROM {table.name} {inner} WHERE {self.predicate(inner, of_table(table))}"
            relation = Relation(name, table.columns, table.key, table)
            self.ctes.append((name, rng.choice(["", "", "MATERIALIZED ", "NOT MATERIALIZED "]) + f"({body})", relation))
            return relation
        if choice > 0.81 and table.kind == "inherited":
            return Relation(f"ONLY {table.name}", table.columns, table.key, table)
        if choice > 0.79 and table.parts:
            return Relation(rng.choice(table.parts), table.columns, table.key, table)
        if choice > 0.75:
            return self.level(table)
        return of_table(table)

    def level(self, table: Table) -> Relation:
        """A derived table that passes rows of one table through a level with a set operation, DISTINCT, windows or groups."""
        rng = self.rng
        base = of_table(table)
        shown = [c for c in table.columns if c.family != "u"]
        a, b = self.alias(), self.alias()
        first, second = (", ".join(f"{x}.{c.name}" for c in shown) for x in (a, b))
        key = ", ".join(f"{a}.{c.name}" for c in table.key)
        one = f"SELECT {first} FROM {table.name} {a} WHERE {self.predicate(a, base)}"
        two = f"SELECT {second} FROM {table.name} {b} WHERE {self.predicate(b, base)}"
        options = [
            f"{one} UNION {two}",
            f"{one} EXCEPT {two}",
            f"{one} INTERSECT {two}",
            f"SELECT DISTINCT {first} FROM {table.name} {a}",
            f"SELECT DISTINCT ON ({key}) {first} FROM {table.name} {a} ORDER BY {key}",
            f"SELECT {first}, row_number() OVER (PARTITION BY {key} ORDER BY {key}) AS rn{self.aliases} FROM {table.name} {a}",
            f"SELECT {first} FROM {table.name} {a} GROUP BY {first}",
            f"{one} OFFSET 0",
        ]
        if self.chance(0.1):
            self.uses("LIMIT below", usual=False)
            options = [f"SELECT {first} FROM {table.name} {a} ORDER BY {self.order(a, base)} LIMIT 4"]
        chosen = rng.choice(options)
        words = ("UNION", "EXCEPT", "INTERSECT", "DISTINCT ON", "DISTINCT", "OVER", "GROUP BY", "OFFSET", "LIMIT")
        self.uses("level: " + next(w for w in words if w in chosen))
        return Relation(f"({chosen})", shown, table.key, table)

    def predicate(self, alias: str, relation: Relation) -> str:
        """A condition on plain columns of one relation."""
        rng = self.rng
        columns = relation.plain()
        if not columns:
            return "true"
        column = rng.choice(columns)
        name = f"{alias}.{column.name}"
        if self.chance(0.3):
            constant = self.constant(name, column)
            if constant is not None:
                return constant
        match column.family:
            case "n" | "big":
                return rng.choice([f"{name} > {rng.randint(0, 3)}", f"{name} IN (1, 2, 3)", f"coalesce({name}, 0) < 4",
                                   f"{name} % 2 = 0", f"({name} > 2 OR {name} IS NULL)", f"{name} BETWEEN 1 AND 4", f"{name} IS NOT NULL",
                                   f"CASE WHEN {name} > 1 THEN true ELSE false END"])
            case "b":
                return rng.choice([name, f"NOT {name}", f"{name} IS NOT TRUE", f"{name} IS NOT NULL"])
            case "s" | "v":
                return rng.choice([f"{name} <> 'x'", f"{name} LIKE 's%'", f"length({name}) > 1", f"{name} IS NOT NULL", f"lower({name}) = 'y'"])
            case "amt":
                return f"{name} > 2"
            case "j":
                return rng.choice([f"{name} ? 'k'", f"{name} IS NOT NULL", f"({name} ->> 'k') = '1'"])
            case "arr":
                return rng.choice([f"2 = ANY ({name})", f"cardinality({name}) > 1"])
        return f"{name} IS NOT NULL"

    def constant(self, name: str, column: Column) -> str | None:
        """A comparison of a column with constants, as capture can make it."""
        rng = self.rng
        null = f"{name} IS NULL"
        match column.family:
            case "n" | "big":
                return rng.choice([f"{name} = {rng.randint(0, 3)}", f"{rng.randint(0, 3)} = {name}", f"{name} = -1", f"{name} IN (0, 2, 3)", null])
            case "b":
                return rng.choice([name, f"NOT {name}", f"{name} = true", f"{name} IS TRUE", f"{name} IS FALSE", null])
            case "s" | "v":
                return rng.choice([f"{name} = 's{rng.randint(0, 3)}'", f"{name} IN ('s1', 's2', 'x')", f"{name} = ANY (ARRAY['s0', 's3'])", null])
        return null

    def equal(self, left: str, right: str, a: Column, b: Column) -> str:
        """The condition that two columns hold the same number; a's side is `left`."""
        rng = self.rng
        x, y = f"{left}.{a.name}", f"{right}.{b.name}"
        if a.textual != b.textual:
            self.uses("cast to text in link")
            return f"{x} = {y}::text" if a.textual else f"{x}::text = {y}"
        if rng.random() < 0.5:
            x, y = y, x
        choice = rng.random()
        if a.type != b.type:
            self.uses(f"link across {' and '.join(sorted((a.type, b.type)))}" if a.family != "int" else "link across integer types")
        if choice < 0.03 and a.type == b.type:
            self.uses("cast to text in link")
            return f"{x}::text = {y}::text"
        if choice < 0.05 and a.family == "int":
            return f"{x}::bigint = {y}"
        if choice < 0.06 and a.family in ("int", "uuid"):
            return f"{x} IN ({y})"
        if choice < 0.09:
            self.uses("IS NOT DISTINCT FROM link", usual=False)
            return f"{x} IS NOT DISTINCT FROM {y}"
        if choice < 0.095:
            self.uses("NOT <> link", usual=False)
            return f"NOT ({x} <> {y})"
        return f"{x} = {y}"

    def equals(self, left: str, right: str, columns: list[Column], others: list[Column]) -> str:
        """The conjunction over all parts."""
        if len(columns) == 2 and self.chance(0.1) and not any(c.textual for c in columns + others):
            return (f"({left}.{columns[0].name}, {left}.{columns[1].name}) = "
                    f"({right}.{others[0].name}, {right}.{others[1].name})")
        return " AND ".join(self.equal(left, right, a, b) for a, b in zip(columns, others))

    def scalar(self, alias: str, relation: Relation) -> str:
        """An expression over one relation."""
        rng = self.rng
        columns = relation.plain() or relation.key
        column = rng.choice(columns)
        name = f"{alias}.{column.name}"
        if rng.random() < 0.5:
            return name
        match column.family:
            case "n" | "big" | "amt":
                return rng.choice([f"{name} + 1", f"coalesce({name}, -1)", f"{name}::text", f"CASE WHEN {name} > 2 THEN 'hi' ELSE 'lo' END"])
            case "s" | "v":
                return rng.choice([f"upper({name})", f"{name} || '!'", f"coalesce({name}, '-')", f"nullif({name}, 'x')"])
            case "j":
                return f"{name} -> 'k'"
            case "b":
                return f"NOT {name}"
        return name

    def parents(self, alias: str, relation: Relation, depth: int) -> tuple[str, list[tuple[str, Relation]]]:
        """Joins from a relation to what it refers to, at most one row each."""
        out = ""
        joined: list[tuple[str, Relation]] = []
        links = relation.links()
        if not links or depth <= 0:
            return out, joined
        for columns, target in self.rng.sample(links, self.rng.randint(0 if depth < 2 else 1, len(links))):
            parent = self.source(target)
            name = self.alias()
            kind = self.rng.choice(["JOIN", "LEFT JOIN", "LEFT JOIN"])
            on = self.equals(alias, name, columns, parent.key)
            if self.chance(0.15):
                on += f" AND {self.predicate(name, parent)}"
            if self.chance(0.05) and kind == "LEFT JOIN":
                on += f" AND {self.predicate(alias, relation)}"
            here, there = relation.find("n", "big"), parent.find("n", "big")
            if here and there and self.chance(0.08):
                self.uses("inequality beside a link")
                on += f" AND {name}.{there.name} {self.rng.choice(['<=', '<>', '>='])} {alias}.{here.name}"
            if self.chance(0.06):
                # The whole condition behind a LATERAL level.
                inner = f"LATERAL (SELECT * FROM {parent.sql} x WHERE {on.replace(name + '.', 'x.')})" if not parent.sql.startswith("(") else parent.sql
                out += f" {kind} {inner} {name} ON {'true' if inner != parent.sql else on}"
                joined.append((name, parent))
                continue
            if self.chance(0.04):
                condition = self.exists(name, parent, 0)
                on += f" AND {condition}" if condition else ""
            more, others = self.parents(name, parent, depth - 1 - self.rng.randint(0, 1))
            if more and self.chance(0.35):
                out += f" {kind} ({parent.sql} {name}{more}) ON {on}"
            else:
                out += f" {kind} {parent.sql} {name} ON {on}{more}"
            joined.append((name, parent))
            joined += others
        return out, joined

    def by_name(self, relation: Relation) -> tuple[str, str] | None:
        """A NATURAL join, or one with USING, to what a relation refers to, under the names of the references."""
        links = [(c, t) for c, t in relation.links() if not any(k.textual for k in c)]
        if not links:
            return None
        columns, target = self.rng.choice(links)
        parent, inner, q = self.source(target), self.alias(), self.alias()
        shown = ", ".join(f"{inner}.{k.name} AS {c.name}" for c, k in zip(columns, parent.key))
        derived = f"(SELECT {shown}, {self.document(inner, parent, 0)} AS named FROM {parent.sql} {inner}) {q}"
        if self.chance(0.5):
            self.uses("NATURAL join")
            return f" NATURAL {self.rng.choice(['JOIN', 'LEFT JOIN'])} {derived}", f"{q}.named"
        self.uses("USING")
        return f" {self.rng.choice(['JOIN', 'LEFT JOIN'])} {derived} USING ({', '.join(c.name for c in columns)})", f"{q}.named"

    def either(self, alias: str, relation: Relation) -> tuple[str, tuple[str, Relation]] | None:
        """A join over the first of two references that is there."""
        for columns, target in relation.links():
            for others, same in relation.links():
                if columns is not others and target is same and len(columns) == 1 and columns[0].type == others[0].type:
                    name = self.alias()
                    parent = of_table(target)
                    on = f"{name}.{parent.key[0].name} = coalesce({alias}.{columns[0].name}, {alias}.{others[0].name})"
                    if columns[0].textual or others[0].textual or columns[0] is others[0]:
                        return None
                    self.uses("coalesce link", usual=False)
                    return f" LEFT JOIN {parent.sql} {name} ON {on}", (name, parent)
        return None

    def loose_link(self, alias: str, relation: Relation) -> tuple[str, str, str, Relation] | None:
        """Rows tied by a value that is no key: many to many, with nulls."""
        number = relation.find("n", "big")
        table = self.rng.choice(self.tables)
        other = of_table(table)
        facing = other.find("n", "big")
        array = other.find("arr")
        if number is None or facing is None:
            return None
        name = self.alias()
        where = f"{name}.{facing.name} = {alias}.{number.name}"
        if array is not None and self.chance(0.2):
            self.uses("= ANY (array) link")
            where = f"{alias}.{number.name} = ANY ({name}.{array.name})"
        else:
            self.uses("link by a value that is no key")
        return f"{other.sql} {name}", where, name, other

    def child(self, alias: str, relation: Relation, depth: int) -> tuple[str, str, str, Relation] | None:
        """Rows that refer to a row of a relation: FROM, WHERE, alias and relation of the children."""
        if self.chance(0.1):
            loose = self.loose_link(alias, relation)
            if loose is not None:
                return loose
        if relation.base is None:
            return None
        found: list[tuple[Relation, list[Column]]] = []
        for table in self.tables:
            found += [(of_table(table), columns) for columns, target in of_table(table).links() if target is relation.base]
        if not found:
            return None
        inner, columns = self.rng.choice(found)
        chosen = self.source(inner.base) if inner.base else inner
        names = {c.name for c in chosen.columns}
        if not all(c.name in names for c in columns):
            chosen = inner
        name = self.alias()
        where = self.equals(name, alias, columns, relation.key)
        others = [c for c, t in chosen.links() if t is relation.base and c[0].name != columns[0].name]
        if others and self.chance(0.3):
            self.uses("OR of links")
            where = f"({where} OR {self.equals(name, alias, self.rng.choice(others), relation.key)})"
        if self.chance(0.3):
            where += f" AND {self.predicate(name, chosen)}"
        joins, _ = self.parents(name, chosen, 1 if self.chance(0.4) else 0)
        for outer, wide in [(alias, relation), *self.scope]:
            here, there = chosen.find("n", "big"), wide.find("n", "big")
            if here and there and self.chance(0.08) and outer != "OUTER":
                where += f" AND {name}.{here.name} {self.rng.choice(['<', '<=', '<>', 'IS DISTINCT FROM'])} {outer}.{there.name}"
        self.scope.append((alias, relation))
        if depth > 0 and self.chance(0.25):
            nested = self.exists(name, chosen, depth - 1)
            where += f" AND {nested}" if nested else ""
        self.scope.pop()
        return f"{chosen.sql} {name}{joins}", where, name, chosen

    def order(self, alias: str, relation: Relation) -> str:
        """A total order."""
        key = ", ".join(f"{alias}.{c.name}" for c in relation.key)
        first = relation.find("n", "s", "amt")
        if first is not None and self.chance(0.4):
            return f"{alias}.{first.name} {self.rng.choice(['', 'DESC', 'NULLS FIRST', 'DESC NULLS LAST'])}, {key}"
        return key

    def exists(self, alias: str, relation: Relation, depth: int) -> str | None:
        """EXISTS, NOT EXISTS or IN over children."""
        found = self.child(alias, relation, depth)
        if found is None:
            return None
        source, where, name, child = found
        choice = self.rng.random()
        if choice < 0.4:
            return f"EXISTS (SELECT 1 FROM {source} WHERE {where})"
        if choice < 0.75:
            return f"NOT EXISTS (SELECT FROM {source} WHERE {where})"
        key = child.key[0]
        if choice < 0.9:
            return f"(SELECT count(*) FROM {source} WHERE {where}) > {self.rng.randint(0, 2)}"
        return f"(SELECT min({name}.{key.name}::text) FROM {source} WHERE {where}) IS NOT NULL"

    def subquery(self, alias: str, relation: Relation, depth: int) -> str | None:
        """A correlated scalar subquery over children."""
        found = self.child(alias, relation, depth)
        if found is None:
            return None
        source, where, name, child = found
        order = self.order(name, child)
        rng = self.rng
        element = self.document(name, child, depth - 1)
        if len(child.key) == 1 and self.chance(0.4):
            # Elements that can be told apart, which are patched one by one when nothing else stands against it.
            key, fields = f"{name}.{child.key[0].name}", ", ".join(f"'f{i}', {self.scalar(name, child)}" for i in range(rng.randint(1, 2)))
            only = f" FILTER (WHERE {self.predicate(name, child)})" if self.chance(0.2) else ""
            array = f"(SELECT jsonb_agg(jsonb_build_object('id', {key}, {fields}) ORDER BY {key}{rng.choice(('', '', ' DESC'))}){only} FROM {source} WHERE {where})"
            return f"coalesce({array}, '[]'::jsonb)" if self.chance(0.5) else array
        number = child.find("n", "big", "amt")
        options = [
            f"(SELECT count(*) FROM {source} WHERE {where})",
            f"(SELECT coalesce(jsonb_agg({element} ORDER BY {order}), '[]'::jsonb) FROM {source} WHERE {where})",
            f"(SELECT jsonb_agg({element} ORDER BY {order}) FROM {source} WHERE {where})",
            f"to_jsonb(ARRAY(SELECT {element} FROM {source} WHERE {where} ORDER BY {order}))",
            f"(SELECT {self.scalar(name, child)} FROM {source} WHERE {where} ORDER BY {order} LIMIT 1)",
            f"(SELECT jsonb_object_agg({name}.{child.key[0].name}::text, {element} ORDER BY {order}) FROM {source} WHERE {where})"
            if len(child.key) == 1 else f"(SELECT count(*) FROM {source} WHERE {where})",
            f"EXISTS (SELECT FROM {source} WHERE {where})",
        ]
        if number is not None:
            options.append(f"(SELECT sum({name}.{number.name}) FILTER (WHERE {self.predicate(name, child)}) FROM {source} WHERE {where})")
            options.append(f"(SELECT max({name}.{number.name}) FROM {source} WHERE {where})")
        return rng.choice(options)

    def document(self, alias: str, relation: Relation, depth: int) -> str:
        """A JSON document of one row."""
        if self.chance(0.12):
            return f"to_jsonb({alias}.*)" if self.chance(0.7) else f"to_jsonb({alias})"
        parts = [f"'id', {alias}.{relation.key[0].name}"] if relation.key else []
        for number in range(self.rng.randint(1, 3)):
            parts.append(f"'f{number}', {self.scalar(alias, relation)}")
        if depth > 0 and self.chance(0.35):
            nested = self.subquery(alias, relation, depth - 1)
            if nested:
                parts.append(f"'sub', {nested}")
        return f"jsonb_build_object({', '.join(parts)})"

    # Kinds of definitions -----------------------------------------------------------------------------

    def _key_items(self, entity: str, expressions: list[str], columns: list[Column]) -> list[Item]:
        names = [f"pk_{entity}"] if len(expressions) == 1 else [f"k{i}" for i in range(len(expressions))]
        return [Item(n, e, c) for n, e, c in zip(names, expressions, columns)]

    def root(self, entity: str) -> tuple[str, list[Item], int, Table | None]:
        """A root table with joins to parents and everything below it."""
        rng = self.rng
        table = rng.choice(self.tables)
        relation = self.source(table)
        r = self.alias()
        joins, joined = self.parents(r, relation, rng.choice([0, 1, 1, 2, 3]))
        start = f"{relation.sql} {r}"
        where: list[str] = []
        items = self._key_items(entity, [f"{r}.{c.name}" for c in relation.key], relation.key)
        keys = len(items)
        document: list[str] = [f"'self', {self.document(r, relation, 1)}"]

        if not joins and self.chance(0.15) and relation.links():
            columns, target = rng.choice(relation.links())
            parent = self.source(target)
            p = self.alias()
            start = f"{parent.sql} {p} RIGHT JOIN {start} ON {self.equals(r, p, columns, parent.key)}"
            joined.append((p, parent))
        elif not joins and self.chance(0.2):
            for columns, target in relation.links():
                parent = of_table(target)
                if [c.name for c in columns] == [c.name for c in parent.key] and relation.base is not target:
                    p = self.alias()
                    joins = f" {rng.choice(['JOIN', 'LEFT JOIN'])} {parent.sql} {p} USING ({', '.join(c.name for c in columns)})"
                    joined.append((p, parent))
                    break
        if not joins and not joined and self.chance(0.15):
            named = self.by_name(relation)
            if named is not None:
                joins = named[0]
                document.append(f"'named', {named[1]}")
        for number, (name, parent) in enumerate(joined):
            if self.chance(0.75):
                document.append(f"'p{number}', {self.document(name, parent, 1 if self.chance(0.3) else 0)}")
            if self.chance(0.3):
                items.append(Item(f"x{number}", self.scalar(name, parent)))
        for columns, _ in relation.links():
            if self.chance(0.5):
                items += [Item(c.name, f"{r}.{c.name}", c) for c in columns if c.name not in {i.name for i in items}]
        count = relation.find("n")
        if count is not None and self.chance(0.6) and count.name not in {i.name for i in items}:
            items.append(Item(count.name, f"{r}.{count.name}", count))
        for index in range(rng.choice([0, 1, 1, 2])):
            name, other = rng.choice([(r, relation)] * 3 + joined)
            nested = self.subquery(name, other, 2)
            if nested:
                document.append(f"'s{index}', {nested}")
        if self.chance(0.15):
            either = self.either(r, relation)
            if either is not None:
                joins += either[0]
                document.append(f"'either', {self.document(*either[1], 0)}")
        for index in range(rng.choice([0, 0, 1, 2])):
            joins += self.aggregate_join(r, relation, document, index)
        if self.chance(0.15):
            array = relation.find("arr")
            if array is not None:
                u = self.alias()
                joins += (f" LEFT JOIN LATERAL (SELECT array_agg(e * 2 ORDER BY e, o) AS es FROM unnest({r}.{array.name}) WITH ORDINALITY q(e, o)) {u} ON true")
                document.append(f"'unnest', {u}.es")
        if self.chance(0.12):
            column = relation.find("j")
            if column is not None:
                u = self.alias()
                self.uses("jsonb_array_elements")
                joins += (f" CROSS JOIN LATERAL (SELECT jsonb_agg(e ORDER BY o) AS es FROM jsonb_array_elements(CASE jsonb_typeof({r}.{column.name})"
                          f" WHEN 'array' THEN {r}.{column.name} END) WITH ORDINALITY q(e, o)) {u}")
                document.append(f"'elements', {u}.es")
        if self.chance(0.1):
            if count is not None:
                v = self.alias()
                joins += f" LEFT JOIN (VALUES (1, 'one'), (2, 'two'), (3, NULL)) {v}(num, label) ON {v}.num = {r}.{count.name}"
                document.append(f"'label', {v}.label")
        if self.chance(0.35):
            where.append(self.predicate(*rng.choice([(r, relation)] + joined)))
        if self.chance(0.3):
            condition = self.exists(*rng.choice([(r, relation)] * 3 + joined), 2)
            if condition:
                where.append(condition)
        if self.chance(0.08):
            where.append(self.membership(r, relation))
        if self.chance(0.06):
            a, b = self.exists(r, relation, 1), self.exists(r, relation, 0)
            if a and b:
                self.uses("OR of subqueries")
                where.append(f"({a} OR {b})")
        if self.chance(0.1):
            document.append(f"'all', {self.uncorrelated()}")
        if self.chance(0.03):
            where.append(f"{self.uncorrelated()} IS NOT NULL")
        items.append(Item("data", f"jsonb_build_object({', '.join(document)})"))
        sql = f"SELECT {_list(items)} FROM {start}{joins}"
        if where:
            sql += " WHERE " + " AND ".join(where)
        return sql, items, keys, table

    def membership(self, r: str, relation: Relation) -> str:
        """IN or NOT IN with a subquery."""
        links = relation.links()
        if self.chance(0.3) and relation.base is not None and len(relation.key) == 1:
            children = [(t, c[0]) for t in self.tables for c, target in of_table(t).links() if target is relation.base and not c[0].textual]
            if children:
                child, link = self.rng.choice(children)
                a, q = self.alias(), self.alias()
                self.uses("semi-join to groups")
                return (f"{r}.{relation.key[0].name} IN (SELECT {q}.{link.name} FROM (SELECT {a}.{link.name}, count(*) AS cnt FROM {child.name} {a}"
                        f" GROUP BY {a}.{link.name}) {q} WHERE {q}.cnt > {self.rng.randint(0, 2)})")
        single = [(columns, target) for columns, target in links if len(columns) == 1 and not columns[0].textual]
        if not single:
            return self.predicate(r, relation)
        columns, target = self.rng.choice(single)
        parent = of_table(target)
        p = self.alias()
        inner = f"SELECT {p}.{parent.key[0].name} FROM {parent.sql} {p} WHERE {self.predicate(p, parent)}"
        if self.chance(0.3):
            if columns[0].nullable or relation.sql != (relation.base and relation.base.name):
                self.uses("NOT IN, nullable", usual=False)
            else:
                self.uses("NOT IN, not null")
            return f"{r}.{columns[0].name} NOT IN ({inner})"
        return f"{r}.{columns[0].name} IN ({inner})"

    def uncorrelated(self) -> str:
        """A subquery without correlation: one value for all rows."""
        self.uses("uncorrelated subquery", usual=False)
        table = self.rng.choice(self.tables)
        relation, a = of_table(table), self.alias()
        n = f"{a}.{table.named('n')}"
        where = f" WHERE {self.predicate(a, relation)}" if self.chance(0.5) else ""
        order = ", ".join(f"{a}.{c.name} DESC" for c in relation.key)
        forms = [f"SELECT {aggregate} FROM {table.name} {a}{where}" for aggregate in ("count(*)", f"max({n})", f"min({n})")]
        forms.append(f"SELECT {n} FROM {table.name} {a}{where} ORDER BY {order} LIMIT 1")
        form = self.rng.choice(forms)
        return f"EXISTS ({forms[0]} HAVING count(*) > 2)" if self.chance(0.1) else f"EXISTS (SELECT FROM {table.name} {a}{where})" if self.chance(0.2) else f"({form})"

    def aggregate_join(self, r: str, relation: Relation, document: list[str], index: int) -> str:
        """A join to children that are aggregated, limited or picked, as a derived table or LATERAL."""
        rng = self.rng
        found = self.child("OUTER", relation, 1)
        if found is None:
            return ""
        source, where, name, child = found
        d = self.alias()
        order = self.order(name, child)
        links = [(c, t) for c, t in child.links() if t is relation.base]
        kind = rng.random()
        join = rng.choice(["LEFT JOIN", "LEFT JOIN", "JOIN"])
        if kind < 0.35 or not links:
            inner = (f"SELECT count(*) AS cnt, jsonb_agg({self.document(name, child, 1)} ORDER BY {order}) AS agg"
                     f" FROM {source} WHERE {where.replace('OUTER.', r + '.')}")
            document.append(f"'l{index}', jsonb_build_array({d}.cnt, {d}.agg)")
            return f" {join} LATERAL ({inner}) {d} ON true"
        if kind < 0.55:
            inner = (f"SELECT {self.document(name, child, 1)} AS doc FROM {source} WHERE {where.replace('OUTER.', r + '.')}"
                     f" ORDER BY {order} LIMIT 1")
            document.append(f"'l{index}', {d}.doc")
            return f" LEFT JOIN LATERAL ({inner}) {d} ON true"
        if kind < 0.7:
            inner = (f"SELECT {self.document(name, child, 0)} AS doc, row_number() OVER (ORDER BY {order}) AS rn FROM {source}"
                     f" WHERE {where.replace('OUTER.', r + '.')} ORDER BY {order} LIMIT {rng.randint(2, 3)}")
            document.append(f"'l{index}', {d}.docs")
            return f" LEFT JOIN LATERAL (SELECT jsonb_agg(t.doc ORDER BY t.rn) AS docs FROM ({inner}) t) {d} ON true"
        columns, _ = rng.choice(links)
        plain, f = of_table(child.base) if child.base else child, self.alias()
        fks = ", ".join(f"{f}.{c.name}" for c in columns)
        condition = f" WHERE {self.predicate(f, plain)}" if self.chance(0.4) else ""
        on = " AND ".join(self.equal(d, r, c, k) for c, k in zip(columns, relation.key))
        if kind < 0.85:
            having = f" HAVING count(*) > {rng.randint(0, 2)}" if self.chance(0.3) else ""
            inner = (f"SELECT {fks}, count(*) AS cnt, jsonb_agg({self.document(f, plain, 1)} ORDER BY {self.order(f, plain)}) AS agg"
                     f" FROM {plain.sql} {f}{condition} GROUP BY {fks}{having}")
            document.append(f"'g{index}', jsonb_build_array({d}.cnt, {d}.agg)")
            return f" {join} ({inner}) {d} ON {on}"
        if kind < 0.93:
            inner = f"SELECT DISTINCT ON ({fks}) {fks}, {self.document(f, plain, 0)} AS doc FROM {plain.sql} {f}{condition} ORDER BY {fks}, {self.order(f, plain)}"
            document.append(f"'g{index}', {d}.doc")
            return f" {join} ({inner}) {d} ON {on}"
        inner = (f"SELECT {fks}, {self.document(f, plain, 0)} AS doc, row_number() OVER (PARTITION BY {fks} ORDER BY {self.order(f, plain)}) AS rn"
                 f" FROM {plain.sql} {f}{condition}")
        document.append(f"'g{index}', {d}.doc")
        return f" LEFT JOIN ({inner}) {d} ON {on} AND {d}.rn = 1"

    def grouped_root(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Root joined to its children, grouped by the root's key."""
        rng = self.rng
        table = rng.choice(self.tables)
        relation = of_table(table)
        r = self.alias()
        found = self.child(r, relation, 1)
        if found is None:
            return None
        source, where, c, child = found
        items = self._key_items(entity, [f"{r}.{k.name}" for k in relation.key], relation.key)
        keys = len(items)
        items += self.aggregates(c, child)
        if self.chance(0.5):
            items.append(Item("d", f"jsonb_build_object('s', {r}.{table.named('s')}, 'n', {r}.{table.named('n')})"))
        if " JOIN " in source:
            source = f"({source})"
        sql = f"SELECT {_list(items)} FROM {relation.sql} {r} {rng.choice(['JOIN', 'LEFT JOIN'])} {source} ON {where}"
        if self.chance(0.2):
            sql += f" WHERE {self.predicate(r, relation)}"
        sql += f" GROUP BY {', '.join(f'{r}.{k.name}' for k in relation.key)}"
        if any(i.name == "d" for i in items) and (table.kind != "plain"):
            sql += f", {r}.{table.named('s')}, {r}.{table.named('n')}"
        if self.chance(0.25):
            sql += f" HAVING {rng.choice(['count(*) > 1', f'count({c}.{child.key[0].name}) <> 2', f'bool_or({self.predicate(c, child)})'])}"
            condition = self.exists(r, relation, 0) if table.kind == "plain" and self.chance(0.5) else None
            if condition:
                self.uses("subquery in HAVING")
                sql += f" AND {condition}"
        return sql, items, keys, table

    def aggregates(self, c: str, child: Relation) -> list[Item]:
        """Aggregated output columns over one relation."""
        rng = self.rng
        order = self.order(c, child)
        number = child.find("n", "big", "amt")
        options = [f"count({c}.{child.key[0].name})", f"count(*) FILTER (WHERE {self.predicate(c, child)})",
                   f"jsonb_agg({self.document(c, child, 1)} ORDER BY {order}) FILTER (WHERE {c}.{child.key[0].name} IS NOT NULL)",
                   f"array_agg({c}.{child.key[0].name} ORDER BY {order})",
                   f"string_agg({c}.{child.key[0].name}::text, ',' ORDER BY {order})"]
        if number is not None:
            options += [f"sum({c}.{number.name})", f"avg({c}.{number.name})", f"count(DISTINCT {c}.{number.name})"]
        return [Item(f"g{i}", sql) for i, sql in enumerate(rng.sample(options, rng.randint(1, 3)))]

    def counted(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Counts, sums and extremes of the rows that refer to a root, at places of a document: kept from differences where
        references have the types of the key."""
        rng = self.rng
        links = [(t, columns, target) for t in self.tables for columns, target in of_table(t).links() if t is not target]
        alike = [(t, columns, target) for t, columns, target in links if all(c.type == k.type for c, k in zip(columns, target.key))]
        if not links:
            return None
        child, columns, table = rng.choice(alike or links)
        relation, r = of_table(table), self.alias()
        items = self._key_items(entity, [f"{r}.{k.name}" for k in relation.key], relation.key)
        is_grouped = self.chance(0.5)
        source = of_table(child)
        numbers = [c for c in source.plain() if c.family in ("n", "big", "amt")]

        def chosen(c: str) -> str | None:
            """A condition on the counted rows: most of them can be tested in a changed row."""
            columns = source.plain()
            if not columns or not self.chance(0.4):
                return None
            column = rng.choice(columns)
            constant = self.constant(f"{c}.{column.name}", column) if self.chance(0.8) else None
            return constant or self.predicate(c, source)

        def values(c: str) -> list[str]:
            """An aggregate, an average often beside the number of what it is of."""
            condition = chosen(c) if is_grouped or self.chance(0.3) else None
            suffix = f" FILTER (WHERE {condition})" if condition else ""
            options = [[f"count({c}.{rng.choice(source.columns).name})"]]
            if condition or not is_grouped:
                options.append(["count(*)"])
            if numbers:
                x = f"{c}.{rng.choice(numbers).name}"
                options += [[f"sum({x})"], [f"max({x})"], [f"min({x})"], [f"sum({x})", f"count({x})"], [f"max({x})", f"count({x})"],
                            [f"avg({x})", f"count({x})"], [f"avg({x})"]]
            found = [f"{aggregate}{suffix}" for aggregate in rng.choice(options)]
            if found[0].startswith(("sum", "avg")) and self.chance(0.5):
                found[0] = f"coalesce({found[0]}, 0)"
            return found

        def on(c: str) -> str:
            return " AND ".join(f"{c}.{a.name} = {r}.{b.name}" for a, b in zip(columns, table.key))

        def document(parts: list[str]) -> str:
            pairs = [f"'v{i}', {part}" for i, part in enumerate(parts)]
            if len(pairs) > 1 and self.chance(0.3):
                pairs[1:] = [f"'in', jsonb_build_object({', '.join(pairs[1:])})"]
            return f"jsonb_build_object({', '.join(pairs)})"

        self.uses("counters: " + ("grouped" if is_grouped else "subqueries"))
        count = rng.randint(1, 4)
        c = self.alias()
        where = f" WHERE {self.predicate(r, relation)}" if self.chance(0.2) else ""
        if is_grouped:
            parts = [value for _ in range(count) for value in values(c)]
            if self.chance(0.25):
                # Of no column of the counted rows, but of their number.
                parts.append(rng.choice(["count(*)", f"count({r}.{table.key[0].name})", "sum(1)", f"count({r}.*)", "jsonb_agg(1)"]))
            items.append(Item("data", document(parts)))
            keys = ", ".join(f"{r}.{k.name}" for k in table.key)
            condition = chosen(c)
            joined = f"{on(c)} AND {condition}" if condition else on(c)
            sql = f"SELECT {_list(items)} FROM {table.name} {r} LEFT JOIN {child.name} {c} ON {joined}{where} GROUP BY {keys}"
        else:
            parts = []
            for _ in range(count):
                condition = chosen(c)
                rows = f"{on(c)} AND {condition}" if condition else on(c)
                parts += [f"(SELECT {value} FROM {child.name} {c} WHERE {rows})" for value in values(c)]
            if self.chance(0.5):
                parts.append(f"{r}.{table.named('n')}")
            items.append(Item("data", document(parts)))
            sql = f"SELECT {_list(items)} FROM {table.name} {r}{where}"
        return sql, items, len(relation.key), table

    def joined(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """A document of columns of a row and of the rows it refers to, most of them as they are: what changes of one of these can be written
        into the documents that show it."""
        rng = self.rng
        tables = [t for t in self.tables if of_table(t).links()]
        if not tables:
            return None
        table = rng.choice(tables)
        relation, r = self.source(table), self.alias()
        joins, joined = self.parents(r, relation, rng.choice([1, 2, 3]))
        if not joined:
            return None
        parts = []
        for i, (alias, shown) in enumerate([(r, relation), *joined]):
            plain = shown.plain() or shown.columns
            values = [f"'{c.name}', {alias}.{c.name}" for c in rng.sample(plain, min(len(plain), rng.randint(1, 3)))]
            if self.chance(0.15):
                values.append(f"'x', {self.scalar(alias, shown)}")
            parts.append(f"'of{i}', jsonb_build_object({', '.join(values)})")
        where = f" WHERE {self.predicate(*rng.choice([(r, relation), *joined]))}" if self.chance(0.2) else ""
        items = self._key_items(entity, [f"{r}.{k.name}" for k in relation.key], relation.key)
        keys = len(items)
        items.append(Item("data", f"jsonb_build_object({', '.join(parts)})"))
        return f"SELECT {_list(items)} FROM {relation.sql} {r}{joins}{where}", items, keys, table

    def _reference(self) -> tuple[Relation, list[Column], Table] | None:
        table = self.rng.choice(self.tables)
        relation = self.source(table)
        links = relation.links()
        if not links:
            return None
        columns, target = self.rng.choice(links)
        return relation, columns, target

    def grouped_reference(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Grouped by a reference: rows appear and vanish with their groups."""
        found = self._reference()
        if found is None:
            return None
        relation, columns, target = found
        if any(k.loose for k in columns):
            return None
        c = self.alias()
        joins = ""
        joined: list[tuple[str, Relation]] = []
        if self.chance(0.5):
            joins, joined = self.parents(c, relation, 1)
        items = self._key_items(entity, [f"{c}.{k.name}" for k in columns], columns)
        keys = len(items)
        items += self.aggregates(c, relation)
        if joined and self.chance(0.7):
            name, parent = self.rng.choice(joined)
            items.append(Item("h", f"count(*) FILTER (WHERE {self.predicate(name, parent)})"))
        condition = " AND ".join(f"{c}.{k.name} IS NOT NULL" for k in columns)
        if self.chance(0.3):
            condition += f" AND {self.predicate(c, relation)}"
        sql = f"SELECT {_list(items)} FROM {relation.sql} {c}{joins} WHERE {condition} GROUP BY {', '.join(f'{c}.{k.name}' for k in columns)}"
        if self.chance(0.25):
            sql += f" HAVING count(*) > {self.rng.randint(1, 2)}"
        same = all(k.type == t.type and not k.textual for k, t in zip(columns, target.key))
        return sql, items, keys, target if same else None

    def distinct(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """DISTINCT over a reference, or DISTINCT ON it."""
        found = self._reference()
        if found is None:
            return None
        relation, columns, target = found
        c = self.alias()
        keys = [f"{c}.{k.name}" for k in columns]
        items = self._key_items(entity, keys, columns)
        condition = " AND ".join(f"{k} IS NOT NULL" for k in keys)
        if self.chance(0.4):
            condition += f" AND {self.predicate(c, relation)}"
        if self.chance(0.4) and not any(k.loose for k in columns):
            return f"SELECT DISTINCT {_list(items)} FROM {relation.sql} {c} WHERE {condition}", items, len(columns), None
        joins, _ = self.parents(c, relation, 1)
        out = items + [Item("data", self.document(c, relation, 1))]
        sql = (f"SELECT DISTINCT ON ({', '.join(keys)}) {_list(out)} FROM {relation.sql} {c}{joins} WHERE {condition}"
               f" ORDER BY {', '.join(keys)}, {self.order(c, relation)}")
        return sql, out, len(columns), target if all(k.type == t.type for k, t in zip(columns, target.key)) else None

    def windowed(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Window functions partitioned by a reference, the key in or outside of the partition."""
        found = self._reference()
        if found is None:
            return None
        relation, columns, target = found
        c = self.alias()
        by = ", ".join(f"{c}.{k.name}" for k in columns)
        order = self.order(c, relation)
        number = relation.find("n", "big", "amt")
        functions = [f"row_number() OVER (PARTITION BY {by} ORDER BY {order})", f"count(*) OVER (PARTITION BY {by})",
                     f"lag({c}.{relation.key[0].name}) OVER (PARTITION BY {by} ORDER BY {order})"]
        if number is not None:
            functions.append(f"sum({c}.{number.name}) OVER (PARTITION BY {by} ORDER BY {order} ROWS UNBOUNDED PRECEDING)")
        if self.chance(0.5):
            # One row per partition: the key is the reference.
            rows = " AND ".join(f"{c}.{k.name} IS NOT NULL" for k in columns)
            inner = (f"SELECT {c}.*, row_number() OVER (PARTITION BY {by} ORDER BY {order}) AS rn, count(*) OVER (PARTITION BY {by}) AS members"
                     f" FROM {relation.sql} {c} WHERE {rows}")
            q = self.alias()
            items = self._key_items(entity, [f"{q}.{k.name}" for k in columns], columns)
            out = items + [Item("members", f"{q}.members"), Item("data", self.document(q, relation, 0).replace(f"to_jsonb({q})", f"to_jsonb({q}.*)"))]
            return f"SELECT {_list(out)} FROM ({inner}) {q} WHERE {q}.rn = {self.rng.randint(1, 2)}", out, len(columns), None
        items = self._key_items(entity, [f"{c}.{k.name}" for k in relation.key], relation.key)
        keys = len(items)
        items += [Item(f"w{i}", sql) for i, sql in enumerate(self.rng.sample(functions, self.rng.randint(1, 2)))]
        # The key is not in the partition: any row of it can change the others.
        self.uses("window apart from the key", usual=False)
        return f"SELECT {_list(items)} FROM {relation.sql} {c}", items, keys, relation.base

    def united(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Set operations: tagged branches, or branches over one table."""
        rng = self.rng
        if self.chance(0.5):
            branches = []
            for tag in range(2):
                table = rng.choice(self.tables)
                relation = self.source(table)
                r = self.alias()
                joins, _ = self.parents(r, relation, 1)
                key = " || '/' || ".join(f"{r}.{c.name}::text" for c in relation.key)
                where = f" WHERE {self.predicate(r, relation)}" if self.chance(0.4) else ""
                if len(relation.key) == 1 and relation.key[0].family == "text":
                    key = f"{r}.{relation.key[0].name}::text"
                else:
                    # How a date or a number with a scale looks depends on more than its value.
                    self.uses("computed key", usual=all(c.family in ("int", "uuid", "text") for c in relation.key))
                branches.append(f"SELECT 'b{tag}' AS kind, {key} AS id, {self.document(r, relation, 1)} AS data FROM {relation.sql} {r}{joins}{where}")
            items = [Item("kind", ""), Item("id", "")]
            return " UNION ALL ".join(branches), items, 2, None
        table = rng.choice(self.tables)
        if any(c.loose for c in table.key):
            return None
        operator = rng.choice(["UNION", "EXCEPT", "INTERSECT", "UNION", "EXCEPT ALL", "INTERSECT ALL"])
        branches = []
        names: list[Item] = []
        for _ in range(2):
            relation = of_table(table)
            r = self.alias()
            names = self._key_items(entity, [f"{r}.{c.name}" for c in table.key], table.key)
            condition = self.predicate(r, relation)
            if self.chance(0.4):
                condition = self.exists(r, relation, 1) or condition
            branches.append(f"SELECT {_list(names)} FROM {table.name} {r} WHERE {condition}")
        return f" {operator} ".join(branches), names, len(names), table

    def bucketed(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Grouped by an expression of a row's own columns."""
        rng = self.rng
        table = rng.choice(self.tables)
        relation = of_table(table)
        c = self.alias()
        text, number = relation.find("s", "v"), relation.find("n", "big")
        if text is None or number is None:
            return None
        s, n = f"{c}.{text.name}", f"{c}.{number.name}"
        key = rng.choice([f"lower({s})", f"upper({s})", f"{n}::text", f"btrim({s})", f"{s} || '#' || {n}::text", f"'n' || {n}::text"])
        joins, joined = self.parents(c, relation, 1) if self.chance(0.4) else ("", [])
        items = [Item(f"pk_{entity}", key), *self.aggregates(c, relation)]
        if joined:
            items.append(Item("h", f"count(*) FILTER (WHERE {self.predicate(*rng.choice(joined))})"))
        self.uses("grouped by an expression")
        sql = f"SELECT {_list(items)} FROM {relation.sql} {c}{joins} WHERE {key} IS NOT NULL GROUP BY {key}"
        if self.chance(0.25):
            sql += f" HAVING count(*) > {rng.randint(0, 2)}"
        return sql, items, 1, None

    def full_join(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Two tables with keys of one kind, or a table with its grouped children, joined FULL."""
        rng = self.rng
        pairs = [(a, b) for a in self.tables for b in self.tables
                 if a is not b and [c.family for c in a.key] == [c.family for c in b.key] and a.key[0].type == b.key[0].type]
        if not pairs:
            return None
        left, right = rng.choice(pairs)
        a, b = self.alias(), self.alias()
        on = " AND ".join(f"{a}.{x.name} = {b}.{y.name}" for x, y in zip(left.key, right.key))
        items = self._key_items(entity, [f"coalesce({a}.{x.name}, {b}.{y.name})" for x, y in zip(left.key, right.key)], left.key)
        keys = len(items)
        items.append(Item("data", f"jsonb_build_object('a', {self.document(a, of_table(left), 1)}, 'b', {self.document(b, of_table(right), 1)})"))
        return f"SELECT {_list(items)} FROM {left.name} {a} FULL JOIN {right.name} {b} ON {on}", items, keys, None

    def full_groups(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Groups of two tables under one reference, joined FULL: no table has the key."""
        rng = self.rng
        sides: list[tuple[Table, Column]] = []
        for table in self.tables:
            sides += [(table, c[0]) for c, _ in of_table(table).links() if len(c) == 1 and not c[0].loose and not c[0].textual]
        pairs = [(a, b) for a in sides for b in sides if a is not b and a[1].ref is b[1].ref and a[1].type == b[1].type]
        if not pairs:
            return None
        self.uses("full join of groups")
        derived: list[str] = []
        using = self.chance(0.5)
        names = ["g" if using else f"g{i}" for i in range(2)]
        for (table, link), name in zip(rng.choice(pairs), names):
            a = self.alias()
            derived.append(f"(SELECT {a}.{link.name} AS {name}, count(*) AS cnt, jsonb_agg({self.document(a, of_table(table), 0)}"
                           f" ORDER BY {self.order(a, of_table(table))}) AS docs FROM {table.name} {a} WHERE {a}.{link.name} IS NOT NULL GROUP BY {a}.{link.name})")
        a, b = self.alias(), self.alias()
        key, on = ("g", "USING (g)") if using else (f"coalesce({a}.g0, {b}.g1)", f"ON {a}.g0 = {b}.g1")
        items = [Item(f"pk_{entity}", key), Item("data", f"jsonb_build_array({a}.cnt, {a}.docs, {b}.cnt, {b}.docs)")]
        return f"SELECT {_list(items)} FROM {derived[0]} {a} FULL JOIN {derived[1]} {b} {on}", items, 1, None

    def hierarchy(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Levels above and below a row, over a reference of a table to itself."""
        found = [(t, c) for t in self.tables for c, target in of_table(t).links() if target is t]
        if not found:
            return None
        self.uses("hierarchy")
        table, link = self.rng.choice(found)
        relation = of_table(table)
        names = [self.alias() for _ in range(3)]
        joins = "".join(f" LEFT JOIN {table.name} {up} ON {self.equals(low, up, link, table.key)}" for low, up in zip(names, names[1:]))
        child, grandchild = self.alias(), self.alias()
        below = (f"(SELECT jsonb_agg(jsonb_build_array({self.document(child, relation, 0)}, (SELECT count(*) FROM {table.name} {grandchild}"
                 f" WHERE {self.equals(grandchild, child, link, table.key)})) ORDER BY {self.order(child, relation)}) FROM {table.name} {child}"
                 f" WHERE {self.equals(child, names[0], link, table.key)})")
        items = self._key_items(entity, [f"{names[0]}.{c.name}" for c in table.key], table.key)
        keys = len(items)
        items += [Item(f"x{i}", self.scalar(name, relation)) for i, name in enumerate(names)]
        items.append(Item("below", below))
        return f"SELECT {_list(items)} FROM {table.name} {names[0]}{joins}", items, keys, table

    def grouping_sets(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """Totals and subtotals of a reference, the reference in every set."""
        found = self._reference()
        if found is None or any(k.loose for k in found[1]):
            return None
        relation, columns, _ = found
        number = relation.find("n", "big")
        if number is None:
            return None
        self.uses("grouping sets")
        c, q = self.alias(), self.alias()
        by = ", ".join(f"{c}.{k.name}" for k in columns)
        sets = self.rng.choice([f"GROUPING SETS (({by}, {c}.{number.name}), ({by}))", f"{by}, ROLLUP ({c}.{number.name})",
                                f"{by}, GROUPING SETS (({c}.{number.name}), ())"])
        shown = ", ".join(f"{c}.{k.name} AS k{i}" for i, k in enumerate(columns))
        condition = " AND ".join(f"{c}.{k.name} IS NOT NULL" for k in columns)
        inner = (f"SELECT {shown}, grouping({c}.{number.name}) AS g, {c}.{number.name} AS val, count(*) AS cnt"
                 f" FROM {relation.sql} {c} WHERE {condition} GROUP BY {sets}")
        items = self._key_items(entity, [f"{q}.k{i}" for i in range(len(columns))], columns)
        keys = len(items)
        items.append(Item("data", f"jsonb_agg(jsonb_build_array({q}.val, {q}.cnt) ORDER BY {q}.g, {q}.val)"))
        return f"SELECT {_list(items)} FROM ({inner}) {q} GROUP BY {', '.join(f'{q}.k{i}' for i in range(len(columns)))}", items, keys, None

    def listed(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """A row per constant of a list, with what the tables hold for it."""
        table = self.rng.choice(self.tables)
        relation, v, c = of_table(table), self.alias(), self.alias()
        self.uses("key from a list of constants")
        start = self.rng.choice([f"(VALUES (0, 'none'), (1, 'one'), (2, 'two')) {v}(id, label)", f"generate_series(0, 4) {v}(id)"])
        where = f"{c}.{table.named('n')} = {v}.id"
        items = [Item(f"pk_{entity}", f"{v}.id"), Item("cnt", f"(SELECT count(*) FROM {table.name} {c} WHERE {where})")]
        if self.chance(0.5):
            d = self.alias()
            items.append(Item("data", f"{d}.docs"))
            start += (f" LEFT JOIN LATERAL (SELECT jsonb_agg({self.document(c, relation, 1)} ORDER BY {self.order(c, relation)}) AS docs"
                      f" FROM {table.name} {c} WHERE {where}) {d} ON true")
        return f"SELECT {_list(items)} FROM {start}", items, 1, None

    def recursive(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """All ancestors or descendants of a row; the key is passed through the recursion."""
        found = [(t, c[0]) for t in self.tables for c, target in of_table(t).links() if target is t and len(c) == 1 and c[0].type == t.key[0].type]
        if not found:
            return None
        table, link = self.rng.choice(found)
        key, t, d = table.key[0], self.alias(), self.alias()
        if key.loose:
            return None
        self.uses("recursive CTE, key passed through", usual=False)
        up = self.chance(0.5)
        here, step = (link.name, key.name) if up else (key.name, link.name)
        walk = (f"w(top, here, lvl) AS (SELECT {t}.{key.name}, {t}.{here}, 0 FROM {table.name} {t} UNION"
                f" SELECT w.top, {d}.{here}, w.lvl + 1 FROM w JOIN {table.name} {d} ON {d}.{step} = w.here WHERE w.lvl < 4)")
        items = [Item(f"pk_{entity}", "w.top", key), Item("data", "jsonb_agg(jsonb_build_array(w.lvl, w.here) ORDER BY w.lvl, w.here)")]
        return f"WITH RECURSIVE {walk} SELECT {_list(items)} FROM w GROUP BY w.top", items, 1, table

    def unnested(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """A row per element of an array."""
        candidates = [t for t in self.tables if of_table(t).find("arr")]
        if not candidates:
            return None
        table = self.rng.choice(candidates)
        array = of_table(table).find("arr")
        r, u = self.alias(), self.alias()
        joins, joined = self.parents(r, of_table(table), 1)
        items = [Item(f"k{i}", f"{r}.{c.name}", c) for i, c in enumerate(table.key)] + [Item("ord", f"{u}.ord")]
        keys = len(items)
        items.append(Item("e", f"{u}.e"))
        if joined:
            items.append(Item("data", self.document(*joined[0], 1)))
        return (f"SELECT {_list(items)} FROM {table.name} {r}{joins} CROSS JOIN LATERAL unnest({r}.{array.name if array else ''})"
                f" WITH ORDINALITY {u}(e, ord)"), items, keys, None

    def cte_twice(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """One CTE of grouped children, read twice."""
        table = self.rng.choice(self.tables)
        links = [(t, columns) for t in self.tables for columns, target in of_table(t).links() if target is table]
        if not links:
            return None
        child, columns = self.rng.choice(links)
        r, x = self.alias(), self.alias()
        fks = ", ".join(f"{x}.{c.name}" for c in columns)
        name = f"s{self.aliases}"
        body = f"SELECT {fks}, count(*) AS cnt FROM {child.name} {x} GROUP BY {fks}"
        on = self.equals("g1", r, columns, table.key)
        on2 = self.equals("g2", r, columns, table.key)
        items = self._key_items(entity, [f"{r}.{c.name}" for c in table.key], table.key)
        keys = len(items)
        items.append(Item("data", f"jsonb_build_object('cnt', g1.cnt, 'busy', EXISTS (SELECT FROM {name} g2 WHERE {on2} AND g2.cnt > 1))"))
        self.ctes.append((name, f"({body})", Relation(name, [], [], None)))
        return f"SELECT {_list(items)} FROM {table.name} {r} LEFT JOIN {name} g1 ON {on}", items, keys, table

    def odd(self, entity: str) -> tuple[str, list[Item], int, Table | None] | None:
        """What can only be maintained as a whole: LIMIT at the top, recursion, windows over everything, OR-ed links."""
        self.uses("odd", usual=False)
        rng = self.rng
        table = rng.choice(self.tables)
        relation = of_table(table)
        r = self.alias()
        items = self._key_items(entity, [f"{r}.{c.name}" for c in table.key], table.key)
        keys = len(items)
        items.append(Item("data", self.document(r, relation, 1)))
        choice = rng.random()
        if choice < 0.3:
            return f"SELECT {_list(items)} FROM {table.name} {r} ORDER BY {self.order(r, relation)} LIMIT 3", items, keys, table
        if choice < 0.5:
            items.append(Item("rank", f"row_number() OVER (ORDER BY {self.order(r, relation)})"))
            return f"SELECT {_list(items)} FROM {table.name} {r}", items, keys, table
        own = [columns for columns, target in relation.links() if target is table and len(columns) == 1]
        if choice < 0.75 and own and len(table.key) == 1:
            link, key = own[0][0], table.key[0]
            if link.type == key.type:
                n = table.named("n")
                return (f"WITH RECURSIVE up(id, top, lvl) AS (SELECT {r}.{key.name}, {r}.{key.name}, 0 FROM {table.name} {r} WHERE {r}.{n} > 2"
                        f" UNION ALL SELECT c.{key.name}, up.top, up.lvl + 1 FROM {table.name} c JOIN up ON c.{link.name} = up.id WHERE up.lvl < 3)"
                        f" SELECT id AS pk_{entity}, count(*) AS cnt, max(lvl) AS lvl FROM up GROUP BY id"), \
                    [Item(f"pk_{entity}", "id", key)], 1, table
        other = rng.choice(self.tables)
        o = self.alias()
        a, b = table.named("n"), other.named("n")
        items.append(Item("cnt", f"(SELECT count(*) FROM {other.name} {o} WHERE {o}.{b} = {r}.{a} OR {o}.{b} = {r}.{a} + 1)"))
        items.append(Item("same", f"(SELECT count(*) FROM {other.name} {o} WHERE {o}.{b} = {r}.{a})"))
        return f"SELECT {_list(items)} FROM {table.name} {r}", items, keys, table

    # Whole definitions --------------------------------------------------------------------------------

    def plain_view(self) -> Built:
        """A plain view for others to read: over one table, or any definition."""
        if self.chance(0.5):
            built = self.definition()
            if built is not None and built.relations:
                built.view.tview = False
                built.view.name = f"pv_{built.view.name}"
                built.relations = [Relation(built.view.name, r.columns, r.key, r.base, built.view.usual) for r in built.relations[:1]]
                return built
        self.serial += 1
        table = self.rng.choice(self.tables)
        a = self.alias()
        name = f"pv{self.serial}"
        where = f" WHERE {self.predicate(a, of_table(table))}" if self.chance(0.5) else ""
        option = self.rng.choice(["", "", " WITH (security_barrier)", " WITH (security_invoker)"])
        columns = [c for c in table.columns if c.family != "u"]
        view = View(name, f"SELECT {', '.join(f'{a}.{c.name}' for c in columns)} FROM {table.name} {a}{where}", False)
        view.name = name + option
        return Built(view, [Relation(name, columns, table.key, table)])

    def definition(self) -> Built | None:
        """A definition of a TVIEW; None when the kind that was drawn does not fit the schema."""
        self.ctes = []
        self.features = set()
        self.usual = True
        self.serial += 1
        entity = f"e{self.serial}"
        kinds: list[Callable[[str], tuple[str, list[Item], int, Table | None] | None]] = [
            self.root, self.grouped_root, self.grouped_reference, self.distinct, self.windowed, self.united, self.full_join,
            self.unnested, self.cte_twice, self.odd, self.full_groups, self.hierarchy, self.grouping_sets, self.listed, self.recursive,
            self.bucketed, self.counted, self.joined]
        kind = self.rng.choices(kinds, [30, 6, 6, 4, 6, 5, 3, 3, 3, 3, 3, 3, 3, 2, 1, 2, 9, 9])[0]
        made = kind(entity)
        if made is None:
            return None
        self.uses(f"kind: {kind.__name__}")
        sql, items, keys, base = made
        used = [f"{name} AS {body}" for name, body, _ in self.ctes if re.search(rf"\b{name}\b", sql)]
        if used and sql.startswith("WITH RECURSIVE"):
            return None
        if used:
            sql = f"WITH {', '.join(used)} {sql}"
        names = [i.name for i in items[:keys]]
        options = "{}" if names == [f"pk_{entity}"] else '{"key": [' + ", ".join(f'"{n}"' for n in names) + "]}"
        columns: list[Column] = []
        for item in items:
            if item.column is not None:
                source = item.column
                copy = Column(item.name, source.type, source.family, source.nullable, source.ref, source.part, source.group, source.textual)
                columns.append(copy)
        relations = []
        if base is not None and len(columns) >= keys and all(i.column is not None for i in items[:keys]):
            relations = [Relation(f"{kind}_{entity}", columns, columns[:keys], base, self.usual or kind == "tv") for kind in ("tv", "v")]
        return Built(View(entity, sql, True, options, self.usual, frozenset(self.features)), relations, [names])


def _list(items: list[Item]) -> str:
    return ", ".join(f"{i.sql} AS {i.name}" for i in items)
