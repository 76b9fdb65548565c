"""Crash test: load, then a killed backend or an immediate stop; afterwards nothing is lost and every TVIEW is true.

Usage: crash.py --directory DIR [--rounds N] [--seed N]

DIR is a throwaway server of scripts/server.sh, which this stops and starts; PGHOST, PGPORT and PGUSER name the same one.
Every client keeps a ledger: each of its transactions writes a row of its own with a number. What was acknowledged must be
there after recovery, what was rolled back must not; a COMMIT without an answer may be either.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

import psycopg

from readmodels import Load
from stress import LEVELS, check, prepare

SERVER = Path(__file__).resolve().parents[2] / "scripts" / "server.sh"


class Writer(threading.Thread):
    """One session that writes until its connection breaks."""

    def __init__(self, number: int, seed: int, conninfo: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.rng = Random(seed)
        self.load = Load(self.rng, number)
        self.conninfo = conninfo
        self.stop = stop
        self.acknowledged: set[int] = set()
        self.refused: set[int] = set()
        self.prepared: dict[str, int] = {}
        self.uncertain: set[int] = set()
        self.errors: Counter[str] = Counter()
        self.serial = 0
        self.problem: str | None = None

    def run(self) -> None:
        """Transactions until the connection breaks."""
        connection = psycopg.connect(self.conninfo, autocommit=True)
        while not self.stop.is_set():
            self.serial += 1
            entry = self.number * 1_000_000 + self.serial
            self.uncertain.add(entry)
            try:
                self.transaction(connection, entry)
            except psycopg.Error as error:
                if error.sqlstate is None or error.sqlstate.startswith("57") or connection.closed:
                    return
                self.errors[error.sqlstate] += 1
                if error.sqlstate[:2] not in ("23", "40"):
                    self.problem = f"{error.sqlstate} {error}"
                connection.execute("ROLLBACK")
                self.uncertain.discard(entry)
                self.refused.add(entry)

    def transaction(self, connection: psycopg.Connection, entry: int) -> None:
        """Some writes and a row of the ledger, committed, prepared or rolled back."""
        rng, execute = self.rng, connection.execute
        execute(f"BEGIN ISOLATION LEVEL {rng.choice(LEVELS)}")
        for sql in self.load.writes(rng.randint(1, 4)):
            execute(sql)
        execute(f"INSERT INTO note VALUES ({1_000_000_000 + entry}, {rng.randint(1, 40)}, {rng.randint(1, 12)}, 'ledger')")
        if rng.random() < 0.1:
            execute("ROLLBACK")
            self.refused.add(entry)
        elif rng.random() < 0.15 and len(self.prepared) < 2:
            gid = f"crash_{self.number}_{self.serial}"
            execute(f"PREPARE TRANSACTION '{gid}'")
            self.prepared[gid] = entry
            if rng.random() < 0.5:
                # Left for the recovery now and then: its locks make the others wait meanwhile.
                time.sleep(rng.random() * 0.05)
            if rng.random() < 0.97:
                execute(f"COMMIT PREPARED '{gid}'")
                del self.prepared[gid]
                self.acknowledged.add(entry)
        else:
            execute("COMMIT")
            self.acknowledged.add(entry)
        self.uncertain.discard(entry)


def server(directory: str, *words: str) -> None:
    """Runs scripts/server.sh."""
    subprocess.run([str(SERVER), words[0], directory, *words[1:]], check=True)


def wait_for_server(conninfo: str) -> psycopg.Connection:
    """A connection as soon as the server accepts one."""
    for _ in range(300):
        try:
            return psycopg.connect(conninfo, autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise SystemExit("the server does not come back")


def ledger(connection: psycopg.Connection) -> set[int]:
    """The entries that are there."""
    return {i - 1_000_000_000 for (i,) in connection.execute("SELECT id FROM note WHERE id >= 1000000000").fetchall()}


def crash(directory: str, observer: psycopg.Connection, writers: list[Writer], rng: Random) -> str:
    """Interrupts the server while it is busy; returns how."""
    if rng.random() < 0.5:
        server(directory, "stop", "immediate")
        server(directory, "start")
        return "immediate stop"
    rows = observer.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'crash' AND pid <> pg_backend_pid() AND state <> 'idle'").fetchall()
    pids = [p for (p,) in rows] or [observer.info.backend_pid]
    os.kill(rng.choice(pids), signal.SIGKILL)
    for writer in writers:
        writer.stop.set()
    return "kill -9 of a backend"


def round_of(number: int, directory: str, seed: int, clients: int, conninfo: str, columns_of: dict[str, list[str]]) -> tuple[list[str], str]:
    """Load, crash, recovery, checks. Returns the problems and a line to print."""
    rng = Random(seed * 100 + number)
    problems: list[str] = []
    stop = threading.Event()
    observer = psycopg.connect(conninfo, autocommit=True)
    writers = [Writer(number * 100 + n + 1, seed * 10_000 + number * 100 + n, conninfo, stop) for n in range(clients)]
    for writer in writers:
        writer.start()
    time.sleep(0.5 + rng.random() * 2)
    how = crash(directory, observer, writers, rng)
    for writer in writers:
        writer.join(timeout=60)
        if writer.is_alive():
            problems.append("a client hangs")
        if writer.problem:
            problems.append(writer.problem)
    connection = wait_for_server(conninfo)
    problems += [f"after recovery ({how}): {text}" for text in check(connection, columns_of)]
    there = ledger(connection)
    gids = {g for (g,) in connection.execute("SELECT gid FROM pg_prepared_xacts WHERE database = 'crash'").fetchall()}
    expected: dict[str, int] = {gid: entry for w in writers for gid, entry in w.prepared.items()}
    for writer in writers:
        entries = set(writer.prepared.values())
        lost = writer.acknowledged - there
        risen = (writer.refused - entries) & there
        if lost:
            problems.append(f"acknowledged and gone: {sorted(lost)}")
        if risen:
            problems.append(f"rolled back and there: {sorted(risen)}")
    for gid in sorted(gids):
        commit = rng.random() < 0.6
        connection.execute(f"{'COMMIT' if commit else 'ROLLBACK'} PREPARED '{gid}'")
        problems += [f"after {'COMMIT' if commit else 'ROLLBACK'} PREPARED: {text}" for text in check(connection, columns_of)]
        if gid in expected and (expected[gid] in ledger(connection)) != commit:
            problems.append(f"prepared transaction {gid} is not what it was told to be")
    committed = sum(len(w.acknowledged) for w in writers)
    for gid, entry in expected.items():
        if gid not in gids and entry not in there:
            problems.append(f"prepared transaction {gid} is gone")
    problems += [f"{check_row}" for check_row in connection.execute("SELECT check_name, details FROM pg_tviews_health_check() WHERE status = 'ERROR'").fetchall()]
    return problems, f"round {number}: {how}, {committed} acknowledged, {len(gids)} prepared, {sum(len(w.uncertain) for w in writers)} uncertain"


def main() -> int:
    """Parses the arguments and runs the rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--directory", required=True, help="the directory of the throwaway server")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000)
    arguments = parser.parse_args()
    conninfo, columns_of = prepare("crash", True)
    print(f"seed {arguments.seed}")
    failures = 0
    for number in range(1, arguments.rounds + 1):
        problems, line = round_of(number, arguments.directory, arguments.seed, arguments.clients, conninfo, columns_of)
        print(line, flush=True)
        for text in problems:
            print(f"PROBLEM {text}", flush=True)
        failures += bool(problems)
    print(f"rounds: {arguments.rounds}, failed: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
