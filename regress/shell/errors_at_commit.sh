#!/usr/bin/env bash
# What an error at COMMIT carries, as a driver sees it: SQLSTATE, schema, table and constraint of the user's own constraints,
# and a context that names the TVIEW.
set -euo pipefail
. regress/shell/lib/common.sh

run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE SCHEMA app;
CREATE TABLE app.item (pk_item int PRIMARY KEY, name text);
CREATE TABLE app.allowed (name text PRIMARY KEY);
INSERT INTO app.item VALUES (1, 'one'), (2, 'two');
INSERT INTO app.allowed VALUES ('one'), ('two'), ('three');
SELECT tviews.pg_tviews_create('app.item', 'SELECT pk_item, name FROM app.item');
ALTER TABLE app.tv_item
    ADD CONSTRAINT my_check CHECK (length(name) < 10),
    ADD CONSTRAINT my_unique UNIQUE (name),
    ADD CONSTRAINT my_deferred FOREIGN KEY (name) REFERENCES app.allowed DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION app.rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'not this one' USING ERRCODE = 'TV999', CONSTRAINT = 'my_rule', TABLE = 'my_table', SCHEMA = 'my_schema', DETAIL = 'my detail', HINT = 'my hint';
END $$;
CREATE CONSTRAINT TRIGGER rule AFTER UPDATE ON app.tv_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name = 'three') EXECUTE FUNCTION app.rule();
SQL

# error_of SQL...: runs the statements in one session and prints "SQLSTATE schema.table.constraint" of the error.
error_of() {
    local arguments=() statement
    for statement in "$@"; do
        arguments+=(-c "$statement")
    done
    psql -X -q -v VERBOSITY=verbose "${arguments[@]}" 2>&1 >/dev/null | tee "$log" |
        sed -n 's/^ERROR:  \([0-9A-Z]*\):.*/\1/p; s/^SCHEMA NAME:  //p; s/^TABLE NAME:  //p; s/^CONSTRAINT NAME:  //p' | paste -sd ' '
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

names_tview() {
    expect "$1: context names the TVIEW" "$(grep -c 'app.tv_item' "$log" | sed 's/[1-9][0-9]*/yes/')" yes
}

expect 'check' "$(error_of "UPDATE app.item SET name = 'much too long' WHERE pk_item = 1")" '23514 app tv_item my_check'
names_tview 'check'
expect 'unique' "$(error_of "UPDATE app.item SET name = 'two' WHERE pk_item = 1")" '23505 app tv_item my_unique'
names_tview 'unique'
expect 'unique, explicit transaction' "$(error_of BEGIN "UPDATE app.item SET name = 'two' WHERE pk_item = 1" COMMIT)" '23505 app tv_item my_unique'
expect 'deferred foreign key' "$(error_of "UPDATE app.item SET name = 'four' WHERE pk_item = 1")" '23503 app tv_item my_deferred'
expect 'deferred foreign key, explicit transaction' "$(error_of BEGIN "UPDATE app.item SET name = 'four' WHERE pk_item = 1" COMMIT)" '23503 app tv_item my_deferred'
expect 'deferred foreign key, flushed by a read' "$(error_of BEGIN "UPDATE app.item SET name = 'four' WHERE pk_item = 1" 'SELECT count(*) FROM app.tv_item' COMMIT)" '23503 app tv_item my_deferred'
expect 'deferred trigger' "$(error_of "UPDATE app.item SET name = 'three' WHERE pk_item = 1")" 'TV999 my_schema my_table my_rule'
expect 'detail and hint' "$(sed -n 's/^DETAIL:  //p; s/^HINT:  //p' "$log" | paste -sd '|')" 'my detail|my hint'
expect 'PREPARE TRANSACTION' "$(error_of BEGIN "UPDATE app.item SET name = 'two' WHERE pk_item = 1" "PREPARE TRANSACTION '$PGDATABASE'")" '23505 app tv_item my_unique'
expect 'nothing was written' "$(value "SELECT string_agg(name, ' ' ORDER BY pk_item) FROM app.item")" 'one two'
expect_true_views 'after the errors'
