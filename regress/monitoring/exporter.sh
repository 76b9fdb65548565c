#!/usr/bin/env bash
# The exporter from Debian's package scrapes a server that preloads the library, with monitoring/queries.yaml: what it delivers is true, and
# the alert rules and the dashboard ask for nothing else. The rules are run by promtool, and a Prometheus that scrapes the exporter is asked
# every query of the dashboard, as Grafana would ask it.
set -euo pipefail
. regress/shell/lib/common.sh
. scripts/common.sh

work=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-monitoring.XXXXXX")
exporter=
prometheus=
database=$PGDATABASE
superuser=$PGUSER
cleanup() {
    local process
    for process in $prometheus $exporter; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    export PGDATABASE=postgres PGUSER=$superuser
    psql -X -q -c "ROLLBACK PREPARED 'monitoring'" -d "$database" 2>/dev/null || true
    psql -X -q -c 'ALTER SYSTEM RESET shared_preload_libraries' || true
    scripts/server.sh restart "$PG_TVIEWS_SERVER" || true
    dropdb --if-exists --force "$database" || true
    psql -X -q -c 'DROP ROLE IF EXISTS tviews_exporter' || true
    rm -rf "$work"
}
trap cleanup EXIT

promtool=$(command -v promtool || echo target/monitoring/usr/bin/promtool)
"$promtool" check rules monitoring/alerts.yaml
"$promtool" test rules monitoring/alerts_test.yaml

# Below a stage, a library is looked for by its bare name from version 18 on only.
library=pg_tviews
if [ -n "$(value "SELECT current_setting('extension_destdir', true)")" ]; then
    library="\$libdir/pg_tviews"
fi
run -c "ALTER SYSTEM SET shared_preload_libraries = '$library'"
scripts/server.sh restart "$PG_TVIEWS_SERVER"
run -v database="$database" >/dev/null <<'SQL'
CREATE SCHEMA "My Tviews";
CREATE EXTENSION pg_tviews SCHEMA "My Tviews";
ALTER DATABASE :"database" SET pg_tviews.metrics = 'all';
CREATE SCHEMA app;
SET search_path = app, "My Tviews";
CREATE TABLE post (pk_post int PRIMARY KEY, title text);
INSERT INTO post SELECT g, 'post ' || g FROM generate_series(1, 10) g;
SELECT pg_tviews_create('post', 'SELECT pk_post, title FROM post');
SQL
run -v schema='My Tviews' -f monitoring/exporter.sql
run -c 'GRANT USAGE ON SCHEMA app TO tviews_exporter' -c 'GRANT SELECT ON app.tv_post, app.v_post TO tviews_exporter'
run -c "UPDATE app.post SET title = 'changed' WHERE pk_post <= 3" -c "UPDATE app.post SET title = title"
run -c 'BEGIN' -c "UPDATE app.post SET title = 'prepared' WHERE pk_post = 9" -c "PREPARE TRANSACTION 'monitoring'"

# An open transaction with two rows in its queue.
mkfifo "$work/open"
psql -X -q <"$work/open" >/dev/null &
exec 7>"$work/open"
printf "BEGIN; UPDATE app.post SET title = 'open' WHERE pk_post IN (4, 5);\n" >&7
for _ in $(seq 100); do
    [ "$(value 'SELECT count(*) FROM "My Tviews".pg_tviews_queue_realtime')" = 0 ] || break
    sleep 0.1
done

port=$((PGPORT + 2))
DATA_SOURCE_NAME="user=tviews_exporter host=$PGHOST port=$PGPORT dbname=$database sslmode=disable" \
    prometheus-postgres-exporter --extend.query-path=monitoring/queries.yaml --web.listen-address="127.0.0.1:$port" \
    --disable-settings-metrics >"$work/exporter.log" 2>&1 &
exporter=$!
scrape() {
    python3 - "http://127.0.0.1:$port/metrics" <<'PYTHON'
import sys, time, urllib.request
for attempt in range(100):
    try:
        text = urllib.request.urlopen(sys.argv[1], timeout=30).read().decode()
        break
    except OSError:
        time.sleep(0.1)
else:
    sys.exit("the exporter does not answer")
sys.stdout.write(text)
PYTHON
}
scrape >"$work/metrics"
if ! grep -q '^pg_tviews_info' "$work/metrics"; then
    tail -n 20 "$work/exporter.log" >&2
fi
# metric NAME_AND_LABELS_PATTERN: the value of the one line that fits.
metric() {
    grep -E "^$1(\{[^}]*\})? " "$work/metrics" | sed 's/.* //'
}
expect 'no query failed' "$(grep -c '^pg_exporter_last_scrape_error 0$' "$work/metrics")$(grep -i 'error' "$work/exporter.log" | head -n 1)" 1
expect 'version' "$(grep -c "^pg_tviews_info_installed{catalog=\"$(value 'SELECT "My Tviews".pg_tviews_version()')\",library=\"$(value 'SELECT "My Tviews".pg_tviews_version()')\"," "$work/metrics")" 1
expect 'every check' "$(grep -c '^pg_tviews_health_severity' "$work/metrics")" "$(value 'SELECT count(*) FROM "My Tviews".pg_tviews_health_check()')"
expect 'what is not well' "$(grep '^pg_tviews_health_severity.* [12]$' "$work/metrics" | sed 's/.*check="\([^"]*\)".* /\1 /')" 'prepared transactions 1'
labels='\{entity="post",schema="app",server="[^"]*"\}'
expect 'rows written' "$(grep -E "^pg_tviews_rows_written_total$labels" "$work/metrics" | sed 's/.* //')" \
    "$(value "SELECT rows_inserted + rows_updated + rows_deleted FROM \"My Tviews\".pg_tviews_statistics WHERE entity = 'post'")"
expect 'rows written are some' "$(value "SELECT rows_updated >= 4 FROM \"My Tviews\".pg_tviews_statistics WHERE entity = 'post'")" t
expect 'rows of the table' "$(grep -cE "^pg_tviews_table_size_bytes$labels" "$work/metrics")" 1
expect 'a prepared transaction' "$(metric pg_tviews_prepared_transactions)" 1
expect 'an open transaction' "$(metric pg_tviews_queue_sessions) $(metric pg_tviews_queue_entries)" '1 2'
expect 'recorded flushes' "$(grep -c '^pg_tviews_recorded_flushes{application="psql",' "$work/metrics")" 1

# What is asked for is there.
python3 - "$work/metrics" <<'PYTHON'
import json, re, sys
delivered = {re.match(r"[a-zA-Z_:][a-zA-Z0-9_:]*", line).group() for line in open(sys.argv[1]) if line[:1] not in "#\n"}
dashboard = json.load(open("monitoring/dashboard.json"))
asked = {}
for panel in dashboard["panels"]:
    for target in panel["targets"]:
        asked.setdefault(f'panel "{panel["title"]}"', []).append(target["expr"])
for variable in dashboard["templating"]["list"]:
    asked.setdefault(f'variable {variable["name"]}', []).append(variable["query"])
for line in open("monitoring/alerts.yaml"):
    if match := re.match(r"\s+expr: (.*)", line):
        asked.setdefault("an alert", []).append(match.group(1))
names, wrong = set(), []
for where, expressions in asked.items():
    for expression in expressions:
        for name in re.findall(r"\bpg_[a-z0-9_]+", expression):
            names.add(name)
            if name not in delivered:
                wrong.append(f"{where} asks for {name}, which the exporter did not deliver")
if len(names) < 15:
    wrong.append(f"only {len(names)} metrics are asked for")
sys.exit("\n".join(wrong) or None)
PYTHON
echo 'ok: rules and dashboard ask for what the exporter delivers'

# A Prometheus of the test's own, while the server is written to: every query of the dashboard gives a number, and every rule was evaluated.
cat >"$work/prometheus.yml" <<CONF
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [$PWD/monitoring/alerts.yaml]
scrape_configs:
  - job_name: postgres
    static_configs: [{targets: ["127.0.0.1:$port"]}]
CONF
"$(dirname "$promtool")/prometheus" --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/prometheus" --log.level=warn \
    --web.listen-address="127.0.0.1:$((port + 1))" >"$work/prometheus.log" 2>&1 &
prometheus=$!
python3 - "http://127.0.0.1:$((port + 1))" <<'PYTHON' || { tail -n 20 "$work/prometheus.log" >&2; exit 1; }
import json, subprocess, sys, time, urllib.error, urllib.parse, urllib.request

def ask(path, **parameters):
    url = sys.argv[1] + "/api/v1/" + path + "?" + urllib.parse.urlencode(parameters)
    try:
        answer = json.load(urllib.request.urlopen(url, timeout=30))
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    return answer if answer["status"] == "error" else answer["data"]

def write():
    subprocess.run(["psql", "-X", "-q", "-c", "UPDATE app.post SET title = title || '.' WHERE pk_post IN (1, 2)"], check=True)

dashboard = json.load(open("monitoring/dashboard.json"))
queries = [(panel["title"], target["expr"].replace("$__rate_interval", "1m").replace("$server", ".*"))
           for panel in dashboard["panels"] for target in panel["targets"]]
asked_of_server = next(v["query"] for v in dashboard["templating"]["list"] if v["name"] == "server")
metric, label = asked_of_server.removeprefix("label_values(").removesuffix(")").split(", ")
# The counters need two samples to have a rate; what is missing after that is missing.
missing = ["nothing asked yet"]
for attempt in range(60):
    time.sleep(0.5)
    write()
    try:
        missing = []
        for title, expression in queries:
            answer = ask("query", query=expression)
            if answer.get("status") == "error":
                sys.exit(f'panel "{title}": {expression}: {answer["error"]}')
            if not any(sample["value"][1] != "NaN" for sample in answer["result"]):
                missing.append(f'panel "{title}": {expression} gives nothing')
        servers = ask(f"label/{label}/values", **{"match[]": metric})
        rules = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
        missing += [f'alert {rule["name"]}: {rule["health"]} {rule.get("lastError", "")}' for rule in rules if rule["health"] != "ok"]
        if not servers or not rules:
            missing.append("no server to choose, or no rule")
    except OSError as error:
        missing = [str(error)]
    if not missing:
        break
else:
    sys.exit("\n".join(missing))
print(f"ok: Prometheus answers the {len(queries)} queries of the dashboard and has evaluated {len(rules)} rules")
PYTHON
printf 'ROLLBACK;\n\\q\n' >&7
exec 7>&-
