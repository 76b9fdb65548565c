#!/usr/bin/env bash
# A prepared transaction survives a restart of the server, and a crash. After COMMIT PREPARED the TVIEW is right without
# any further call; until then its locks hold others back.
set -euo pipefail
. regress/shell/lib/common.sh

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int, title text);
INSERT INTO users VALUES (1, 'Ann'), (2, 'Bob');
INSERT INTO post VALUES (1, 1, 'one'), (2, 2, 'two');
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, jsonb_build_object(''title'', p.title, ''author'', u.name) AS data FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT tviews.pg_tviews_create('total', 'SELECT 1 AS pk_total, count(*) AS posts FROM tv_post');
SQL

documents() {
    value "SELECT string_agg(concat_ws(' ', pk_post, data ->> 'title', data ->> 'author'), ', ' ORDER BY pk_post) FROM tv_post"
}

for mode in fast immediate; do
    gid="$PGDATABASE $mode"
    before=$(documents)
    run <<SQL
BEGIN;
UPDATE users SET name = name || ' ($mode)' WHERE pk_user = 1;
INSERT INTO post SELECT max(pk_post) + 1, 2, 'prepared $mode' FROM post;
PREPARE TRANSACTION '$gid';
SQL
    scripts/server.sh restart "$PG_TVIEWS_SERVER" "$mode"
    expect "$mode: still prepared" "$(value "SELECT gid FROM pg_prepared_xacts WHERE gid = '$gid'")" "$gid"
    expect "$mode: known to hold its TVIEWs" "$(value "SELECT gid, tviews FROM tviews.pg_tviews_recover_prepared_transactions()")" "$gid|{tv_post,tv_total}"
    expect "$mode: not visible yet" "$(documents)" "$before"
    expect_true_views "$mode: before COMMIT PREPARED"
    # The lock on the document that the prepared transaction has written came back with it.
    if run -c "SET lock_timeout = '300ms'" -c "UPDATE post SET title = 'meanwhile' WHERE pk_post = 1" 2>/dev/null; then
        echo "$mode: a write to a document of the prepared transaction did not wait" >&2
        exit 1
    fi
    run -c "COMMIT PREPARED '$gid'"
    expect "$mode: nothing left to do" "$(value "SELECT tviews.pg_tviews_commit_prepared('$gid') LIKE 'No transaction%', (SELECT count(*) FROM tviews.pg_tviews_recover_prepared_transactions())")" 't|0'
    expect_true_views "$mode: after COMMIT PREPARED"
    if [ "$(documents)" = "$before" ]; then
        echo "$mode: the prepared changes did not arrive" >&2
        exit 1
    fi
    # ... and went with it.
    run -c "SET lock_timeout = '5s'" -c "UPDATE post SET title = title || '!' WHERE pk_post = 1"
    expect_true_views "$mode: after a later write"
done
expect 'documents' "$(documents)" '1 one!! Ann (fast) (immediate), 2 two Bob, 3 prepared fast Bob, 4 prepared immediate Bob'

# Rolled back after a restart: nothing came of it.
before=$(documents)
run -c BEGIN -c "DELETE FROM post WHERE pk_post > 1" -c "PREPARE TRANSACTION '$PGDATABASE rollback'"
scripts/server.sh restart "$PG_TVIEWS_SERVER"
run -c "ROLLBACK PREPARED '$PGDATABASE rollback'"
expect 'rolled back' "$(documents)" "$before"
expect_true_views 'after ROLLBACK PREPARED'
