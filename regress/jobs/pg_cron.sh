#!/usr/bin/env bash
# Writes by background workers, which have no client: jobs of pg_cron, each a transaction of its own. Their flushes are at their
# commits, and one that fails takes its job's writes along.
set -euo pipefail
. regress/shell/lib/common.sh

cleanup() {
    run -d postgres -c 'ALTER SYSTEM RESET ALL' || true
    scripts/server.sh restart "$PG_TVIEWS_SERVER"
}
trap cleanup EXIT

run -c "ALTER SYSTEM SET shared_preload_libraries = 'pg_cron'"
scripts/server.sh restart "$PG_TVIEWS_SERVER"
# These settings are known only now.
run -c "ALTER SYSTEM SET cron.database_name = '$PGDATABASE'" -c 'ALTER SYSTEM SET cron.use_background_workers = on'
scripts/server.sh restart "$PG_TVIEWS_SERVER"
run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE EXTENSION pg_cron;
CREATE TABLE author (pk_author int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_author int, title text);
INSERT INTO author VALUES (1, 'Ada'), (2, 'Grace');
INSERT INTO post SELECT n, 1 + n % 2, 'post ' || n FROM generate_series(1, 10) n;
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, a.name FROM post p JOIN author a ON a.pk_author = p.fk_author');
ALTER TABLE tv_post ADD CONSTRAINT good CHECK (title <> 'bad');
SELECT cron.schedule('rename', '* * * * *', $$UPDATE author SET name = name || '!'$$);
SELECT cron.schedule('read', '* * * * *', $$INSERT INTO post SELECT 100 + count(*), 1, max(name) FROM tv_post WHERE name LIKE 'Ada%' ON CONFLICT DO NOTHING$$);
SELECT cron.schedule('fail', '* * * * *', $$INSERT INTO post VALUES (200, 2, 'bad')$$);
SQL
# A job begins with the minute.
for _ in $(seq 200); do
    ended=$(value "SELECT count(DISTINCT jobid) FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')")
    [ "$ended" -lt 3 ] || break
    sleep 1
done
run -c 'SELECT cron.unschedule(jobid) FROM cron.job' >/dev/null
expect 'how the jobs ended' "$(value "SELECT DISTINCT command ~ 'bad', status FROM cron.job_run_details WHERE status IN ('succeeded', 'failed') ORDER BY 1")" $'f|succeeded\nt|failed'
expect 'the names' "$(value "SELECT bool_and(name LIKE '%!') FROM tv_post")" t
expect 'the job that read the TVIEW' "$(value 'SELECT count(*) > 0 FROM tv_post WHERE pk_post BETWEEN 101 AND 199')" t
expect 'the job that failed' "$(value 'SELECT count(*) FROM post WHERE pk_post = 200')" 0
expect 'why it failed' "$(value "SELECT bool_and(return_message ~ 'good') FROM cron.job_run_details WHERE status = 'failed'")" t
expect_true_views 'after the jobs'
