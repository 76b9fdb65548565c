# shellcheck shell=bash
# Sourced by the tests in regress/poolers: a schema to write through a pooler, and a load for pgbench.
. scripts/common.sh
PATH=$PATH:/usr/sbin

work=$(mktemp -d)
chmod 755 "$work"
if [ "$(id -u)" -eq 0 ]; then
    chown "$server_user" "$work"
fi
as_server_user mkdir "$work/sockets"
pooler=

# The pooler leads a process group of its own. All of it goes: children that have lost their parent spin.
stop_pooler() {
    if [ -n "$pooler" ]; then
        kill -INT "$pooler" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$pooler" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 -- "-$pooler" 2>/dev/null || true
        wait "$pooler" 2>/dev/null || true
        for _ in $(seq 50); do
            kill -0 -- "-$pooler" 2>/dev/null || break
            sleep 0.1
        done
        if kill -0 -- "-$pooler" 2>/dev/null; then
            echo "processes of the pooler are left: $(pgrep -g "$pooler" -l | tr '\n' ' ')" >&2
            exit 1
        fi
        pooler=
    fi
}

cleanup() {
    stop_pooler
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 143' HUP INT TERM

# write_file NAME: stdin becomes a file that the server's user may read.
write_file() {
    as_server_user tee "$work/$1" >/dev/null
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_pooler PORT COMMAND...: starts it in the foreground of a job and waits until it passes a query on.
start_pooler() {
    local port=$1
    shift
    local identity=()
    # The job is to be the pooler itself, so that it can be stopped: runuser would stand between.
    if [ "$(id -u)" -eq 0 ]; then
        identity=(setpriv --reuid="$server_user" --regid="$server_user" --init-groups)
    fi
    setsid "${identity[@]}" "$@" >"$work/log" 2>&1 &
    pooler=$!
    for _ in $(seq 100); do
        if PGHOST=$work/sockets PGPORT=$port value 'SELECT 1' >/dev/null 2>&1; then
            return
        fi
        sleep 0.1
    done
    echo "$1 does not answer" >&2
    tail -n 20 "$work/log" >&2
    exit 1
}

# through PORT COMMAND...: runs a command that connects to the pooler.
through() {
    local port=$1
    shift
    PGHOST=$work/sockets PGPORT=$port "$@"
}

create_tviews() {
    run >/dev/null <<'SQL'
CREATE SCHEMA tviews;
CREATE EXTENSION pg_tviews SCHEMA tviews;
CREATE TABLE users (pk_user int PRIMARY KEY, name text);
CREATE TABLE post (pk_post int PRIMARY KEY, fk_user int REFERENCES users, title text);
CREATE INDEX ON post (fk_user);
INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 50) g;
INSERT INTO post SELECT g, g % 50 + 1, 'post ' || g FROM generate_series(1, 500) g;
SELECT tviews.pg_tviews_create('post', 'SELECT p.pk_post, p.title, u.name FROM post p JOIN users u ON u.pk_user = p.fk_user');
SELECT tviews.pg_tviews_create('user', 'SELECT u.pk_user, u.name, (SELECT jsonb_agg(p.title ORDER BY p.pk_post) FROM post p WHERE p.fk_user = u.pk_user) AS titles FROM users u');
SQL
}

# A transaction that reads its own writes, one that is a single statement, and one that is rolled back.
write_load() {
    cat >"$work/load.sql" <<'SQL'
\set post random(1, 500)
\set user random(1, 50)
\set other random(1, 50)
BEGIN;
UPDATE post SET title = 'title ' || :other, fk_user = :user WHERE pk_post = :post;
SELECT 1 / (name = (SELECT name FROM users WHERE pk_user = :user))::int FROM tv_post WHERE pk_post = :post;
COMMIT;
UPDATE users SET name = 'user ' || :post WHERE pk_user = :other;
BEGIN;
UPDATE post SET title = 'never' WHERE fk_user = :user;
SELECT count(*) FROM tv_post WHERE pk_post = :post;
ROLLBACK;
SQL
}

# load WHAT PORT MODE: pgbench, then the oracle. A thread per client: preparing blocks a thread, and with it whoever it serves.
load() {
    local log
    log=$work/pgbench.log
    if ! through "$2" timeout 60 pgbench -n -M "$3" -c 8 -j 8 -T 3 -f "$work/load.sql" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        exit 1
    fi
    expect "$1, $3: no failed transaction" "$(sed -n 's/^number of failed transactions: \([0-9]*\).*/\1/p' "$log")" 0
    expect "$1, $3: transactions" "$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$log" | grep -c '^[1-9]')" 1
    expect_true_views "$1, $3"
    expect "$1, $3: nothing rolled back is seen" "$(value "SELECT count(*) FROM tv_post WHERE title = 'never'")" 0
}
