"""A case (schema, definitions, transactions), how it is run against a server, and how it reads as a psql script."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field

import psycopg

EXPECTED_ERRORS = {
    "22": "data", "23": "integrity", "25": "transaction state", "3B": "savepoint", "40": "rollback", "21": "cardinality",
    "2B": "dependent objects", "0A": "not supported", "42": "names, after DDL that failed", "27": "triggered data change",
}


@dataclass
class Statement:
    """One statement. `copy` is the input of COPY FROM STDIN; a `check` must return a single zero; a `guarded` one
    runs in a savepoint of its own, so that its failure does not end the transaction."""

    sql: str
    copy: str | None = None
    check: bool = False
    guarded: bool = False

    def script(self) -> str:
        """The statement as a psql script has it."""
        text = self.sql + ";\n"
        if self.copy is not None:
            text += self.copy + "\\.\n"
        return f"\\set ON_ERROR_ROLLBACK on\n{text}\\set ON_ERROR_ROLLBACK off\n" if self.guarded else text


@dataclass
class View:
    """A definition: `tview` says whether it is created with pg_tviews_create() or as a plain view."""

    name: str
    definition: str
    tview: bool = True
    options: str = "{}"
    usual: bool = True
    features: frozenset[str] = frozenset()

    @property
    def create(self) -> str:
        """The statement that creates it."""
        if not self.tview:
            return f"CREATE VIEW {self.name} AS {self.definition}"
        return f"SELECT pg_tviews_create('{self.name}', $def${self.definition}$def$, '{self.options}')"


Transaction = list[Statement]


@dataclass
class Case:
    """Everything that is needed to repeat a failure."""

    ddl: list[str]
    views: list[View]
    transactions: list[Transaction]


@dataclass
class Failure(Exception):
    """What a case showed: `kind` is divergence, internal, unexpected, crash or hang."""

    kind: str
    detail: str
    transaction: int = -1

    def same(self, other: Failure) -> bool:
        """Whether both are of one kind, and the detail (an SQLSTATE in most cases) begins alike."""
        return self.kind == other.kind and (self.kind == "divergence" or self.detail[:5] == other.detail[:5])

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


@dataclass
class Outcome:
    """Counts of one run."""

    transactions: int = 0
    commits: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    incremental: int = 0
    full: int = 0
    # Definitions with a source that is patched; rows updated, and those of them whose document was patched.
    patched: int = 0
    rows_updated: int = 0
    rows_patched: int = 0
    usual: int = 0
    usual_incremental: int = 0
    features: Counter[str] = field(default_factory=Counter)
    incremental_features: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    invalid: int = 0
    refusals: list[str] = field(default_factory=list)
    # Reasons of strategy full: how many definitions have it, and the shortest of them.
    full_reasons: Counter[str] = field(default_factory=Counter)
    full_examples: dict[str, str] = field(default_factory=dict)

    def count(self, view: View, helpers: list[tuple[str, str]]) -> None:
        """Counts an accepted definition with the strategies and reasons of its sources."""
        reasons = {re.sub(r"^\S+ is not", "a key column is not", reason) for strategy, reason in helpers if strategy == "full"}
        self.incremental += not reasons
        self.full += bool(reasons)
        self.usual += view.usual
        self.usual_incremental += view.usual and not reasons
        self.features.update(view.features)
        if not reasons:
            self.incremental_features.update(view.features)
        for reason in reasons:
            reason = reason if view.usual else f"(declared full) {reason}"
            self.full_reasons[reason] += 1
            self.full_examples[reason] = min(self.full_examples.get(reason, view.definition), view.definition, key=len)


def oracle(name: str, columns: list[str]) -> str:
    """A query that counts the rows in which table and view differ, images compared."""
    row = f"ROW({', '.join('x.' + c for c in columns)})::text"
    table, view = f"SELECT {row} FROM tv_{name} x", f"SELECT {row} FROM v_{name} x"
    return f"SELECT (SELECT count(*) FROM ({table} EXCEPT ALL {view}) d) + (SELECT count(*) FROM ({view} EXCEPT ALL {table}) d)"


CHECK = "check:"


def check(name: str) -> Statement:
    """A check of one TVIEW in the middle of a transaction; its columns are known when it runs."""
    return Statement(CHECK + name, check=True)


class Runner:
    """Runs a case in a database of its own."""

    # Parts of messages of pg_tviews_create() that count as a refusal: bugs that are known and open.
    known: list[str] = []

    def __init__(self, conninfo: str, outcome: Outcome | None = None) -> None:
        self.session = psycopg.connect(conninfo, autocommit=True)
        self.observer = psycopg.connect(conninfo, autocommit=True)
        self.columns: dict[str, list[str]] = {}
        self.outcome = outcome or Outcome()

    def close(self) -> None:
        """Ends both sessions."""
        self.session.close()
        self.observer.close()

    def prepare(self, case: Case) -> None:
        """Creates the schema and the views. Raises Failure for an error that no user should see."""
        self.session.execute("; ".join(case.ddl))
        for view in case.views:
            self.create(view)

    def count(self) -> None:
        """Adds what the session has written to the outcome."""
        row = self.session.execute("SELECT coalesce(sum(rows_updated), 0), coalesce(sum(rows_patched), 0) FROM pg_tviews_statistics").fetchone()
        if row is not None:
            self.outcome.rows_updated += int(row[0])
            self.outcome.rows_patched += int(row[1])

    def sabotage(self) -> None:
        """Switches maintenance off for this session: what follows must be found to differ."""
        self.session.execute("SET session_replication_role = replica")

    def create(self, view: View) -> bool:
        """Creates one view or TVIEW; False when it was refused."""
        try:
            if not view.tview:
                self.session.execute(view.create)
                return True
            self.session.execute(f"CREATE VIEW probe AS {view.definition}")
            self.session.execute("DROP VIEW probe")
        except psycopg.OperationalError as error:
            raise Failure("crash", str(error)) from error
        except psycopg.Error as error:
            self.outcome.invalid += 1
            self.outcome.refusals.append(f"INVALID {error.sqlstate} {error} in {view.definition}")
            return False
        try:
            self.session.execute(view.create)
        except psycopg.Error as error:
            known = any(text in str(error) for text in self.known)
            if not known and (error.sqlstate is None or error.sqlstate[:2] in ("XX", "57", "42", "58")):
                raise Failure("internal" if error.sqlstate else "crash", f"create {view.name}: {error.sqlstate} {error}") from error
            self.outcome.refused += 1
            self.outcome.refusals.append(f"{error.sqlstate} {error} in {view.definition}")
            return False
        self._columns(view.name)
        helpers = self.session.execute("SELECT strategy, reason, patched FROM pg_tview_helpers WHERE entity = %s", (view.name,)).fetchall()
        self.outcome.count(view, [(strategy, reason) for strategy, reason, _ in helpers])
        self.outcome.patched += any(patched for _, _, patched in helpers)
        return True

    def _columns(self, name: str) -> None:
        rows = self.observer.execute(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum", (f"v_{name}",)).fetchall()
        self.columns[name] = [r[0] for r in rows]

    def run(self, transactions: list[Transaction]) -> None:
        """Runs the transactions, with the oracle after each. Raises Failure at the first problem."""
        for number, transaction in enumerate(transactions):
            self.run_transaction(transaction, number)

    def run_transaction(self, transaction: Transaction, number: int) -> None:
        """Runs one transaction and the oracle."""
        for statement in transaction:
            self._statement(statement, number)
        if self.session.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._statement(Statement("ROLLBACK"), number)
        self.outcome.transactions += 1
        self.verify(number)

    def _statement(self, statement: Statement, number: int) -> None:
        if not statement.guarded or self.session.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
            self._execute(statement, number)
            return
        self.session.execute("SAVEPOINT guard")
        if self._execute(statement, number):
            self.session.execute("RELEASE guard")
        else:
            self.session.execute("ROLLBACK TO guard; RELEASE guard")

    def _execute(self, statement: Statement, number: int) -> bool:
        sql = statement.sql
        if statement.check and sql.startswith(CHECK):
            name = sql.removeprefix(CHECK)
            if name not in self.columns:
                return True
            sql = oracle(name, self.columns[name])
        try:
            if statement.copy is not None:
                with self.session.cursor().copy(sql) as copy:
                    copy.write(statement.copy)
                return True
            cursor = self.session.execute(sql)
            if sql == "COMMIT" and cursor.statusmessage == "COMMIT":
                self.outcome.commits += 1
            if statement.check:
                row = cursor.fetchone()
                if row is None or row[0] != 0:
                    raise Failure("divergence", f"in the transaction: {row} rows differ after {sql[:300]}", number)
            return True
        except psycopg.Error as error:
            state = error.sqlstate
            if state is None:
                raise Failure("crash", f"{error} in {sql}", number) from error
            self.outcome.errors[state] = self.outcome.errors.get(state, 0) + 1
            if state.startswith("XX"):
                raise Failure("internal", f"{state} {error} in {sql}", number) from error
            if state == "57014":
                raise Failure("hang", f"{state} {error} in {sql}", number) from error
            if state == "42704" and " PREPARED " in sql or state == "25P01" or state == "55006":
                return False
            at_flush = sql.startswith(("COMMIT", "PREPARE TRANSACTION", "SELECT pg_tviews_flush")) or statement.check
            if at_flush and not (state in ("25P02", "23503") or "temporary objects" in str(error)):
                raise Failure("unexpected", f"{state} {error} in {sql}", number) from error
            if state[:2] not in EXPECTED_ERRORS:
                raise Failure("unexpected", f"{state} {error} in {sql}", number) from error
            return False

    def verify(self, number: int) -> None:
        """The oracle, in another session."""
        for name, columns in self.columns.items():
            row = self.observer.execute(oracle(name, columns)).fetchone()
            if row is None or row[0] != 0:
                raise Failure("divergence", f"tv_{name}: {row and row[0]} rows differ", number)


def script(case: Case, failure: Failure, header: str) -> str:
    """The case as a psql script that shows the difference after every transaction."""
    lines = [f"-- {header}", f"-- {failure.kind}: " + failure.detail.replace("\n", "\n-- "),
             "-- Run it with psql in an empty database: every query between table and view must give no row.",
             "\\set QUIET on", "SET client_min_messages = warning;", "CREATE EXTENSION pg_tviews;"]
    lines += [sql + ";" for sql in case.ddl]
    lines += [view.create + ";" for view in case.views]
    names = [view.name for view in case.views if view.tview]
    for transaction in case.transactions:
        lines.append("\\echo -- transaction")
        for statement in transaction:
            if statement.check and statement.sql.startswith(CHECK):
                lines += _difference(statement.sql.removeprefix(CHECK))
            else:
                lines.append(statement.script().rstrip("\n"))
        if transaction and transaction[0].sql.startswith("BEGIN") and not transaction[-1].sql.startswith(("COMMIT", "ROLLBACK")):
            lines.append("ROLLBACK;")
        for name in names:
            lines += _difference(name)
    return "\n".join(lines) + "\n"


def _difference(name: str) -> list[str]:
    table = f"SELECT to_jsonb(x) - 'updated_at' FROM tv_{name} x"
    view = f"SELECT to_jsonb(x) - 'updated_at' FROM v_{name} x"
    return [f"SELECT 'only in tv_{name}' AS side, d.* FROM ({table} EXCEPT ALL {view}) d UNION ALL"
            f" SELECT 'only in v_{name}', d.* FROM ({view} EXCEPT ALL {table}) d;"]


class Databases:
    """Creates databases from a template that has the extension."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.template = f"{prefix}_template"
        self.admin = psycopg.connect("dbname=postgres", autocommit=True)
        self.renew()

    def renew(self) -> None:
        """Makes the template anew, so that it holds the extension as it is installed now."""
        self.admin.execute(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)")
        self.admin.execute(f"CREATE DATABASE {self.template} TEMPLATE template0")
        with psycopg.connect(f"dbname={self.template}", autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pg_tviews")

    def fresh(self) -> str:
        """An empty database with the extension; the previous one is dropped. Returns its conninfo."""
        name = f"{self.prefix}_case"
        self._forget_prepared(name)
        self.admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return f"dbname={name} options='-c jit=off -c client_min_messages=error -c statement_timeout=20s'"

    def _forget_prepared(self, name: str) -> None:
        rows = self.admin.execute("SELECT gid FROM pg_prepared_xacts WHERE database = %s", (name,)).fetchall()
        if rows:
            with psycopg.connect(f"dbname={name}", autocommit=True) as connection:
                for (gid,) in rows:
                    connection.execute(f"ROLLBACK PREPARED '{gid}'")

    def reconnect(self) -> None:
        """Waits for the server to come back after a crash."""
        for _ in range(100):
            try:
                self.admin = psycopg.connect("dbname=postgres", autocommit=True)
                return
            except psycopg.OperationalError:
                time.sleep(0.2)
        raise SystemExit("the server does not come back")
