"""The engines: how each keeps the read models of a database true. A new one is a class here."""


class Engine:
    """Nothing kept: what the writes themselves cost."""

    name = 'bare'
    checked = False

    def available(self, query):
        return True

    def setup(self, model):
        """SQL that brings every read model of `model` into being over its loaded tables."""
        return ''

    def transaction(self, operation, model):
        """The pgbench script of an operation."""
        return operation.script

    def build(self, entity, view, key):
        """(SQL before, measured SQL, SQL after) of an initial build; the floor is the bare table with its primary key."""
        return ('', f'CREATE TABLE built AS SELECT * FROM ({view}) v; ALTER TABLE built ADD PRIMARY KEY ({key})', 'DROP TABLE built;')

    def refresh(self, entity):
        raise NotImplementedError


class Hand(Engine):
    name = 'hand'
    checked = True

    def setup(self, model):
        made = ''.join(f'CREATE VIEW v_{e} AS {model.view(e)};\nCREATE TABLE tv_{e} AS TABLE v_{e};\n'
                       f'ALTER TABLE tv_{e} ADD PRIMARY KEY ({key_of(model.view(e))});\n' for e in model.entities)
        return made + model.hand()


class Matview(Engine):
    """REFRESH MATERIALIZED VIEW CONCURRENTLY of every read model in the transaction that writes."""

    name = 'matview'
    checked = True

    def setup(self, model):
        return ''.join(f'CREATE VIEW v_{e} AS {model.view(e)};\nCREATE MATERIALIZED VIEW tv_{e} AS TABLE v_{e};\n'
                       f'CREATE UNIQUE INDEX ON tv_{e} ({key_of(model.view(e))});\n' for e in model.entities)

    def transaction(self, operation, model):
        lines = operation.script.split('\n')
        sets = [line for line in lines if line.startswith('\\set')]
        rest = [line for line in lines if not line.startswith('\\set')]
        refreshes = [f'REFRESH MATERIALIZED VIEW CONCURRENTLY tv_{e};' for e in model.entities]
        return '\n'.join(sets + ['BEGIN;'] + rest + refreshes + ['END;'])

    def refresh(self, entity):
        return f'REFRESH MATERIALIZED VIEW CONCURRENTLY tv_{entity}'


class Tviews(Engine):
    name = 'pg_tviews'
    checked = True

    def setup(self, model):
        return 'CREATE EXTENSION pg_tviews;\n' + ''.join(
            f"CREATE VIEW v_{e} AS {model.view(e)};\n{self.create(e, model.view(e))};\n" for e in model.entities)

    def create(self, entity, view):
        return f"SELECT pg_tviews_create('{entity}', options => '{{\"key\": [\"{key_of(view)}\"]}}')"

    def build(self, entity, view, key):
        return (f'CREATE VIEW v_built AS {view};', self.create('built', view), "SELECT pg_tviews_drop('built'); DROP VIEW IF EXISTS v_built;")

    def refresh(self, entity):
        return f"SELECT pg_tviews_refresh('{entity}')"


class Ivm(Engine):
    """Extension pg_ivm, where it is installed; it takes only definitions it supports."""

    name = 'pg_ivm'
    checked = True

    def available(self, query):
        return query("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_ivm'") == '1'

    def setup(self, model):
        made = 'CREATE EXTENSION pg_ivm;\n'
        for e in model.entities:
            view = model.view(e).replace("'", "''")
            made += f"CREATE VIEW v_{e} AS {model.view(e)};\nSELECT pgivm.create_immv('tv_{e}', '{view}');\n"
        return made


ENGINES = {engine.name: engine for engine in (Engine(), Hand(), Matview(), Ivm(), Tviews())}


def key_of(view):
    """The key of a read model: its first column."""
    return view.split(None, 2)[1].rstrip(',').split('.')[1]
