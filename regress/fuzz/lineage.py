"""The climb of a plan, done in Python on the server's final state: what the keys of a change are.

It follows the plan document (`src/lineage.rs`) and nothing else of the library, so that the analyser is checked apart from
capture, queue and flush.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import pq

Row = tuple[bytes | None, ...]
Image = tuple[bytes | None, ...]


class Server:
    """Statements in text format, prepared once, their values left as the server writes them."""

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.prepared: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self.serial = 0

    def run(self, sql: str) -> None:
        """Runs statements without parameters. Raises psycopg.Error."""
        self._result(self.connection.pgconn.exec_(sql.encode()))

    def rows(self, sql: str, parameters: list[bytes | None] | None = None, types: tuple[int, ...] = ()) -> list[Row]:
        """The rows of a query. Raises psycopg.Error."""
        name = self.prepared.get((sql, types))
        if name is None:
            self.serial += 1
            name = f"p{self.serial}".encode()
            self._result(self.connection.pgconn.prepare(name, sql.encode(), types))
            self.prepared[sql, types] = name
        result = self._result(self.connection.pgconn.exec_prepared(name, parameters))
        width = range(result.nfields)
        return [tuple(result.get_value(row, column) for column in width) for row in range(result.ntuples)]

    def value(self, sql: str, parameters: list[bytes | None] | None = None, types: tuple[int, ...] = ()) -> bytes:
        """The one value of a query."""
        return self.rows(sql, parameters, types)[0][0] or b""

    def forget(self) -> None:
        """Drops all prepared statements."""
        self.run("DEALLOCATE ALL")
        self.prepared.clear()

    def _result(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE):
            raise psycopg.errors.error_from_result(result)
        return result


def array(values: list[bytes | None]) -> bytes:
    """An array literal."""
    escaped = (b"NULL" if v is None else b'"' + v.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"' for v in values)
    return b"{" + b",".join(escaped) + b"}"


@dataclass
class Source:
    """A relation that has rows of its own."""

    oid: int
    name: str
    columns: list[str]
    numbers: list[int]
    types: list[str]

    @property
    def read(self) -> str:
        """A query of its rows."""
        return f"SELECT {', '.join(f'{quoted(c)}::text' for c in self.columns)} FROM {self.name}"


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Plan:
    """A definition as the analyser sees it."""

    view: str
    key: list[str]
    document: dict[str, Any]
    sources: dict[int, Source]
    # Types of the key columns with their collation, to compare with.
    key_types: list[str] = field(default_factory=list)

    @property
    def occurrences(self) -> list[dict[str, Any]]:
        """Its occurrences."""
        return self.document["occurrences"]

    @property
    def kinds(self) -> Counter[str]:
        """How many occurrences have which strategy."""
        return Counter(o["strategy"]["kind"] for o in self.occurrences)

    @property
    def read(self) -> str:
        """A query of the view's rows: the key, then the whole row."""
        return f"SELECT {', '.join(f'x.{quoted(k)}::text' for k in self.key)}, x::text FROM {self.view} x"


def analyse(server: Server, view: str, keys: list[list[str]]) -> list[Plan]:
    """The plans of a view with these keys."""
    snapshot = json.loads(server.value("SELECT public._pg_tviews_snapshot($1::regclass, 'pg_temp', 'tv_analysed', '{}', '{}')",
                                       [view.encode()], (25,)))
    sources = {
        r["oid"]: Source(r["oid"], f"{quoted(r['schema'])}.{quoted(r['name'])}", [c["name"] for c in r["columns"]],
                         [c["num"] for c in r["columns"]], [c["type_name"] for c in r["columns"]])
        for r in snapshot["relations"] if r["kind"] in ("r", "p")}
    types = dict(server.rows(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE ' || quote_ident(n.nspname) || '.' || quote_ident(c.collname), '')"
        " FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation LEFT JOIN pg_namespace n ON n.oid = c.collnamespace"
        " WHERE a.attrelid = $1::regclass", [view.encode()], (25,)))
    plans = []
    for key in keys:
        snapshot["target"]["key"] = key
        document = json.loads(server.value("SELECT public._pg_tviews_analyze($1)", [json.dumps(snapshot).encode()], (3802,)))
        # Rows may be refreshed by a part of the key.
        part = [column["name"] for column in document["key"]] or key
        plans.append(Plan(view, part, document, sources, [(types[k.encode()] or b"").decode() for k in part]))
    return plans


@dataclass
class Found:
    """What a climb found. `whole` means every key; `null_key` that a row with a null key may differ."""

    whole: bool = False
    null_key: bool = False
    # Key values with the types of the columns they come from.
    keys: dict[tuple[str, ...], set[Image]] = field(default_factory=dict)


Tables = dict[str, list[Row]]

# Parts of the rules that `Climb` can leave out: images; the columns that no climb starts from; links, those of nulls and of
# elements, rows of one's own on the way; an order, of which equality remains; keys that are made; every way but the first; all but the first of the constants
# that a column is compared with; rows with a null where that is what counts.
FORGETTABLE = ("old", "new", "columns", "link", "nulls", "elements", "walk", "order", "made", "ways", "constants", "absent")


class Climb:
    """Evaluates plans. `forget` is for tests of this program: a part of the rules that is left out."""

    def __init__(self, server: Server, forget: str = "") -> None:
        self.server = server
        self.forget = forget
        self.array_types: dict[str, int] = {}

    def array_type(self, name: str) -> int:
        """The OID of the array type over a type."""
        if name not in self.array_types:
            self.array_types[name] = int(self.server.value("SELECT typarray FROM pg_type WHERE oid = $1::regtype", [name.encode()], (25,)))
        return self.array_types[name]

    def images(self, plan: Plan, occurrence: dict[str, Any], before: Tables, after: Tables) -> list[Row]:
        """Old and new images of the rows that changed in a column that matters."""
        source = plan.sources[occurrence["source"]]
        numbers = occurrence["columns"]
        if self.forget == "columns":
            numbers = occurrence["strategy"].get("columns", occurrence["strategy"].get("from", numbers))
        at = range(len(source.numbers)) if numbers is None else [source.numbers.index(n) for n in numbers]
        old: dict[Row, list[Row]] = {}
        new: dict[Row, list[Row]] = {}
        tests = [(source.numbers.index(r["column"]), r["test"]) for r in occurrence.get("restrictions", [])]
        for rows, into in ((before[source.name], old), (after[source.name], new)):
            for row in rows:
                if all(self._holds(test, row[i]) for i, test in tests):
                    into.setdefault(tuple(row[i] for i in at), []).append(row)
        out: list[Row] = []
        for image in old.keys() | new.keys():
            gone, come = old.get(image, []), new.get(image, [])
            if len(gone) > len(come) and self.forget != "old":
                out.append(gone[0])
            elif len(come) > len(gone) and self.forget != "new":
                out.append(come[0])
        return out

    def _holds(self, test: str | dict[str, Any], value: bytes | None) -> bool:
        """Whether a comparison with constants is true of a value."""
        if test == "null":
            return value is None and self.forget != "absent"
        if value is None or isinstance(test, str):
            return value is not None
        constants = [next(iter(constant.values())) for constant in test["in"]]
        shown = [str(c).lower() if isinstance(c, bool) else str(c) for c in constants]
        return value.decode() in (shown[:1] if self.forget == "constants" else shown)

    def keys(self, plan: Plan, before: Tables, after: Tables) -> Found:
        """The keys that a change can have affected."""
        found = Found()
        seen: set[tuple[int, str]] = set()
        for occurrence in plan.occurrences:
            source = plan.sources[occurrence["source"]]
            if before[source.name] == after[source.name]:
                continue
            name = (occurrence["source"], occurrence["alias"])
            if self.forget == "ways" and name in seen:
                continue
            seen.add(name)
            if self.forget == "made" and occurrence["strategy"]["kind"] == "key" and occurrence["strategy"].get("lookup"):
                continue
            images = self.images(plan, occurrence, before, after)
            if not images or (self.forget == "link" and occurrence["strategy"]["kind"] == "link"):
                continue
            found.null_key |= occurrence["null_key"]
            self._climb(plan, occurrence, images, found)
            if found.whole:
                break
        return found

    def _climb(self, plan: Plan, occurrence: dict[str, Any], images: list[Row], found: Found) -> None:
        values: set[Image] = set()
        first = True
        while True:
            strategy = occurrence["strategy"]
            source = plan.sources[occurrence["source"]]
            if strategy["kind"] == "full":
                found.whole = True
                return
            numbers = strategy["columns"] if strategy["kind"] == "key" else strategy["from"]
            at = [source.numbers.index(n) for n in numbers]
            types = tuple(source.types[i] for i in at)
            carried_types = tuple(t.removesuffix("[]") for t in types) if strategy.get("elements") else types
            if first:
                values = {tuple(row[i] for i in at) for row in images}
                if strategy.get("elements"):
                    sql = f"SELECT unnest(($1::text)::{types[0]})::text"
                    values = {e for v in values if v[0] is not None for e in self.server.rows(sql, [v[0]], (25,))[:1 if self.forget == "elements" else None]}
                first = False
            if strategy.get("lookup"):
                lookup = strategy["lookup"]
                if self.forget == "walk":
                    lookup = re.sub(r" UNION SELECT o\..*?\) SELECT DISTINCT", ") SELECT DISTINCT", lookup)
                if self.forget == "order":
                    lookup = re.sub(r"OPERATOR\(pg_catalog\.[<>]=?\)", "OPERATOR(pg_catalog.=)", lookup)
                nulls = strategy.get("nulls") and self.forget != "nulls"
                carried = [v for v in values if nulls or None not in v]
                columns = list(zip(*carried, strict=True)) or [()] * len(at)
                values = set(self.server.rows(lookup, [array(list(c)) for c in columns], tuple(self.array_type(t) for t in carried_types)))
                types = tuple(key["type_name"] for key in plan.document["key"])
            if strategy["kind"] == "key":
                found.keys.setdefault(types, set()).update(values)
                return
            occurrence = plan.occurrences[strategy["to"]]

    def missed(self, plan: Plan, differing: set[Image], found: Found) -> set[Image]:
        """Those of the differing keys that were not found."""
        if found.whole:
            return set()
        known = set().union(*found.keys.values()) if found.keys else set()
        out = set()
        for key in differing - known:
            if None in key:
                if not found.null_key:
                    out.add(key)
            elif not any(self._equal(plan, key, types, values) for types, values in found.keys.items() if values):
                out.add(key)
        return out

    def _equal(self, plan: Plan, key: Image, types: tuple[str, ...], values: set[Image]) -> bool:
        """Whether one of the values equals the key by the rules of its type, though it may look different."""
        columns = [array(list(c)) for c in zip(*values, strict=True)]
        width = len(types)
        same = " AND ".join(f"v.c{i} = (${width + i + 1}::text)::{plan.key_types[i]}" for i in range(width))
        sql = (f"SELECT EXISTS (SELECT FROM unnest({', '.join(f'${i + 1}' for i in range(width))})"
               f" v ({', '.join(f'c{i}' for i in range(width))}) WHERE {same})")
        return self.server.value(sql, [*columns, *key], tuple(self.array_type(t) for t in types) + (25,) * width) == b"t"
