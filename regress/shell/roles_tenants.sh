#!/usr/bin/env bash
# Row-level security: of the sources it decides what a tenant may write, never what the TVIEW holds; of the TVIEW it decides what a
# tenant reads. The tenants have DML on base tables and SELECT on the TVIEW, its owner is no superuser.
set -euo pipefail
. regress/shell/lib/common.sh

database=$PGDATABASE
roles=(tenants_one tenants_two tenants_app tenants_owner)
cleanup() {
    PGDATABASE=postgres dropdb --if-exists --force "$database"
    for role in "${roles[@]}"; do
        psql -X -q -d postgres -c "DROP ROLE IF EXISTS $role"
    done
}
trap cleanup EXIT
run -d postgres -c 'CREATE ROLE tenants_owner LOGIN' -c 'CREATE ROLE tenants_app' -c 'CREATE ROLE tenants_one LOGIN IN ROLE tenants_app' -c 'CREATE ROLE tenants_two LOGIN IN ROLE tenants_app'
run -c 'CREATE SCHEMA tviews' -c 'CREATE EXTENSION pg_tviews SCHEMA tviews' -c 'GRANT USAGE ON SCHEMA tviews TO PUBLIC' \
    -c 'CREATE SCHEMA app AUTHORIZATION tenants_owner'
run -U tenants_owner <<'SQL'
SET search_path = app, tviews;
CREATE TABLE customer (pk_customer int PRIMARY KEY, tenant name NOT NULL DEFAULT current_user, name text);
CREATE TABLE invoice (pk_invoice int PRIMARY KEY, tenant name NOT NULL DEFAULT current_user, fk_customer int, amount numeric);
SELECT pg_tviews_create('customer', $$
    SELECT c.pk_customer, c.tenant, jsonb_build_object('name', c.name, 'total', (SELECT sum(i.amount) FROM invoice i WHERE i.fk_customer = c.pk_customer)) AS data
      FROM customer c $$, '{"create_indexes": true}') \g /dev/null
GRANT USAGE ON SCHEMA app TO tenants_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON customer, invoice TO tenants_app;
GRANT SELECT ON tv_customer TO tenants_app;
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE tv_customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer USING (tenant = current_user);
CREATE POLICY own ON invoice USING (tenant = current_user);
CREATE POLICY own ON tv_customer FOR SELECT USING (tenant = current_user);
SQL
run -U tenants_one -c "INSERT INTO app.customer (pk_customer, name) VALUES (1, 'A'), (2, 'B')" -c 'INSERT INTO app.invoice (pk_invoice, fk_customer, amount) VALUES (1, 1, 10), (2, 2, 20)'
run -U tenants_two -c "INSERT INTO app.customer (pk_customer, name) VALUES (3, 'C')" -c 'INSERT INTO app.invoice (pk_invoice, fk_customer, amount) VALUES (3, 3, 30)'
# A write of one tenant that changes a document of the other: the document counts it, whoever may see the rows.
run -U tenants_two -c 'INSERT INTO app.invoice (pk_invoice, fk_customer, amount) VALUES (4, 1, 5)'
expect 'each sees his documents' "$(value 'SELECT pk_customer, data FROM app.tv_customer ORDER BY 1' -U tenants_one)" '1|{"name": "A", "total": 15}
2|{"name": "B", "total": 20}'
expect 'the other his' "$(value 'SELECT pk_customer, data FROM app.tv_customer ORDER BY 1' -U tenants_two)" '3|{"name": "C", "total": 30}'
expect 'also changes in the same transaction' "$(value "BEGIN; UPDATE app.invoice SET amount = 31; SELECT data FROM app.tv_customer; COMMIT" -U tenants_two)" '{"name": "C", "total": 31}'
run -U tenants_one -c 'UPDATE app.invoice SET amount = amount + 1' -c 'DELETE FROM app.customer WHERE pk_customer >= 2'
expect_true_views 'policies hide nothing from flushes' -U tenants_owner
expect 'a tenant writes his rows only' "$(value 'SELECT pk_customer FROM app.tv_customer ORDER BY 1' -U tenants_owner)" '1
3'
expect 'row_security = off of a writer' "$(value "SET row_security = off; UPDATE app.customer SET name = 'x'" -U tenants_one 2>&1)" 'ERROR:  query would be affected by row-level security policy for table "customer"'

# Policies that would apply to flushes are refused.
for command in 'ALTER TABLE app.tv_customer FORCE ROW LEVEL SECURITY' 'ALTER TABLE app.customer FORCE ROW LEVEL SECURITY'; do
    expect "$command" "$(psql -X -q -A -t -v VERBOSITY=sqlstate -U tenants_owner -c "$command" 2>&1)" 'ERROR:  0A000'
done
run -U tenants_one -c "UPDATE app.customer SET name = 'still right'"
expect_true_views 'after the refusals' -U tenants_owner
expect 'every check is well' "$(value "SELECT check_name, details FROM tviews.pg_tviews_health_check() WHERE status <> 'OK'")" ''
