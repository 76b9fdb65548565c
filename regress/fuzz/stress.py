"""Stress: several sessions write at random to one schema with many TVIEWs; the oracle looks at quiet points.

Usage: stress.py [--seconds S] [--clients C] [--seed N]

In calm phases nobody reads a TVIEW before it commits and rows are written in a fixed order: there must be no deadlock.
In mixed phases some sessions do. At READ COMMITTED there must be no serialization failure in either.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import Counter
from random import Random

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure

from case import oracle
from readmodels import SCHEMA, Load, columns, views

LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


class Shared:
    """What clients and the conductor share."""

    def __init__(self, clients: int) -> None:
        self.pause = threading.Event()
        self.stop = threading.Event()
        self.calm = True
        self.gate = threading.Barrier(clients + 1)
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def count(self, name: str) -> None:
        """Adds one to a counter."""
        with self.lock:
            self.counts[name] += 1

    def problem(self, text: str) -> None:
        """Records what must not happen."""
        with self.lock:
            self.problems.append(text)
        self.stop.set()


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

    def run(self) -> None:
        """Transactions until told to stop; waits at the gate when told to pause."""
        while True:
            if self.shared.pause.is_set():
                self.shared.gate.wait()
                self.shared.gate.wait()
            if self.shared.stop.is_set():
                # Whoever stops by himself still has to meet the others at the gate.
                if not self.shared.pause.wait(0.1):
                    continue
                self.shared.gate.wait()
                return
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
                self.shared.count(f"40P01 {'calm' if self.shared.calm else 'mixed'}")
                if self.shared.calm:
                    self.shared.problem(f"deadlock in a calm phase ({level}): {error}")
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

    def transaction(self, level: str) -> None:
        """One transaction of up to four writes."""
        rng, execute = self.rng, self.connection.execute
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

    def read(self) -> None:
        """Reads a TVIEW: every key must be there once."""
        name = self.rng.choice(self.tviews)
        row = self.connection.execute(f"SELECT count(*) - count(DISTINCT pk_{name}) FROM tv_{name}").fetchone()
        if row is None or row[0] != 0:
            self.shared.problem(f"tv_{name} shows a key twice")


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
    arguments = parser.parse_args()
    conninfo, columns_of = prepare("stress", not arguments.no_full)
    observer = psycopg.connect(conninfo, autocommit=True)
    shared = Shared(arguments.clients)
    clients = [Client(n, arguments.seed, conninfo, shared, list(columns_of)) for n in range(arguments.clients)]
    start = time.monotonic()
    for client in clients:
        client.start()
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
    print(f"seed {arguments.seed}, {arguments.clients} clients, {seconds:.0f} s, {phases} quiet points: {total} transactions ({total / seconds:.0f}/s)")
    for name, count in sorted(shared.counts.items()):
        print(f"  {name}: {count}")
    for text in shared.problems[:20]:
        print(f"PROBLEM {text}")
    print(f"problems: {len(shared.problems)}")
    return 1 if shared.problems else 0


if __name__ == "__main__":
    sys.exit(main())
