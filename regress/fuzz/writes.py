"""Random transactions over a schema."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from case import Statement, Transaction, View, check
from model import DOMAIN, Column, ForeignKey, Table, data_literal

ISOLATION = ["", " ISOLATION LEVEL READ COMMITTED", " ISOLATION LEVEL REPEATABLE READ", " ISOLATION LEVEL SERIALIZABLE"]


class Writer:
    """Makes statements and transactions; the same generator state gives the same ones."""

    def __init__(self, rng: Random, tables: list[Table], tviews: list[str], prefix: str = "g", domain: int = DOMAIN) -> None:
        self.domain = domain
        # Set for races: fewer statements that fail, more flushes that are not yet committed.
        self.racing = False
        # Single rows only.
        self.simple = False
        self.streams = True
        self.definitions: list[View] = []
        self.truncates = True
        self.rng = rng
        self.tables = tables
        self.tviews = tviews
        self.prefix = prefix
        self.serial = 0
        self.cursors = 0

    # Values -------------------------------------------------------------------------------------------

    def _number(self, table: Table, column: Column, into: str = "") -> int:
        top = DOMAIN if table.kind == 'inherited' else self.domain
        if table.kind == "inherited" and column in table.key:
            return self.rng.randint(top + 1, top + 4) if into in table.parts else self.rng.randint(1, top)
        return self.rng.randint(1, 2) if column in table.key[1:] or column.part else self.rng.randint(1, top)

    def _value(self, table: Table, column: Column, into: str = "") -> str:
        if column in table.key:
            return column.literal(self._number(table, column, into), self.rng.randrange(3))
        if column.ref is not None:
            if column.nullable and self.rng.random() < 0.15:
                return "NULL"
            return column.literal(self._number(table, column), self.rng.randrange(3))
        return data_literal(self.rng, column)

    def _row(self, table: Table, into: str = "") -> str:
        return "(" + ", ".join(self._value(table, c, into) for c in table.columns) + ")"

    def _where(self, table: Table) -> str:
        column = self.rng.choice(table.key[:1] * 3 + [c for c in table.columns if c.ref] + [c for c in table.columns if c.family == "n"])
        if column.family == "n":
            return self.rng.choice([f"{column.name} = {self.rng.randint(0, 6)}", f"{column.name} < {self.rng.randint(1, 4)}", f"{column.name} IS NULL"])
        first, second = (self._number(table, column, self.rng.choice([table.name, *table.parts])) for _ in "ab")
        name = column.name
        return self.rng.choice([f"{name} = {column.literal(first)}"] * 3
                               + [f"{name} IN ({column.literal(first)}, {column.literal(second)})",
                                  f"{name} >= {column.literal(first)}"])

    def _name(self, table: Table) -> str:
        rng = self.rng
        if table.parts and rng.random() < 0.35:
            return rng.choice(table.parts)
        if table.kind == "inherited" and rng.random() < 0.2:
            return f"ONLY {table.name}"
        return table.name

    def _assignments(self, table: Table) -> str:
        rng = self.rng
        kind = rng.choices(["data", "link", "both", "unused", "key"], [5, 5, 2, 1, 0.2 if self.racing else 1])[0]
        if kind == "key" and table.kind == "inherited":
            kind = "data"
        parts: list[str] = []
        if kind == "unused":
            return f"{table.named('u')} = " + rng.choice(["'a'", "'b'", "'d'", "NULL"])
        if kind == "key":
            return f"{table.key[0].name} = {self._value(table, table.key[0])}"
        if kind in ("link", "both") and table.foreign_keys:
            fk: ForeignKey = rng.choice(table.foreign_keys)
            parts += [f"{c.name} = {self._value(table, c)}" for c in fk.columns if c not in table.key]
        if kind in ("data", "both") or not parts:
            for column in rng.sample([c for c in table.data if c.family != "u"], rng.randint(1, 2)):
                if column.family == "n" and rng.random() < 0.4:
                    parts.append(f"{column.name} = {column.name} + 1")
                else:
                    parts.append(f"{column.name} = {data_literal(rng, column)}")
        return ", ".join(dict.fromkeys(parts))

    # Statements ---------------------------------------------------------------------------------------

    def insert(self, table: Table) -> Statement:
        """Rows by value, some with ON CONFLICT."""
        rng = self.rng
        into = rng.choice([table.name, table.name, *table.parts])
        rows = ", ".join(self._row(table, into) for _ in range(rng.choice([1, 1, 1, 2, 4])))
        names = ", ".join(c.name for c in table.columns)
        sql = f"INSERT INTO {into} ({names}) VALUES {rows}"
        action = rng.random()
        key = ", ".join(c.name for c in table.key)
        if action < 0.4 or self.racing and action < 0.9:
            sql += " ON CONFLICT DO NOTHING"
        elif action < 0.6 and table.kind != "inherited" and rows.count("), (") == 0:
            sql += f" ON CONFLICT ({key}) DO UPDATE SET {self._conflict(table)}"
        return Statement(sql)

    def _conflict(self, table: Table) -> str:
        columns = [c for c in table.columns if c not in table.key]
        return ", ".join(f"{c.name} = excluded.{c.name}" for c in self.rng.sample(columns, min(2, len(columns))))

    def bulk(self, table: Table) -> Statement:
        """Many rows from generate_series."""
        names: list[str] = []
        values: list[str] = []
        for column in table.columns:
            names.append(column.name)
            if column in table.key:
                values.append(column.value("g" if column is table.key[0] else "1 + g % 2"))
            elif column.ref is not None:
                values.append(column.value(f"1 + (g * {self.rng.randint(1, 5)}) % {2 if column.part else DOMAIN}"))
            else:
                values.append(f"{data_literal(self.rng, column)}::{column.type}")
        return Statement(f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)}"
                         f" FROM generate_series(1, {DOMAIN}) g ON CONFLICT DO NOTHING")

    def update(self, table: Table) -> Statement:
        """One or more rows, also joined to another table."""
        name = self._name(table)
        if self.rng.random() < 0.12 and table.foreign_keys and not self.racing:
            fk = self.rng.choice(table.foreign_keys)
            if fk.target is not table and not any(c.textual for c in fk.columns):
                on = " AND ".join(f"x.{c.name} = y.{k.name}" for c, k in zip(fk.columns, fk.target.key, strict=True))
                return Statement(f"UPDATE {name} x SET {table.named('n')} = coalesce(y.{fk.target.named('n')}, 0) + 1 FROM {fk.target.name} y WHERE {on}")
        where = "" if self.rng.random() < 0.07 else f" WHERE {self._where(table)}"
        return Statement(f"UPDATE {name} SET {self._assignments(table)}{where}")

    def delete(self, table: Table) -> Statement:
        """Some rows."""
        return Statement(f"DELETE FROM {self._name(table)} WHERE {self._where(table)}")

    def merge(self, table: Table) -> Statement:
        """Update, delete and insert at once."""
        if table.kind != "plain":
            return self.update(table)
        rng = self.rng
        names = [c.name for c in table.columns]
        rows: dict[str, str] = {}
        for _ in range(rng.randint(1, 4)):
            values = [f"{self._value(table, c)}::{c.type}" for c in table.columns]
            rows[values[0]] = f"({', '.join(values)})"
        on = " AND ".join(f"x.{c.name} = y.{c.name}" for c in table.key)
        settable = [c for c in table.columns if c not in table.key]
        assigned = ", ".join(f"{c.name} = y.{c.name}" for c in rng.sample(settable, min(len(settable), 2)))
        matched = rng.choice([f"WHEN MATCHED AND x.{table.named('n')} > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET {assigned}",
                              f"WHEN MATCHED THEN UPDATE SET {assigned}", "WHEN MATCHED THEN DO NOTHING"])
        return Statement(f"MERGE INTO {table.name} x USING (VALUES {', '.join(rows.values())}) y ({', '.join(names)}) ON {on} {matched}"
                         f" WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({', '.join('y.' + n for n in names)})")

    def copy(self, table: Table) -> Statement:
        """COPY FROM STDIN."""
        into = self.rng.choice([table.name, *table.parts])
        lines = []
        for _ in range(self.rng.randint(1, 3)):
            cells = []
            for column in table.columns:
                value = self._value(table, column, into)
                cells.append("\\N" if value == "NULL" else value.strip("'").replace("''", "'").replace("\\", "\\\\"))
            lines.append("\t".join(cells) + "\n")
        return Statement(f"COPY {into} ({', '.join(c.name for c in table.columns)}) FROM STDIN", "".join(lines))

    def truncate(self, table: Table) -> Statement:
        """TRUNCATE with whatever refers to it."""
        name = self.rng.choice([table.name, *table.parts])
        return Statement(f"TRUNCATE {name} CASCADE")

    def writable_cte(self, table: Table) -> Statement:
        """Two or three writes in one statement."""
        rng = self.rng
        parts = []
        used: set[str] = set()
        for number in range(rng.randint(1, 2)):
            other = rng.choice(self.tables)
            if other.name in used or other is table:
                continue
            used.add(other.name)
            inner = rng.choice([self.update, self.delete, self.insert])(other).sql
            parts.append(f"w{number} AS ({inner} RETURNING 1)")
        main = rng.choice([self.update, self.delete, self.insert])(table).sql
        return Statement(f"WITH {', '.join(parts)} {main}" if parts else main)

    def block(self, table: Table) -> Statement:
        """PL/pgSQL with a subtransaction that may fail."""
        rng = self.rng
        inner = self.write(rng.choice(self.tables), plain=True).sql
        other = self.write(table, plain=True).sql
        fail = rng.choice(["PERFORM 1 / 0;", "", ""])
        peek = f"PERFORM count(*) FROM tv_{rng.choice(self.tviews)};" if self.tviews and rng.random() < 0.4 else ""
        return Statement(f"DO $do$ BEGIN BEGIN {inner}; {peek} {fail} EXCEPTION WHEN OTHERS THEN NULL; END;"
                         f" {peek} BEGIN {other}; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END; END $do$")

    def write(self, table: Table, plain: bool = False) -> Statement:
        """A random write; `plain` ones fit into PL/pgSQL."""
        kinds = [self.insert, self.update, self.delete, self.bulk, self.merge, self.writable_cte]
        weights = [25.0, 40, 14, 3, 5, 4]
        if self.simple:
            weights = [20, 55, 15, 0, 0, 0]
        elif not plain:
            kinds += [self.copy, self.truncate, self.block]
            weights += [4 * self.streams, 1.2 * self.truncates, 3]
        return self.rng.choices(kinds, weights)[0](table)

    # Reads --------------------------------------------------------------------------------------------

    def read(self) -> Statement:
        """A read of a TVIEW in the middle of a transaction; the last statement of it is a check."""
        name = self.rng.choice(self.tviews)
        self.cursors += 1
        return self.rng.choice([check(name)] * 5 + [Statement(f"SELECT * FROM tv_{name}"), Statement("SELECT pg_tviews_flush()"),
                                                    Statement(f"DO $do$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tv_{name} LOOP NULL; END LOOP; END $do$"),
                                                    Statement(f"DECLARE c{self.cursors} CURSOR FOR SELECT * FROM tv_{name}")])

    # DDL and other operations with pending changes around them ----------------------------------------------

    def maneuver(self) -> list[Statement]:
        """A few statements that belong together."""
        rng = self.rng
        table = rng.choice(self.tables)
        name = rng.choice(self.tviews)
        key = table.key[0]
        column = rng.choice(table.data)
        plain = self.write(table, plain=True)
        part = rng.choice(table.parts) if table.parts else table.name
        view = next((v for v in self.definitions if v.name == name), None)
        self.cursors += 1
        mark = f"m{self.cursors}"
        options: list[list[str | Statement]] = [
            # Renames with pending changes.
            [plain, f"ALTER TABLE {table.name} RENAME COLUMN {column.name} TO {mark}", f"UPDATE {table.name} SET {mark} = {mark}",
             self.read(), f"ALTER TABLE {table.name} RENAME COLUMN {mark} TO {column.name}"],
            [plain, f"ALTER TABLE {table.name} RENAME TO {mark}", f"DELETE FROM {mark} WHERE {self._where(table)}",
             f"ALTER TABLE {mark} RENAME TO {table.name}", self.read()],
            [f"SAVEPOINT {mark}", f"ALTER TABLE {table.name} ADD COLUMN {mark} integer DEFAULT 1", plain, f"UPDATE {table.name} SET {mark} = 2",
             self.read(), rng.choice([f"ROLLBACK TO {mark}", f"RELEASE {mark}"])],
            [f"SAVEPOINT {mark}", f"ALTER TABLE {table.name} RENAME COLUMN {column.name} TO {mark}x", self.read(), f"ROLLBACK TO {mark}", plain],
            # Reads of TVIEWs by statements that write.
            [plain, f"UPDATE {table.name} SET {table.named('n')} = (SELECT count(*) FROM tv_{name}) WHERE {self._where(table)}"],
            [plain, f"DELETE FROM {table.name} WHERE {self._where(table)} AND EXISTS (SELECT FROM tv_{name})"],
            # Prepared statements, functions and copies that read.
            [f"PREPARE {mark} AS SELECT count(*) FROM tv_{name}", f"EXECUTE {mark}", plain, f"EXECUTE {mark}", check(name), f"DEALLOCATE {mark}"],
            [plain, f"COPY (SELECT * FROM tv_{name}) TO '/dev/null'", check(name)],
            [plain, f"COPY tv_{name} TO '/dev/null'", check(name)],
            [plain, f"CREATE TEMP TABLE {mark} ON COMMIT DROP AS SELECT * FROM tv_{name}", check(name)],
            [plain, f"DECLARE {mark} CURSOR FOR SELECT * FROM tv_{name}", f"FETCH 1 FROM {mark}", self.write(table, plain=True), check(name), f"FETCH ALL FROM {mark}"],
            # The queue by hand.
            [plain, f"SELECT pg_tviews_refresh('{name}')", self.write(table, plain=True), check(name)],
            [f"SELECT pg_tviews_cascade('{table.name}'::regclass, {key.literal(1)}::text)", plain],
            [plain, "SET CONSTRAINTS ALL IMMEDIATE", check(name)],
            [plain, f"ALTER TABLE {table.name} ALTER COLUMN {table.named('s')} SET STATISTICS 10", self.write(table, plain=True)],
            [plain, f"TRUNCATE {part}", self.write(table, plain=True), self.read()],
        ]
        if view is not None:
            options += [
                [plain, f"SELECT pg_tviews_drop('{name}')", self.write(table, plain=True), view.create, self.write(table, plain=True), check(name)],
                [f"SAVEPOINT {mark}", plain, f"SELECT pg_tviews_drop('{name}')", self.write(table, plain=True), f"ROLLBACK TO {mark}",
                 self.write(table, plain=True), check(name)],
                [f"SAVEPOINT {mark}", plain, view.create.replace(f"'{name}'", f"'{name}_{mark}'", 1).replace(f"pk_{name}", f"pk_{name}_{mark}"),
                 self.write(table, plain=True), f"SELECT count(*) FROM tv_{name}_{mark}", f"ROLLBACK TO {mark}", check(name)],
            ]
        if table.kind == "partitioned":
            options += [
                [f"CREATE TABLE {mark} (LIKE {table.name})", plain, f"INSERT INTO {mark} SELECT * FROM {table.name}", f"DROP TABLE {mark}"],
                [plain, f"ALTER TABLE {part} RENAME TO {mark}", f"UPDATE {mark} SET {table.named('n')} = 5", f"ALTER TABLE {mark} RENAME TO {part}", check(name)],
                [f"SAVEPOINT {mark}", plain, f"ALTER TABLE {table.name} DETACH PARTITION {part}", f"UPDATE {part} SET {table.named('n')} = 4",
                 self.read(), f"DELETE FROM {table.name} WHERE {self._where(table)}", check(name), rng.choice([f"ROLLBACK TO {mark}", "ROLLBACK"]), self.write(table, plain=True)],
            ]
        elif table.kind == "inherited":
            options.append([f"SAVEPOINT {mark}", plain, f"ALTER TABLE {part} NO INHERIT {table.name}", f"UPDATE {part} SET {table.named('n')} = 4",
                            self.read(), check(name), rng.choice([f"ROLLBACK TO {mark}", "ROLLBACK"]), self.write(table, plain=True)])
        return [Statement(s) if isinstance(s, str) else s for s in rng.choice(options)]

    # Transactions -------------------------------------------------------------------------------------

    def transaction(self, size: int = 6) -> Transaction:
        """A transaction of a few writes, in one of many shapes."""
        rng = self.rng
        self.serial += 1
        if rng.random() < (0.08 if self.racing else 0.25):
            return [self.write(rng.choice(self.tables))]
        protect = rng.random() < 0.75
        level = rng.choice(ISOLATION)
        out = [Statement("BEGIN" + level)]
        stack: list[str] = []
        names = 0
        for _ in range(rng.randint(1, size)):
            names += 1
            if protect:
                out.append(replace(self.write(rng.choice(self.tables)), guarded=True))
            else:
                out.append(self.write(rng.choice(self.tables)))
            action = rng.random()
            if action < 0.12:
                stack.append(f"s{names}")
                out.append(Statement(f"SAVEPOINT s{names}"))
            elif action < 0.22 and stack:
                at = rng.randrange(len(stack))
                out.append(Statement(f"ROLLBACK TO {stack[at]}"))
                del stack[at + 1:]
            elif action < 0.28 and stack:
                at = rng.randrange(len(stack))
                out.append(Statement(f"RELEASE {stack[at]}"))
                del stack[at:]
            if self.tviews and rng.random() < 0.18:
                out.append(self.read())
            if self.definitions and rng.random() < 0.06:
                out += self.maneuver()
        ending = rng.random()
        if self.tviews and self.racing and rng.random() < 0.3:
            out.append(Statement("SELECT pg_tviews_flush()"))
        if ending < (0.6 if self.racing else 0.12) and not any(s.sql.startswith("DECLARE") for s in out):
            gid = f"{self.prefix}{self.serial}"
            out.append(Statement(f"PREPARE TRANSACTION '{gid}'"))
            out.append(Statement(f"{rng.choice(['COMMIT', 'COMMIT', 'ROLLBACK'])} PREPARED '{gid}'"))
        elif ending < (0.65 if self.racing else 0.18):
            out.append(Statement("ROLLBACK"))
        elif not self.racing and ending < 0.24:
            out.append(Statement("COMMIT AND CHAIN"))
            out.append(self.write(rng.choice(self.tables)))
            out.append(Statement("COMMIT"))
        else:
            out.append(Statement("COMMIT"))
        return out

    def alter(self) -> Transaction:
        """DDL on a source, in a transaction of its own."""
        rng = self.rng
        table = rng.choice(self.tables)
        self.serial += 1
        if rng.random() < 0.5:
            return [Statement(f"ALTER TABLE {table.name} ADD COLUMN extra{self.serial} integer" + rng.choice(["", " DEFAULT 3"]))]
        if rng.random() < 0.3:
            return [Statement(f"ALTER TABLE {table.name} ALTER COLUMN {table.named('u')} TYPE varchar(60)")]
        column = rng.choice(table.data)
        new = f"{column.family}_{self.serial}"
        out = [Statement(f"ALTER TABLE {table.name} RENAME COLUMN {column.name} TO {new}")]
        column.name = new
        return out
