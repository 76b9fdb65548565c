"""Makes a failing case smaller: fewer transactions, statements, views, tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg

from case import Case, Databases, Failure, Outcome, Runner, Transaction

T = TypeVar("T")


def _fails(case: Case, wanted: Failure, databases: Databases) -> Failure | None:
    """The failure of the case when it is like the one wanted."""
    try:
        runner = Runner(databases.fresh(), Outcome())
    except psycopg.OperationalError:
        databases.reconnect()
        return None
    try:
        for sql in case.ddl:
            try:
                runner.session.execute(sql)
            except psycopg.Error:
                continue
        for view in case.views:
            runner.create(view)
        runner.run(case.transactions)
    except Failure as failure:
        if failure.kind == "crash":
            databases.reconnect()
        return failure if failure.same(wanted) else None
    except psycopg.Error:
        return None
    finally:
        runner.close()
    return None


def minimise(items: Sequence[T], holds: Callable[[list[T]], bool], deadline: float) -> list[T]:
    """Drops chunks of items, large ones first, as long as `holds` holds for the rest."""
    current = list(items)
    size = max(1, len(current) // 2)
    while True:
        position = 0
        removed = False
        while position < len(current) and time.monotonic() < deadline:
            candidate = current[:position] + current[position + size:]
            if holds(candidate):
                current, removed = candidate, True
            else:
                position += size
        if time.monotonic() >= deadline or (size == 1 and not removed):
            return current
        size = max(1, size // 2)


def shrink(case: Case, failure: Failure, databases: Databases, seconds: float = 60) -> tuple[Case, Failure]:
    """The smallest case found in that time which still fails in the same way."""
    deadline = time.monotonic() + seconds
    best, last = case, failure
    if failure.transaction >= 0:
        best = Case(case.ddl, case.views, case.transactions[:failure.transaction + 1])

    def attempt(candidate: Case) -> bool:
        nonlocal best, last
        found = _fails(candidate, failure, databases)
        if found is not None:
            best, last = candidate, found
        return found is not None

    if not attempt(best):
        return case, failure
    minimise(best.transactions, lambda x: attempt(Case(best.ddl, best.views, x)), deadline)
    minimise(best.views, lambda x: attempt(Case(best.ddl, x, best.transactions)), deadline)
    for index in range(len(best.transactions)):
        def with_statements(statements: Transaction, index: int = index) -> bool:
            rest = list(best.transactions)
            rest[index] = statements
            return attempt(Case(best.ddl, best.views, rest))
        minimise(best.transactions[index], with_statements, deadline)
    minimise(best.ddl, lambda x: attempt(Case(x, best.views, best.transactions)), deadline)
    return best, last
