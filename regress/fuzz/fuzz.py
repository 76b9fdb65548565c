"""Differential fuzzer: random schemas, definitions and transactions against a real server.

Usage: fuzz.py [--seed N] [--seconds S] [--transactions T] [--cases C]

The server is the one of PGHOST, PGPORT and PGUSER. After every transaction every TVIEW must equal its view. A failure is
shrunk and written to regress/fuzz/failures/ as a psql script; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import psycopg

from case import Case, Databases, Failure, Outcome, Runner, script
from grammar import Grammar
from model import random_schema
from shrink import shrink
from writes import Writer


def run_case(seed: int, transactions: int, databases: Databases, outcome: Outcome, sabotage: bool = False) -> tuple[Case, Failure] | None:
    """One schema with its views and transactions. Returns the case with what went wrong."""
    rng = Random(seed)
    schema = random_schema(rng)
    case = Case(schema.ddl, [], [])
    grammar = Grammar(rng, schema.tables)
    runner = Runner(databases.fresh(), outcome)
    try:
        runner.prepare(case)
        tviews: list[str] = []
        for _ in range(rng.randint(3, 8)):
            built = grammar.plain_view() if rng.random() < 0.15 else grammar.definition()
            if built is None:
                continue
            case.views.append(built.view)
            if runner.create(built.view):
                grammar.relations += built.relations
                if built.view.tview:
                    tviews.append(built.view.name)
            else:
                case.views.pop()
        runner.verify(-1)
        if sabotage:
            runner.sabotage()
        writer = Writer(rng, schema.tables, tviews)
        writer.definitions = [v for v in case.views if v.tview]
        for number in range(transactions):
            case.transactions.append(writer.alter() if rng.random() < 0.02 else writer.transaction())
            runner.run_transaction(case.transactions[-1], number)
        runner.count()
    except Failure as failure:
        return case, failure
    finally:
        runner.close()
    return None


def share(part: int, whole: int) -> str:
    """A percentage."""
    return f"{100 * part / max(whole, 1):.1f} %"


def reasons(outcome: Outcome) -> None:
    """Why definitions are maintained as a whole, most frequent first, with the shortest definition of each."""
    for feature, count in sorted(outcome.features.items()):
        print(f"feature {feature}: {outcome.incremental_features[feature]} of {count} definitions wholly incremental")
    for reason, count in outcome.full_reasons.most_common():
        print(f"full {count} x {reason}\n    {outcome.full_examples[reason]}")


def report(outcome: Outcome, cases: int, first: int, seconds: float, failures: int) -> None:
    """The statistics."""
    accepted, declared = outcome.incremental + outcome.full, outcome.incremental + outcome.full - outcome.usual
    print(f"definitions: {accepted} accepted, {outcome.incremental} of them wholly incremental ({share(outcome.incremental, accepted)}),"
          f" {outcome.full} with a source that is full; {outcome.refused} refused, {outcome.invalid} not SQL")
    print(f"  ordinary: {outcome.usual_incremental} of {outcome.usual} wholly incremental ({share(outcome.usual_incremental, outcome.usual)});"
          f" with a feature that is declared full: {outcome.incremental - outcome.usual_incremental} of {declared}"
          f" ({share(outcome.incremental - outcome.usual_incremental, declared)})")
    print(f"  patched: {outcome.patched} definitions, {outcome.rows_patched} of {outcome.rows_updated} rows updated")
    print(f"transactions: {outcome.transactions}, of which {outcome.commits} by an explicit COMMIT")
    print(f"errors by SQLSTATE: {dict(sorted(outcome.errors.items()))}")
    print(f"failures: {failures}")


def main() -> int:
    """Parses the arguments and runs cases until the time is over or one fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--transactions", type=int, default=60, help="transactions per case")
    parser.add_argument("--cases", type=int, default=None, help="stop after so many cases")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the first failure")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--self-test", action="store_true", help="switch maintenance off: every case must then fail")
    parser.add_argument("--verbose", action="store_true", help="print refusals and the reasons of strategy full")
    parser.add_argument("--known", action="append", default=[], metavar="TEXT", help="count errors of create with this text as refusals")
    arguments = parser.parse_args()
    Runner.known = arguments.known
    first = arguments.seed if arguments.seed is not None else int(time.time()) % 1_000_000
    databases = Databases("fuzz")
    outcome = Outcome()
    start = time.monotonic()
    cases = failures = 0
    while (time.monotonic() - start < arguments.seconds) if arguments.cases is None else cases < arguments.cases:
        seed = first + cases
        cases += 1
        found = run_case(seed, arguments.transactions, databases, outcome, arguments.self_test)
        if arguments.self_test:
            failures += found is None
            if found is None:
                print(f"seed {seed}: nothing was found with maintenance off")
            continue
        if found is None:
            continue
        failures += 1
        case, failure = found
        print(f"seed {seed}: {failure}", flush=True)
        if failure.kind == "crash":
            databases.reconnect()
        if not arguments.no_shrink:
            case, failure = shrink(case, failure, databases)
        folder = Path(__file__).parent / "failures"
        folder.mkdir(exist_ok=True)
        path = folder / f"seed-{seed}.sql"
        path.write_text(script(case, failure, f"fuzz.py --seed {seed} --cases 1 --transactions {arguments.transactions}"))
        print(f"  shrunk: {failure}\n  written to {path}", flush=True)
        if not arguments.keep_going:
            break
    report(outcome, cases, first, time.monotonic() - start, failures)
    if arguments.verbose:
        for text, count in Counter(outcome.refusals).most_common():
            print("refused", count, text)
        reasons(outcome)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except psycopg.OperationalError as error:
        sys.exit(f"no server: {error}")
