"""Stress: several sessions write at random to one schema with many TVIEWs; the oracle looks at quiet points.

Usage: stress.py [--seconds S] [--clients C] [--seed N] [--ddl]

In calm phases nobody reads a TVIEW before it commits and rows are written in a fixed order: there must be no deadlock. In mixed
phases sessions read between their writes, and keep what that flush has locked while they go on: two of them can deadlock, as two
transactions that lock rows early can. There must be no deadlock among sessions that have not read. At READ COMMITTED there must be
no serialization failure in either. With --ddl one more session redefines, drops, creates, refreshes and alters all the time: it must
neither fail nor be part of a deadlock with sessions that have not read.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
import time
from collections import Counter, deque
from random import Random

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from case import oracle
from readmodels import DEFINITIONS, SCHEMA, TOTALS, Load, columns, views

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


class Shared:
    """What clients and the conductor share."""

    def __init__(self, sessions: int) -> None:
        self.pause = threading.Event()
        self.stop = threading.Event()
        self.calm = True
        self.gate = threading.Barrier(sessions + 1)
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self.clients: dict[int, Client] = {}

    def count(self, name: str) -> None:
        """Adds one to a counter."""
        with self.lock:
            self.counts[name] += 1

    def problem(self, text: str) -> None:
        """Records what must not happen."""
        with self.lock:
            self.problems.append(text)
        self.stop.set()

    def ends(self) -> bool:
        """Waits at the gate when told to pause; returns whether to stop."""
        while True:
            if self.pause.is_set():
                self.gate.wait()
                self.gate.wait()
            if not self.stop.is_set():
                return False
            # Whoever stops by himself still has to meet the others at the gate.
            if self.pause.wait(0.1):
                self.gate.wait()
                return True

    def deadlock(self, level: str, error: DeadlockDetected) -> None:
        """Counts a deadlock by what the sessions in it had done."""
        moment = time.monotonic()
        pids = {int(pid) for pid in re.findall(r"[Pp]rocess (\d+)", error.diag.message_detail or "")}
        if any(self.clients[pid].has_read(moment) for pid in pids if pid in self.clients):
            self.count("40P01 after a read in the middle of a transaction")
        else:
            self.count("40P01 without one")
            self.problem(f"deadlock among transactions that had read no TVIEW ({level}): {error}")


def waiting(conninfo: str, shared: Shared) -> None:
    """Counts who waits for what, five times a second."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        while not shared.stop.wait(0.2):
            shared.count("samples")
            for (what,) in connection.execute(
                "SELECT CASE wait_event WHEN 'advisory' THEN 'values of TVIEWs' WHEN 'transactionid' THEN 'rows' WHEN 'tuple' THEN 'rows'"
                " ELSE wait_event END FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchall():
                shared.count(f"waiting for {what}")


class Client(threading.Thread):
    """One session."""

    def __init__(self, number: int, seed: int, conninfo: str, shared: Shared, tviews: list[str]) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.rng = Random(seed * 1000 + number)
        self.load = Load(self.rng, number)
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.shared = shared
        self.tviews = tviews
        self.serial = 0
        # Its latest transactions: when they ended, if they have, and whether they had read a TVIEW.
        self.latest: deque[list[float | bool]] = deque(maxlen=50)
        shared.clients[self.connection.info.backend_pid] = self

    def run(self) -> None:
        """Transactions until told to stop; waits at the gate when told to pause."""
        while not self.shared.ends():
            level = self.rng.choice(LEVELS)
            try:
                self.transaction(level)
                self.shared.count(f"committed {level}")
            except SerializationFailure as error:
                self.shared.count(f"40001 {level}")
                if level == "READ COMMITTED":
                    self.shared.problem(f"serialization failure at READ COMMITTED: {error}")
                self.rollback()
            except DeadlockDetected as error:
                self.shared.deadlock(level, error)
                self.rollback()
            except psycopg.errors.IntegrityError as error:
                self.shared.count(f"{error.sqlstate}")
                if "tv_" in str(error):
                    self.shared.problem(f"{error.sqlstate} {error}")
                self.rollback()
            except psycopg.Error as error:
                self.shared.problem(f"{error.sqlstate} {error}")
                if self.connection.closed:
                    self.shared.pause.wait()
                    self.shared.gate.wait()
                    return
                self.rollback()

    def rollback(self) -> None:
        """Ends a failed transaction."""
        self.connection.execute("ROLLBACK")
        self.latest[-1][0] = time.monotonic()

    def has_read(self, moment: float) -> bool:
        """Whether a transaction that was open about then had read a TVIEW."""
        return any(read for end, read in list(self.latest) if end > moment - 0.1)

    def transaction(self, level: str) -> None:
        """One transaction of up to four writes."""
        rng, execute = self.rng, self.connection.execute
        self.latest.append([float("inf"), False])
        execute(f"BEGIN ISOLATION LEVEL {level}")
        for sql in self.load.writes(rng.choice([1, 1, 2, 3, 4])):
            if rng.random() < 0.15:
                execute("SAVEPOINT a")
                execute(sql)
                execute(rng.choice(["ROLLBACK TO a", "RELEASE a"]))
            else:
                execute(sql)
            if not self.shared.calm and rng.random() < 0.15:
                self.read()
        ending = rng.random()
        if self.number % 3 == 0 and ending < 0.25:
            self.serial += 1
            gid = f"stress_{self.number}_{self.serial}"
            execute(f"PREPARE TRANSACTION '{gid}'")
            time.sleep(rng.random() * 0.01)
            execute(f"{'ROLLBACK' if ending < 0.05 else 'COMMIT'} PREPARED '{gid}'")
        elif ending < 0.3:
            execute("ROLLBACK")
        else:
            execute("COMMIT")
        self.latest[-1][0] = time.monotonic()

    def read(self) -> None:
        """Reads a TVIEW: every key must be there once."""
        name = self.rng.choice(self.tviews)
        self.latest[-1][1] = True
        row = self.connection.execute(f"SELECT count(*) - count(DISTINCT pk_{name}) FROM tv_{name}").fetchone()
        if row is None or row[0] != 0:
            self.shared.problem(f"tv_{name} shows a key twice")


# What the architect drops for a moment.
DROPPED = {"calm", "latest", "totals"}


class Architect(threading.Thread):
    """The session that runs DDL, each statement a transaction. What it drops it creates again before a quiet point."""

    def __init__(self, seed: int, conninfo: str, shared: Shared, full: bool) -> None:
        super().__init__(daemon=True)
        self.rng = Random(seed * 1000 + 999)
        self.connection = psycopg.connect(conninfo, autocommit=True)
        self.shared = shared
        latest, calm = DEFINITIONS["latest"], DEFINITIONS["calm"]
        self.works = [
            [f"CREATE OR REPLACE VIEW v_latest AS {latest.replace('l.body', 'upper(l.body) AS body')}"],
            [f"CREATE OR REPLACE VIEW v_latest AS {latest}"],
            [f"SELECT pg_tviews_replace('calm', $${calm.replace('k1', 'k2')}$$)"],
            [f"SELECT pg_tviews_replace('calm', $${calm}$$)"],
            ["SELECT pg_tviews_drop('calm')", f"SELECT pg_tviews_create('calm', $${calm}$$)"],
            ["DROP VIEW v_latest", f"SELECT pg_tviews_create('latest', $${latest}$$)"],
            ["DROP TABLE tv_calm", f"SELECT pg_tviews_create('calm', $${calm}$$)"],
            ["ALTER TABLE post ADD COLUMN extra int", "ALTER TABLE post DROP COLUMN extra"],
            ["CREATE INDEX spare ON flag (kind)", "DROP INDEX spare"],
            ["ALTER TABLE flag RENAME COLUMN kind TO sort", "ALTER TABLE flag RENAME COLUMN sort TO kind"],
            ["SELECT pg_tviews_refresh()"],
            ["SELECT pg_tviews_refresh('post')"],
            ["SELECT pg_tviews_install_stmt_triggers()"],
            ["TRUNCATE flag"],
            ["VACUUM FULL tv_post"],
            ["REINDEX TABLE tv_tally"],
        ]
        if full:
            self.works.append(["DROP VIEW v_totals", f"SELECT pg_tviews_create('totals', $${TOTALS}$$)"])

    def run(self) -> None:
        """Works until told to stop; waits at the gate when told to pause."""
        while not self.shared.ends():
            for sql in self.rng.choice(self.works):
                self.execute(sql)
            time.sleep(self.rng.random() * 0.05)

    def execute(self, sql: str) -> None:
        """Runs a statement, again when it was the victim of a deadlock with sessions that had read."""
        while not self.shared.stop.is_set():
            try:
                self.connection.execute(sql)
                self.shared.count(f"DDL {' '.join(sql.split()[:3])[:40]}")
                return
            except DeadlockDetected as error:
                self.shared.deadlock("DDL", error)
            except psycopg.Error as error:
                self.shared.problem(f"{error.sqlstate} {error} in {sql}")
                return


def check(connection: psycopg.Connection, columns_of: dict[str, list[str]]) -> list[str]:
    """The TVIEWs that differ from their views."""
    out = []
    for name, names in columns_of.items():
        row = connection.execute(oracle(name, names)).fetchone()
        if row is None or row[0] != 0:
            out.append(f"tv_{name}: {row and row[0]} rows differ")
    return out


def prepare(database: str, full: bool) -> tuple[str, dict[str, list[str]]]:
    """Creates the database with schema and TVIEWs; returns its conninfo and the columns per TVIEW."""
    with psycopg.connect("dbname=postgres", autocommit=True) as admin:
        for (gid, owner) in admin.execute("SELECT gid, database FROM pg_prepared_xacts WHERE database = %s", (database,)).fetchall():
            with psycopg.connect(f"dbname={owner}", autocommit=True) as other:
                other.execute(f"ROLLBACK PREPARED '{gid}'")
        admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {database} TEMPLATE template0")
    conninfo = f"dbname={database} options='-c jit=off -c client_min_messages=error -c statement_timeout=60s -c deadlock_timeout=200ms'"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_tviews")
        connection.execute(SCHEMA)
        for name, definition in views(full).items():
            connection.execute("SELECT pg_tviews_create(%s, %s)", (name, definition))
        found: dict[str, list[str]] = {}
        for entity, column in connection.execute(columns(list(views(full)))).fetchall():
            found.setdefault(entity, []).append(column)
    return conninfo, found


def main() -> int:
    """Parses the arguments, runs the phases, prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    parser.add_argument("--phase", type=float, default=4, help="seconds between two quiet points")
    parser.add_argument("--no-full", action="store_true", help="without the TVIEW that is maintained as a whole")
    parser.add_argument("--ddl", action="store_true", help="one more session that runs DDL")
    arguments = parser.parse_args()
    conninfo, columns_of = prepare("stress", not arguments.no_full)
    observer = psycopg.connect(conninfo, autocommit=True)
    shared = Shared(arguments.clients + arguments.ddl)
    readable = [name for name in columns_of if not arguments.ddl or name not in DROPPED]
    clients = [Client(n, arguments.seed, conninfo, shared, readable) for n in range(arguments.clients)]
    start = time.monotonic()
    sessions: list[threading.Thread] = list(clients)
    if arguments.ddl:
        sessions.append(Architect(arguments.seed, conninfo, shared, not arguments.no_full))
    for session in sessions:
        session.start()
    watcher = threading.Thread(target=waiting, args=(conninfo, shared), daemon=True)
    watcher.start()
    phases = 0
    while not shared.stop.is_set():
        shared.stop.wait(arguments.phase)
        last = time.monotonic() - start > arguments.seconds
        shared.pause.set()
        shared.gate.wait(timeout=120)
        phases += 1
        for text in check(observer, columns_of):
            shared.problem(f"divergence after phase {phases} ({'calm' if shared.calm else 'mixed'}): {text}")
        shared.calm = phases % 3 != 2
        if last:
            shared.stop.set()
        if not shared.stop.is_set():
            shared.pause.clear()
            shared.gate.wait(timeout=120)
    seconds = time.monotonic() - start
    total = sum(n for name, n in shared.counts.items() if name.startswith("committed"))
    counts = shared.counts
    samples = max(counts.pop("samples", 0), 1)
    divergences = sum(text.startswith("divergence") for text in shared.problems)
    print(f"seed {arguments.seed}, {arguments.clients} clients, {seconds:.0f} s, {phases} quiet points: {total} transactions ({total / seconds:.0f}/s)")
    print(f"divergences: {divergences}")
    print(f"deadlocks among transactions that had read no TVIEW: {counts.pop('40P01 without one', 0)}")
    print(f"deadlocks after a read in the middle of one: {counts.pop('40P01 after a read in the middle of a transaction', 0)}")
    for level in LEVELS:
        print(f"serialization failures at {level}: {counts.pop(f'40001 {level}', 0)}")
    for name in sorted(name for name in counts if name.startswith("waiting")):
        print(f"sessions {name}, on average: {counts.pop(name) / samples:.2f}")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    for text in shared.problems[:20]:
        print(f"PROBLEM {text}")
    print(f"problems: {len(shared.problems)}")
    return 1 if shared.problems else 0


if __name__ == "__main__":
    sys.exit(main())
