"""Concurrent fuzzer: two or three sessions, statement by statement, in a random order that the seed fixes.

Usage: interleave.py [--seed N] [--seconds S] [--cases C]

A session whose statement waits for another is left alone until it gets its lock; meanwhile the others go on. When all
have ended, every TVIEW must equal its view. At READ COMMITTED there must be no serialization failure; two flushes at
commit must not deadlock. A failure is shrunk and written to regress/fuzz/failures/ as an isolation spec.
"""

from __future__ import annotations

import argparse
import select
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg
from psycopg import pq

from case import CHECK, Databases, Failure, Outcome, Runner, Statement, View, oracle
from grammar import Grammar
from model import CHAIN_DEFINITIONS, chain_schema, random_schema
from shrink import minimise
from writes import Writer


@dataclass
class Step:
    """One statement of one session."""

    session: int
    statement: Statement


Round = list[Step]


@dataclass
class Race:
    """Everything that is needed to repeat a failure; `calm` races read no TVIEW before they commit."""

    ddl: list[str]
    views: list[View]
    rounds: list[Round]
    sessions: int
    calm: bool


@dataclass
class Counts:
    """What happened."""

    transactions: int = 0
    rounds: int = 0
    waits: int = 0
    errors: Counter[str] = field(default_factory=Counter)


class Session:
    """A connection that is driven without blocking."""

    def __init__(self, conninfo: str) -> None:
        self.connection = psycopg.connect(conninfo + " application_name=racer", autocommit=True)
        self.connection.execute("SET deadlock_timeout = '30ms'")
        # A race made smaller may lack the step that ends a prepared transaction.
        self.connection.execute("SET lock_timeout = '5s'")
        self.pg = self.connection.pgconn
        self.pid = self.pg.backend_pid
        self.busy = False
        self.statement = Statement("")
        self.level = "read committed"

    def send(self, statement: Statement, sql: str) -> None:
        """Starts a statement."""
        self.statement = statement
        if sql.startswith("BEGIN"):
            self.level = sql.removeprefix("BEGIN ISOLATION LEVEL ").lower() if "LEVEL" in sql else "read committed"
        self.pg.send_query(sql.encode())
        self.busy = True

    def collect(self) -> list[pq.abc.PGresult] | None:
        """The results when the statement has ended, otherwise None."""
        self.pg.consume_input()
        if self.pg.is_busy():
            return None
        results: list[pq.abc.PGresult] = []
        while (result := self.pg.get_result()) is not None:
            results.append(result)
        self.busy = False
        return results


class Stage:
    """Some sessions in one database, and one that watches them."""

    def __init__(self, conninfo: str, race: Race, counts: Counts) -> None:
        self.race = race
        self.counts = counts
        self.runner = Runner(conninfo, Outcome())
        self.sessions = [Session(conninfo) for _ in range(race.sessions)]

    def close(self) -> None:
        """Ends all sessions."""
        self.runner.close()
        for session in self.sessions:
            session.connection.close()

    def _blocked(self, pids: list[int]) -> set[int]:
        rows = self.runner.observer.execute(
            "SELECT p FROM unnest(%s::int[]) p WHERE cardinality(pg_blocking_pids(p)) > 0", (pids,)).fetchall()
        return {p for (p,) in rows}

    def settle(self, round_number: int) -> None:
        """Returns when every running statement has ended or waits for a session that can go on."""
        deadline = time.monotonic() + 30
        while True:
            busy = [s for s in self.sessions if s.busy]
            if not busy:
                return
            select.select([s.pg.socket for s in busy], [], [], 0.002)
            for session in busy:
                results = session.collect()
                if results is not None:
                    self._judge(session, results, round_number)
            busy = [s for s in self.sessions if s.busy]
            if 0 < len(busy) < len(self.sessions) and len(self._blocked([s.pid for s in busy])) == len(busy):
                self.counts.waits += 1
                return
            if time.monotonic() > deadline:
                raise Failure("hang", f"statement does not end: {[s.statement.sql for s in busy]}", round_number)

    def _judge(self, session: Session, results: list[pq.abc.PGresult], round_number: int) -> None:
        sql = session.statement.sql
        for result in results:
            if result.status == pq.ExecStatus.TUPLES_OK and session.statement.check:
                value = result.get_value(0, 0)
                if value != b"0":
                    raise Failure("divergence", f"in the transaction ({session.level}): {value!r} rows differ after {sql}", round_number)
            if result.status != pq.ExecStatus.FATAL_ERROR:
                continue
            state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
            text = result.error_message.decode().strip()
            self.counts.errors[f"{state} {session.level}" if state.startswith("40") else state] += 1
            if not state or state.startswith(("57P", "58")):
                raise Failure("crash", f"{state} {text} in {sql}", round_number)
            if state.startswith("XX"):
                raise Failure("internal", f"{state} {text} in {sql}", round_number)
            if state == "57014":
                raise Failure("hang", f"{state} {text} in {sql}", round_number)
            if state == "40001" and session.level == "read committed":
                raise Failure("unexpected", f"serialization failure at READ COMMITTED: {text} in {sql}", round_number)
            if state == "40001" and self.race.calm and sql == "COMMIT" and session.level == "repeatable read" and "FOR KEY SHARE" not in text:
                raise Failure("unexpected", f"serialization failure of a flush: {text} in {sql}", round_number)
            if state == "40P01" and self.race.calm and "advisory" in text and "relation" not in text:
                raise Failure("unexpected", f"deadlock between flushes: {text} in {sql}", round_number)
            commits = sql.startswith(("COMMIT", "PREPARE TRANSACTION", "SELECT pg_tviews_flush")) or session.statement.check
            if state in ("55006", "25P01") or (state.startswith("42") and not commits):
                continue
            if commits and "temporary objects" not in text and state not in ("23503", "25P02", "40001", "40P01", "42704"):
                raise Failure("unexpected", f"{state} {text} in {sql}", round_number)
            if state[:2] not in ("21", "22", "23", "25", "27", "3B", "40", "0A", "2B") and state != "42704":
                raise Failure("unexpected", f"{state} {text} in {sql}", round_number)

    def _sql(self, statement: Statement) -> str | None:
        if not statement.check:
            return statement.sql
        name = statement.sql.removeprefix(CHECK)
        return oracle(name, self.runner.columns[name]) if name in self.runner.columns else None

    def _advance(self, pending: Round, number: int) -> None:
        """Runs what can be run of the steps that were held back."""
        progress = True
        while progress:
            progress = False
            waiting: set[int] = set()
            for step in pending:
                session = self.sessions[step.session]
                if session.busy or step.session in waiting:
                    waiting.add(step.session)
                    continue
                pending.remove(step)
                sql = self._sql(step.statement)
                if sql is not None:
                    session.send(step.statement, sql)
                    self.settle(number)
                progress = True
                break

    def play(self, steps: Round, number: int) -> None:
        """Runs the steps in their order; a step of a session that waits is held back until it can go on."""
        pending: Round = []
        for step in steps:
            pending.append(step)
            self._advance(pending, number)
        while True:
            self.settle(number)
            self._advance(pending, number)
            left = {step.session for step in pending}
            open_sessions = [s for n, s in enumerate(self.sessions)
                             if not s.busy and n not in left and s.pg.transaction_status != pq.TransactionStatus.IDLE]
            for session in open_sessions:
                session.send(Statement("ROLLBACK"), "ROLLBACK")
            if not open_sessions and not pending and not any(s.busy for s in self.sessions):
                break
        self.counts.rounds += 1
        self.runner.verify(number)


def merge(rng: Random, transactions: list[list[Statement]]) -> Round:
    """A random order of the statements that keeps each session's own."""
    order = [number for number, statements in enumerate(transactions) for _ in statements]
    rng.shuffle(order)
    positions = [0] * len(transactions)
    out: Round = []
    for number in order:
        out.append(Step(number, transactions[number][positions[number]]))
        positions[number] += 1
    return out


def make(seed: int, rounds: int, databases: Databases, counts: Counts, ddl: bool = False) -> tuple[Race, Failure] | None:
    """One schema with its views and rounds. Returns the race with what went wrong."""
    rng = Random(seed)
    chained = not ddl and rng.random() < 0.6
    schema = chain_schema(rng) if chained else random_schema(rng, 3, 0.15)
    sessions = rng.choice([2, 2, 3])
    calm = not ddl and rng.random() < 0.5
    race = Race(schema.ddl, [], [], sessions, calm)
    grammar = Grammar(rng, schema.tables)
    stage = Stage(databases.fresh(), race, counts)
    try:
        for sql in race.ddl:
            stage.runner.session.execute(sql)
        tviews: list[str] = []
        if chained:
            names = rng.sample(sorted(CHAIN_DEFINITIONS), 3)
            if "over" in names:
                names = ["leaf", *(n for n in names if n != "leaf")]
            for name in names:
                race.views.append(View(name, CHAIN_DEFINITIONS[name]))
                stage.runner.create(race.views[-1])
                tviews.append(name)
        for _ in range(0 if chained else rng.randint(2, 5)):
            built = grammar.plain_view() if rng.random() < 0.1 else grammar.definition()
            if built is None or not stage.runner.create(built.view):
                continue
            race.views.append(built.view)
            grammar.relations += built.relations
            if built.view.tview:
                tviews.append(built.view.name)
        writers = [Writer(rng, schema.tables, [] if calm else tviews, f"s{n}_", domain=3) for n in range(sessions)]
        for writer in writers:
            writer.racing = True
            writer.simple = chained
            writer.streams = False
            writer.truncates = calm
            if ddl:
                writer.definitions = [v for v in race.views if v.tview]
        for number in range(rounds):
            transactions = [writer.transaction(2 if chained else 3) for writer in writers]
            counts.transactions += sessions
            race.rounds.append(merge(rng, transactions))
            stage.play(race.rounds[-1], number)
    except Failure as failure:
        return race, failure
    except psycopg.OperationalError as error:
        return race, Failure("crash", str(error), len(race.rounds) - 1)
    finally:
        stage.close()
    return None


def replay(race: Race, wanted: Failure, databases: Databases) -> Failure | None:
    """The failure of the race when it is like the one wanted."""
    stage = Stage(databases.fresh(), race, Counts())
    try:
        for sql in race.ddl:
            try:
                stage.runner.session.execute(sql)
            except psycopg.Error:
                continue
        for view in race.views:
            stage.runner.create(view)
        for number, steps in enumerate(race.rounds):
            stage.play(steps, number)
    except Failure as failure:
        return failure if failure.same(wanted) else None
    except psycopg.Error:
        return None
    finally:
        stage.close()
    return None


def shrink_race(race: Race, failure: Failure, databases: Databases, seconds: float = 90) -> tuple[Race, Failure]:
    """The smallest race found in that time which still fails in the same way."""
    deadline = time.monotonic() + seconds
    best, last = race, failure

    def attempt(**changes: object) -> bool:
        nonlocal best, last
        candidate = Race(**{**best.__dict__, **changes})
        found = replay(candidate, failure, databases)
        if found is not None:
            best, last = candidate, found
        return found is not None

    if not any(attempt(rounds=race.rounds[:failure.transaction + 1]) for _ in range(3)):
        return race, failure
    minimise(best.rounds, lambda x: attempt(rounds=x), deadline)
    minimise(best.views, lambda x: attempt(views=x), deadline)
    for index in range(len(best.rounds)):
        def with_steps(steps: Round, index: int = index) -> bool:
            return attempt(rounds=best.rounds[:index] + [steps] + best.rounds[index + 1:])
        minimise(best.rounds[index], with_steps, deadline)
    minimise(best.ddl, lambda x: attempt(ddl=x), deadline)
    return best, last


def spec(race: Race, failure: Failure, header: str) -> str:
    """The race as an isolation spec."""
    lines = [f"# {header}", "# " + str(failure).replace("\n", "\n# "), "# Every row of the last steps is a difference between table and view."]
    lines += [f"setup {{ {sql}; }}" for sql in ["CREATE EXTENSION IF NOT EXISTS pg_tviews", *race.ddl]]
    lines += [f"setup {{ {view.create}; }}" for view in race.views]
    names = [view.name for view in race.views if view.tview]
    order: list[str] = []
    steps: dict[int, list[str]] = {}
    for number, round_steps in enumerate(race.rounds):
        for step in round_steps:
            label = f"r{number}s{step.session}n{len(steps.get(step.session, []))}"
            sql = step.statement.sql
            if step.statement.check:
                sql = _difference(sql.removeprefix(CHECK))
            steps.setdefault(step.session, []).append(f"step {label} {{ {sql}; }}")
            order.append(label)
        order += [f"check_{name}" for name in names]
    for session in sorted(steps):
        lines += ["", f"session s{session}", "setup { SET deadlock_timeout = '30ms'; }", *steps[session]]
    lines += ["", "session oracle"] + [f"step check_{name} {{ {_difference(name)}; }}" for name in names]
    lines += ["", "permutation " + " ".join(order)]
    return "\n".join(lines) + "\n"


def _difference(name: str) -> str:
    table = f"SELECT to_jsonb(x) - 'updated_at' FROM tv_{name} x"
    view = f"SELECT to_jsonb(x) - 'updated_at' FROM v_{name} x"
    return f"SELECT 'tv' AS side, * FROM ({table} EXCEPT ALL {view}) a UNION ALL SELECT 'v', * FROM ({view} EXCEPT ALL {table}) b"


def main() -> int:
    """Parses the arguments and runs races until the time is over or one fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=60, help="rounds per case")
    parser.add_argument("--cases", type=int, default=None, help="stop after so many cases")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first failure")
    parser.add_argument("--ddl", action="store_true", help="DDL on tables and TVIEWs among the writes")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--known", action="append", default=[], metavar="TEXT", help="count errors of create with this text as refusals")
    arguments = parser.parse_args()
    Runner.known = arguments.known
    first = arguments.seed if arguments.seed is not None else int(time.time()) % 1_000_000
    databases = Databases("race")
    counts = Counts()
    start = time.monotonic()
    cases = failures = 0
    while (time.monotonic() - start < arguments.seconds) if arguments.cases is None else cases < arguments.cases:
        seed = first + cases
        cases += 1
        found = make(seed, arguments.rounds, databases, counts, arguments.ddl)
        if found is None:
            continue
        failures += 1
        race, failure = found
        print(f"seed {seed}: {failure}", flush=True)
        if failure.kind == "crash":
            databases.reconnect()
        if not arguments.no_shrink:
            race, failure = shrink_race(race, failure, databases)
        folder = Path(__file__).parent / "failures"
        folder.mkdir(exist_ok=True)
        path = folder / f"race-{seed}.spec"
        path.write_text(spec(race, failure, f"interleave.py --seed {seed} --cases 1 --rounds {arguments.rounds}"))
        print(f"  shrunk: {failure}\n  written to {path}", flush=True)
        if not arguments.keep_going:
            break
    print(f"seeds {first}..{first + cases - 1}, {time.monotonic() - start:.0f} s: {counts.rounds} rounds, {counts.transactions} transactions,"
          f" {counts.waits} waits")
    print(f"errors: {dict(sorted(counts.errors.items()))}")
    print(f"failures: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except psycopg.OperationalError as error:
        sys.exit(f"no server: {error}")
