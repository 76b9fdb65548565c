"""Soundness of the analyser by brute force: does the lineage find every key whose row a change affects?

Usage: soundness.py [--seed N] [--seconds S] [--cases C] [--changes N] [--definitions N]

A case is one random schema with many definitions. After each random change every view is read again; the keys whose rows
differ must be among those that the climb of the definition's plan finds on the final state. No TVIEW is created and
nothing is committed, so that one second holds hundreds of checks. A failure is written to regress/fuzz/failures/ as a
psql script with the definition as a TVIEW; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg

from case import Case, Databases, Failure, Runner, Statement, View, script
from grammar import Built, Grammar
from lineage import FORGETTABLE, Climb, Found, Image, Plan, Server, Tables, analyse
from model import Schema, random_schema
from shrink import shrink
from wild import Wild
from writes import Writer


@dataclass
class Definition:
    """A view of the case with its plan. `needs` are the plain views it may read, in order."""

    view: View
    plan: Plan
    needs: list[View]
    rows: dict[Image, Counter[bytes | None]] = field(default_factory=dict)


@dataclass
class Unsound(Exception):
    """Keys that the lineage missed."""

    definition: Definition
    keys: set[Image]
    found: Found
    history: list[list[str]]

    def __str__(self) -> str:
        plan = self.definition.plan
        lines = [f"missed {self.keys} of {self.definition.view.definition}", f"  key {plan.key}; found {self.found.keys}"]
        lines += [f"  {o['alias']}: {o['strategy']['kind']} ({o['reason']}) columns {o['column_names']}" for o in plan.occurrences]
        return "\n".join(lines)


@dataclass
class Counts:
    """What was done."""

    definitions: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    full: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: int = 0
    checks: int = 0
    differing: int = 0
    climbs: int = 0
    whole: int = 0
    found: int = 0
    needed: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Check:
    """One case: a schema with definitions, in a transaction that is rolled back."""

    def __init__(self, server: Server, seed: int, counts: Counts, forget: str = "", pointed: float = 0.2) -> None:
        self.server = server
        self.pointed = pointed
        self.rng = Random(seed)
        self.counts = counts
        self.climb = Climb(server, forget)
        self.schema: Schema = random_schema(self.rng)
        self.definitions: list[Definition] = []
        self.plain: list[View] = []
        self.history: list[list[str]] = []
        self.tables: Tables = {}

    def run(self, definitions: int, changes: int) -> None:
        """Makes the definitions, applies the changes. Raises Unsound."""
        self.server.run("BEGIN; CREATE SCHEMA s; SET LOCAL search_path = s, public")
        try:
            self.server.run("; ".join(self.schema.ddl))
            models, wild = Grammar(self.rng, self.schema.tables), Wild(self.rng, self.schema.tables)
            wild.relations = models.relations
            for _ in range(definitions):
                if self.rng.random() < self.pointed:
                    self._define(wild.pointed(), wild)
                elif self.rng.random() < 0.4:
                    self._define(wild.definition(), wild)
                else:
                    self._define(models.plain_view() if self.rng.random() < 0.1 else models.definition(), models)
            self._read_tables()
            self.server.run("SAVEPOINT reading")
            for definition in list(self.definitions):
                self._read(definition)
            writer = Writer(self.rng, self.schema.tables, [])
            for _ in range(changes):
                self._change(writer)
        finally:
            self.server.run("ROLLBACK")
            self.server.forget()

    def _attempt(self, sql: str) -> str | None:
        """Runs a statement in a savepoint; the SQLSTATE if it failed."""
        self.server.run("SAVEPOINT a")
        try:
            self.server.run(f"{sql}; RELEASE a")
        except psycopg.Error as error:
            self.server.run("ROLLBACK TO a; RELEASE a")
            return f"{error.sqlstate} {str(error).splitlines()[0]}"
        return None

    def _define(self, built: Built | None, grammar: Grammar | Wild) -> None:
        """Creates a definition as a plain view and analyses it."""
        if built is None:
            return
        view = built.view
        name = f"v_{view.name}" if view.tview else view.name
        failed = self._attempt(f"CREATE VIEW {name} AS {view.definition}")
        if failed:
            self.counts.definitions["not SQL"] += 1
            self.counts.errors[failed] += 1
            return
        grammar.relations += [r for r in built.relations if not r.sql.startswith("tv_")]
        self.plain.append(View(name, view.definition, False))
        if not view.tview:
            return
        found = self._plan(name, built.keys)
        if found is not None:
            plan, key = found
            view.options = json.dumps({"key": key})
            self.definitions.append(Definition(view, plan, self.plain[:-1]))

    def _plan(self, name: str, keys: list[list[str]]) -> tuple[Plan, list[str]] | None:
        """The plan of a view, with the first of the possible keys that is not maintained as a whole alone; and that key."""
        plans = analyse(self.server, f"s.{name}", keys)
        plan, key = next(((p, k) for p, k in zip(plans, keys, strict=True) if set(p.kinds) != {"full"}), (plans[0], keys[0]))
        if plan.document["refusals"]:
            self.counts.definitions["refused"] += 1
            self.counts.refusals[plan.document["refusals"][0]["message"]] += 1
            return None
        self.counts.strategies.update(plan.kinds)
        full = {o["reason"] for o in plan.occurrences if o["strategy"]["kind"] == "full"}
        self.counts.definitions["partly full" if full else "incremental"] += 1
        return (plan, key) if set(plan.kinds) != {"full"} else None

    def _read_tables(self) -> None:
        self.tables = dict(self.tables)
        for definition in self.definitions:
            for source in definition.plan.sources.values():
                if source.name not in self.tables:
                    self.tables[source.name] = sorted(self.server.rows(source.read), key=repr)

    def _read(self, definition: Definition) -> set[Image]:
        """Reads the view again; the keys whose rows differ from before. A view that fails is given up."""
        width = len(definition.plan.key)
        rows: dict[Image, Counter[bytes | None]] = defaultdict(Counter)
        try:
            for row in self.server.rows(definition.plan.read):
                rows[row[:width]][row[width]] += 1
        except psycopg.Error as error:
            self.server.run("ROLLBACK TO reading")
            self.counts.errors[f"{error.sqlstate} on reading a view"] += 1
            self.definitions.remove(definition)
            return set()
        old, definition.rows = definition.rows, rows
        return {k for k in old.keys() | rows.keys() if old.get(k) != rows.get(k)}

    def _change(self, writer: Writer) -> None:
        """One transaction of some statements, then every definition."""
        done: list[str] = []
        for _ in range(self.rng.choice([1, 1, 1, 2, 4])):
            sql = writer.write(self.rng.choice(self.schema.tables), plain=True).sql
            if self._attempt(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED") is None:
                done.append(sql)
        if not done:
            return
        self.history.append(done)
        self.counts.changes += 1
        self.server.run("RELEASE reading; SAVEPOINT reading")
        before, self.tables = self.tables, {}
        self._read_tables()
        for definition in list(self.definitions):
            differing = self._read(definition)
            self.counts.checks += 1
            if not differing:
                continue
            self.counts.differing += 1
            found = self.climb.keys(definition.plan, before, self.tables)
            self.counts.whole += found.whole
            if not found.whole:
                self.counts.climbs += 1
                self.counts.needed += len(differing)
                self.counts.found += sum(len(values) for values in found.keys.values())
            missed = self.climb.missed(definition.plan, differing, found)
            if missed:
                raise Unsound(definition, missed, found, self.history)


def repeat(check: Check, unsound: Unsound, databases: Databases) -> tuple[Case, Failure]:
    """The failure as a case with a TVIEW, made smaller when the server shows it too."""
    view = unsound.definition.view
    case = Case(check.schema.ddl, [*unsound.definition.needs, view], [[Statement(sql) for sql in change] for change in unsound.history])
    case.transactions = [[Statement("BEGIN"), *change, Statement("COMMIT")] for change in case.transactions]
    runner = Runner(databases.fresh())
    try:
        runner.prepare(case)
        runner.run(case.transactions)
    except Failure as failure:
        return shrink(case, failure, databases)
    finally:
        runner.close()
    return case, Failure("unsound", f"{unsound}\nThe server did not show it; its keys may not be unique.")


def report(counts: Counts, first: int, cases: int, seconds: float, failures: int) -> None:
    """The statistics."""
    print(f"seeds {first}..{first + cases - 1}, {seconds:.0f} s")
    print(f"definitions: {dict(counts.definitions)}; occurrences: {dict(counts.strategies)}")
    print(f"checks: {counts.checks} ({60 * counts.checks / max(seconds, 1):.0f} a minute) over {counts.changes} changes;"
          f" rows differed in {counts.differing}, {counts.climbs} of them climbed, {counts.whole} whole")
    print(f"keys: {counts.needed} differed, {counts.found} were found")
    print(f"failures: {failures}")


def self_test(server: Server, first: int) -> int:
    """Climbs by rules of which one is left out; 1 when that is not noticed within some cases."""
    missed = 0
    for forget in FORGETTABLE:
        start = time.monotonic()
        for seed in range(first, first + 60):
            try:
                Check(server, seed, Counts(), forget, pointed=0.8).run(24, 30)
            except Unsound:
                print(f"without {forget}: seed {seed}, {time.monotonic() - start:.0f} s", flush=True)
                break
        else:
            print(f"nothing was found without {forget}", flush=True)
            missed = 1
    return missed


def main() -> int:
    """Parses the arguments and runs cases until the time is over or one fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--cases", type=int, default=None, help="stop after so many cases")
    parser.add_argument("--definitions", type=int, default=24, help="definitions per case")
    parser.add_argument("--changes", type=int, default=60, help="changes per case")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first failure")
    parser.add_argument("--self-test", action="store_true",
                        help="leave out one rule after the other: each must lead to a failure")
    parser.add_argument("--verbose", action="store_true", help="print errors and refusals")
    arguments = parser.parse_args()
    first = arguments.seed if arguments.seed is not None else int(time.time()) % 1_000_000
    databases = Databases("soundness")
    server = Server(databases.fresh())
    if arguments.self_test:
        return self_test(server, first)
    counts = Counts()
    start = time.monotonic()
    cases = failures = 0
    while (time.monotonic() - start < arguments.seconds) if arguments.cases is None else cases < arguments.cases:
        check = Check(server, first + cases, counts)
        cases += 1
        try:
            check.run(arguments.definitions, arguments.changes)
        except Unsound as unsound:
            failures += 1
            print(f"seed {first + cases - 1}: {unsound}", flush=True)
            folder = Path(__file__).parent / "failures"
            folder.mkdir(exist_ok=True)
            path = folder / f"soundness-{first + cases - 1}.sql"
            path.write_text(script(*repeat(check, unsound, Databases("soundness_repeat")), f"soundness.py --seed {first + cases - 1} --cases 1"))
            print(f"  written to {path}", flush=True)
            if not arguments.keep_going:
                break
    report(counts, first, cases, time.monotonic() - start, failures)
    if arguments.verbose:
        for name, counter in (("error", counts.errors), ("refused", counts.refusals)):
            for text, count in counter.most_common():
                print(name, count, text)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except psycopg.OperationalError as error:
        sys.exit(f"no server: {error}")
