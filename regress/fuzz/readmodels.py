"""The fixed read models that stress.py and crash.py write to."""

from __future__ import annotations

from random import Random

SCHEMA = """
CREATE TABLE org (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE usr (id int PRIMARY KEY, org_id int REFERENCES org, name text NOT NULL, active boolean NOT NULL DEFAULT true);
CREATE TABLE post (id int PRIMARY KEY, usr_id int REFERENCES usr, title text NOT NULL, score int NOT NULL DEFAULT 0);
CREATE TABLE note (id bigint PRIMARY KEY, post_id int, usr_id int, body text NOT NULL);
CREATE TABLE flag (id bigint PRIMARY KEY, post_id int, kind text NOT NULL);
CREATE INDEX ON usr (org_id);
CREATE INDEX ON post (usr_id);
CREATE INDEX ON note (post_id);
CREATE INDEX ON note (usr_id);
CREATE INDEX ON flag (post_id);
INSERT INTO org SELECT g, 'org ' || g FROM generate_series(1, 4) g;
INSERT INTO usr SELECT g, 1 + g % 4, 'user ' || g FROM generate_series(1, 12) g;
INSERT INTO post SELECT g, 1 + g % 12, 'post ' || g FROM generate_series(1, 40) g;
INSERT INTO note SELECT g, 1 + g % 40, 1 + g % 12, 'note ' || g FROM generate_series(1, 80) g;
INSERT INTO flag SELECT g, 1 + g % 40, 'k' || g % 3 FROM generate_series(1, 30) g;
ANALYZE;
"""

# Entity -> definition. `board` reads the tables of other TVIEWs, `totals` can only be maintained in full.
DEFINITIONS: dict[str, str] = {
    "post": "SELECT p.id AS pk_post, p.title, u.name AS author, o.name AS org FROM post p LEFT JOIN usr u ON u.id = p.usr_id"
            " LEFT JOIN org o ON o.id = u.org_id",
    "usr": "SELECT u.id AS pk_usr, u.name, (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'title', p.title, 'notes',"
           " (SELECT jsonb_agg(jsonb_build_object('id', n.id, 'by', w.name, 'body', n.body) ORDER BY n.id) FROM note n"
           " LEFT JOIN usr w ON w.id = n.usr_id WHERE n.post_id = p.id)) ORDER BY p.id) FROM post p WHERE p.usr_id = u.id) AS data FROM usr u",
    "tally": "SELECT n.post_id AS pk_tally, count(*) AS notes, count(DISTINCT n.usr_id) AS people, max(n.id) AS last FROM note n"
             " WHERE n.post_id IS NOT NULL GROUP BY n.post_id",
    "calm": "SELECT p.id AS pk_calm, p.title FROM post p WHERE NOT EXISTS (SELECT FROM flag f WHERE f.post_id = p.id AND f.kind = 'k1')",
    "org": "SELECT o.id AS pk_org, o.name, (SELECT count(*) FROM usr u JOIN post p ON p.usr_id = u.id WHERE u.org_id = o.id) AS posts,"
           " (SELECT jsonb_agg(p.title ORDER BY p.id) FROM usr u JOIN post p ON p.usr_id = u.id WHERE u.org_id = o.id AND u.active) AS titles FROM org o",
    "latest": "SELECT p.id AS pk_latest, l.body, l.who FROM post p LEFT JOIN LATERAL (SELECT n.body, w.name AS who FROM note n"
              " LEFT JOIN usr w ON w.id = n.usr_id WHERE n.post_id = p.id ORDER BY n.id DESC LIMIT 1) l ON true",
    "board": "SELECT o.id AS pk_board, (SELECT jsonb_agg(jsonb_build_object('post', t.pk_post, 'author', t.author, 'notes', y.notes) ORDER BY t.pk_post)"
             " FROM usr u JOIN post p ON p.usr_id = u.id JOIN tv_post t ON t.pk_post = p.id LEFT JOIN tv_tally y ON y.pk_tally = p.id"
             " WHERE u.org_id = o.id) AS posts FROM org o",
}
TOTALS = "SELECT k.kind AS pk_totals, (SELECT count(*) FROM post) AS posts, k.flags FROM (SELECT kind, count(*) AS flags FROM flag GROUP BY kind) k"


def views(full: bool) -> dict[str, str]:
    """The definitions; with `full` also one that every write of two tables marks as a whole."""
    return {**DEFINITIONS, "totals": TOTALS} if full else dict(DEFINITIONS)


def columns(definition_names: list[str]) -> str:
    """A query for the columns of the views of these entities: entity, column."""
    names = ", ".join(f"'v_{n}'" for n in definition_names)
    return ("SELECT substr(c.relname, 3), quote_ident(a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            f" AND NOT a.attisdropped WHERE c.relname IN ({names}) ORDER BY 1, a.attnum")


class Load:
    """Small random writes. In fixed order: rows are written table by table, in order of their keys."""

    def __init__(self, rng: Random, client: int) -> None:
        self.rng = rng
        self.client = client
        self.serial = 0

    def _fresh(self) -> int:
        self.serial += 1
        return 1000 + self.client * 1_000_000 + self.serial

    def _choices(self) -> list[tuple[int, int, str]]:
        """One candidate write: rank of the table, key, SQL."""
        rng = self.rng
        org, usr, post = rng.randint(1, 4), rng.randint(1, 12), rng.randint(1, 40)
        note, word = rng.randint(1, 80), rng.randint(1, 9999)
        reference = rng.choice([str(usr), str(usr), str(usr), "NULL"])
        return rng.choices([
            [(0, org, f"UPDATE org SET name = 'org {word}' WHERE id = {org}")],
            [(1, usr, f"UPDATE usr SET name = 'user {word}' WHERE id = {usr}")],
            [(1, usr, f"UPDATE usr SET org_id = {org} WHERE id = {usr}")],
            [(1, usr, f"UPDATE usr SET active = NOT active WHERE id = {usr}")],
            [(2, post, f"UPDATE post SET title = 'post {word}' WHERE id = {post}")],
            [(2, post, f"UPDATE post SET usr_id = {reference} WHERE id = {post}")],
            [(2, post, f"UPDATE post SET score = score + 1 WHERE id = {post}")],
            [(2, post, f"DELETE FROM post WHERE id = {post}")],
            [(2, post, f"INSERT INTO post VALUES ({post}, {reference}, 'new {word}') ON CONFLICT (id) DO UPDATE SET title = excluded.title")],
            [(3, note, f"UPDATE note SET body = 'note {word}' WHERE id = {note}")],
            [(3, note, f"UPDATE note SET post_id = {post} WHERE id = {note}")],
            [(3, note, f"DELETE FROM note WHERE id = {note}")],
            [(3, note, f"INSERT INTO note VALUES ({note}, {post}, {usr}, 'new {word}') ON CONFLICT DO NOTHING")],
            [(4, post, f"INSERT INTO flag VALUES ({self._fresh()}, {post}, 'k{word % 3}')")],
            [(4, post, f"DELETE FROM flag WHERE post_id = {post}")],
        ], [1, 2, 2, 1, 3, 4, 2, 2, 4, 2, 4, 2, 4, 3, 2])[0]

    def writes(self, count: int) -> list[str]:
        """Some writes in the fixed order, each row once."""
        chosen: dict[tuple[int, int], str] = {}
        for _ in range(count):
            for rank, key, sql in self._choices():
                chosen.setdefault((rank, key), sql)
        return [sql for _, sql in sorted(chosen.items())]
