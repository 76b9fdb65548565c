#!/usr/bin/env bash
# Usage: check.sh [--list | STEP...]
# Runs all steps, the named ones, or `lint` for the steps that need no build. Every single test
# counts: the last line is `N passed, N failed`, the exit status 1 when anything failed or when a
# test file was not run. Logs of all steps are kept in target/check/.
#
# Shell tests (regress/{shell,docs,monitoring,poolers,jobs,replicas,upgrade}/*.sh) are run with bash from the top folder, each
# with an empty database of its own on the throwaway server: PGHOST, PGPORT, PGUSER (superuser),
# PGDATABASE, PATH (the server's programs), PG_CONFIG and PG_TVIEWS_SERVER are set, the last for
# `scripts/server.sh restart "$PG_TVIEWS_SERVER" [immediate]`. max_prepared_transactions is 10.
# A test passes by exit status 0.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
export CARGO_TERM_COLOR=never

lint_steps=(fmt clippy clippy-pg shellcheck versions licences pgspot)
steps=("${lint_steps[@]}" unit pgrx build install regress isolation shell upgrade fuzz docs monitoring demo uninstall)
# Parts of other steps, and steps that need more servers: for runs by name.
part_steps=(clippy-tests dump roles poolers jobs replicas server-upgrade matrix nightly)

pgspot_version=0.9.4
# Codes that are ignored, each with the reason.
# PS002, PS015 (CREATE OR REPLACE FUNCTION, VIEW in a schema that is not the extension's own): the server itself
# refuses to replace an object that is no member of the extension in every version we support
# (14.5 and later), and the files of sql/ are written to be run again by upgrade scripts.
pgspot_options=(--ignore PS002 --ignore PS015)
# PS005 (function without search_path), function by function: a name or a query given to these means
# what it means to the caller, so they pass the caller's search_path on. pgspot still checks their
# bodies, which qualify everything.
for function in \
    'pg_tviews_create(entity text,definition text,options jsonb)' \
    'pg_tviews_create_online(entity text,definition text,options jsonb,batch_size integer)' \
    'pg_tviews_drop(entity text,if_exists boolean,cascade boolean)' \
    'pg_tviews_replace(entity text,definition text,options jsonb)' \
    'pg_tviews_recreate(entity text)' \
    'pg_tviews_convert_table(table_name text,entity_name text)' \
    'pg_tviews_refresh(entity text)' \
    'pg_tviews_verify(entity text,sample bigint,entity text,missing bigint,extra bigint,different bigint)' \
    'pg_tviews_explain(entity text,source regclass,alias text,strategy text,reason text,links text,lookup text,columns text[],patched text[],missing_index text)' \
    'pg_tviews_analyze_select(sql text)' \
    'pg_tviews_infer_types(table_name text,columns text[])'; do
    pgspot_options+=(--proc-without-search-path "tviews.$function")
done

wanted=()
for argument in "$@"; do
    case $argument in
        --list) printf '%s\n' lint "${steps[@]}" "${part_steps[@]}"; exit ;;
        lint) wanted+=("${lint_steps[@]}") ;;
        *)
            declare -F "step_${argument//-/_}" >/dev/null || [[ " ${steps[*]} ${part_steps[*]} " == *" $argument "* ]] ||
                die "unknown step \"$argument\"; there are: lint ${steps[*]}"
            wanted+=("$argument")
            ;;
    esac
done
if [ ${#wanted[@]} -eq 0 ]; then
    wanted=("${steps[@]}")
fi

logs=$PWD/target/check
mkdir -p "$logs"
passed=0
failed=()

# Counts one test.
pass() {
    passed=$((passed + 1))
    printf '  ok      %s\n' "$1"
}

fail() {
    failed+=("$1")
    printf '  FAILED  %s\n' "$1"
}

# attempt NAME COMMAND...: one test that is a command or a function, run in a subshell that ends at
# the first error; shows the end of its output when it fails. Not for use before `&&`, `||` or in
# `if`: bash would then go on after errors.
attempt() {
    local name=$1 log status begin=$SECONDS
    log=$logs/${1//[^a-zA-Z0-9_.-]/_}.log
    shift
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    if [ $status -eq 0 ]; then
        pass "$name ($((SECONDS - begin)) s)"
    else
        fail "$name"
        tail -n "${TAIL:-40}" "$log" | sed 's/^/          /'
        echo "          ($log)"
    fi
    return $status
}

# --- the throwaway server: started by the first step that needs one ------------------------------

server=
PG_CONFIG=$(find_pg_config || true)
export PG_CONFIG

cleanup() {
    if [ -n "$server" ]; then
        if [ ${#failed[@]} -gt 0 ]; then
            cp -f "$server/server.log" "$logs/server.log" 2>/dev/null || true
        fi
        scripts/server.sh remove "$server" || true
    fi
}
trap cleanup EXIT
unset PGOPTIONS PGSERVICE PGHOSTADDR PGPASSWORD PGAPPNAME PGTZ PGDATESTYLE
trap 'exit 130' INT TERM

make_extension() {
    make "$@" CARGO_FLAGS=--locked
}

# A server whose cluster has the extension's files at hand, staged or installed. Runs in the main
# shell, which needs its variables.
server_ready=
need_server() {
    local log=$logs/server_start.log
    if [ -n "$server_ready" ]; then
        return 0
    fi
    if [ -n "$server" ] || ! start_server >"$log" 2>&1; then
        tail -n 20 "$log"
        return 1
    fi
    server_ready=yes
}
start_server() {
    server=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-check.XXXXXX")
    chmod 755 "$server"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$server_user" "$server"
    fi
    scripts/server.sh start "$server" || return 1
    eval "$(scripts/server.sh env "$server")"
    export PGDATABASE=postgres PG_TVIEWS_SERVER=$server
    install_for_server "$server" --locked
}

# --- steps --------------------------------------------------------------------------------------

step_fmt() { attempt 'cargo fmt' cargo fmt --all --check; }

step_clippy() { attempt 'clippy' cargo clippy --locked --all-targets -- -D warnings; }

step_clippy_pg() {
    local major
    major=$(pg_major "$PG_CONFIG")
    PGRX_PG_CONFIG_PATH=$PG_CONFIG attempt "clippy (pg$major)" \
        cargo clippy --locked --lib --features "pg$major" -- -D warnings
}

# The tests that run in a server: what they need is compiled for this alone.
step_clippy_tests() {
    local major
    major=$(pg_major "$PG_CONFIG")
    PGRX_PG_CONFIG_PATH=$PG_CONFIG attempt "clippy (tests in pg$major)" \
        cargo clippy --locked --lib --features "pg$major,pg_test" -- -D warnings
}

step_shellcheck() {
    local file files=()
    while IFS= read -r file; do
        if [[ $file == *.sh ]] || head -n 1 "$file" | grep -q '^#!.*sh$'; then
            files+=("$file")
        fi
    done < <(find . -path ./target -prune -o -path ./.git -prune -o -type f \( -name '*.sh' -o -path './.ci/*' \) -print | sort)
    attempt "shellcheck (${#files[@]} files)" shellcheck -x -P . "${files[@]}"
}

# pg_tviews.control is where the version stands; what has to repeat it must agree.
versions_agree() {
    local version wrong=0
    version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" pg_tviews.control)
    [ "$(sed -n 's/^version *= *"\(.*\)"/\1/p' Cargo.toml | head -n 1)" = "$version" ] ||
        { echo "Cargo.toml does not say $version"; wrong=1; }
    grep -q "^## \[$version\]" CHANGELOG.md ||
        { echo "CHANGELOG.md has no section [$version]"; wrong=1; }
    if [ -e META.json ]; then
        python3 - "$version" <<'PYTHON' || wrong=1
import json, sys
meta = json.load(open("META.json", encoding="utf-8"))
found = {meta["version"], meta["provides"]["pg_tviews"]["version"]}
if found != {sys.argv[1]}:
    sys.exit(f"META.json says {sorted(found)}, not {sys.argv[1]}")
PYTHON
    fi
    return $wrong
}
# Released scripts never change, and every one of them has its checksum.
released_scripts_are_frozen() {
    (cd migrations && sha256sum --strict --check SHA256SUMS && diff <(sed 's/^[0-9a-f]*  //' SHA256SUMS) <(printf '%s\n' pg_tviews--*.sql))
}
# Two files may ask which server the library is built for.
server_versions_are_told_apart_in_one_place() {
    ! grep -rlE 'feature = "pg1[0-9]"' src | grep -vxE 'src/(lib|pg/compat)\.rs'
}

step_versions() {
    attempt 'version numbers' versions_agree
    attempt 'server versions are told apart in one place' server_versions_are_told_apart_in_one_place
    attempt 'released scripts are frozen' released_scripts_are_frozen
}

step_licences() {
    attempt 'licences and advisories' scripts/check_licences.py
    sed 's/^/          /' "$logs/licences_and_advisories.log"
}

# The install script as the server would run it, the psql line and placeholders resolved.
run_pgspot() {
    local venv=$PWD/target/venv script
    if ! "$venv/bin/pgspot" --version 2>/dev/null | grep -qF "$pgspot_version"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check "pgspot==$pgspot_version"
    fi
    rm -f pg_tviews--*.sql
    make -s scripts
    for script in pg_tviews--*.sql migrations/pg_tviews--*--*.sql; do
        [ -e "$script" ] || continue
        echo "$script"
        sed -e '/^\\echo/d' -e 's/@extschema@/tviews/g' "$script" >"$logs/pgspot.sql"
        "$venv/bin/pgspot" "${pgspot_options[@]}" "$logs/pgspot.sql"
    done
}
step_pgspot() { attempt 'pgspot' run_pgspot; }

# rust_tests NAME COMMAND...: adds the counts of what a command prints that runs Rust tests.
rust_tests() {
    local name=$1 log=$logs/$1.log status=0 begin=$SECONDS test count
    shift
    "$@" >"$log" 2>&1 </dev/null || status=$?
    while read -r test; do
        fail "$name: $test"
    done < <(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$log")
    count=$(grep -c '^test .* \.\.\. ok$' "$log" || true)
    passed=$((passed + count))
    printf '  %-7s %s %s tests (%s s)\n' "$([ $status -eq 0 ] && echo ok || echo FAILED)" "$count" "$name" $((SECONDS - begin))
    if [ $status -ne 0 ]; then
        tail -n 40 "$log" | sed 's/^/          /'
        if ! grep -q '^test .* \.\.\. FAILED$' "$log"; then
            fail "$name"
        fi
    elif [ "$count" -eq 0 ]; then
        fail "$name: no test was run"
    fi
}
step_unit() { rust_tests unit cargo test --locked; }

# The Rust tests that run in a server.
step_pgrx() { rust_tests pgrx scripts/pgrx-tests.sh; }

step_build() { attempt 'make' make_extension; }

step_install() {
    if need_server; then
        pass 'make install, server'
    else
        fail 'make install, server'
    fi
}

# pg_regress_step KIND FOLDER EXTENSION MAKE_ARGUMENT: runs one half of `make installcheck` and
# counts each test; a test file that does not show up in the output has failed.
pg_regress_step() {
    local kind=$1 folder=$2 suffix=$3 log=$logs/$1.log status=0 file name begin=$SECONDS count=0
    if ! compgen -G "$folder/*.$suffix" >/dev/null; then
        fail "$kind: no test in $folder"
        return
    fi
    need_server || { fail "$kind: no server"; return; }
    make_extension installcheck "$4" >"$log" 2>&1 </dev/null || status=$?
    for file in "$folder"/*."$suffix"; do
        name=$(basename "$file" ".$suffix")
        if grep -Eq "^(test $name +\.\.\. ok|ok +[0-9]+ +[-+] $name )" "$log"; then
            count=$((count + 1))
        elif grep -Eq "^(test $name +\.\.\. FAILED|not ok +[0-9]+ +[-+] $name )" "$log"; then
            fail "$kind $name"
        else
            fail "$kind $name (was not run)"
        fi
    done
    passed=$((passed + count))
    printf '  %-7s %s %s tests (%s s)\n' "$([ $status -eq 0 ] && echo ok || echo FAILED)" "$count" "$kind" $((SECONDS - begin))
    if [ $status -ne 0 ]; then
        cp -f regression.diffs "$logs/$kind.diffs" 2>/dev/null && head -n 60 regression.diffs
        tail -n 15 "$log"
        if [ "$count" -eq "$(compgen -G "$folder/*.$suffix" | wc -l)" ]; then
            fail "make installcheck ($kind)"
        fi
    fi
}
step_regress() { pg_regress_step regress regress/sql sql ISOLATION=; }
step_isolation() { pg_regress_step isolation regress/specs spec REGRESS=; }

# shell_test FILE: runs it with a fresh database.
shell_test() {
    local database
    database=$(basename "$1" .sh)
    dropdb --if-exists --force "$database" && createdb -T template0 "$database" &&
        PGDATABASE=$database timeout "${TEST_TIMEOUT:-600}" bash "$1"
}

# shell_tests FILE...: every one of them.
shell_tests() {
    local file
    need_server || { fail "$1: no server"; return; }
    for file in "$@"; do
        attempt "$file" shell_test "$file"
        scripts/server.sh start "$server" # for a test that left it stopped
    done
}

step_shell() {
    if compgen -G 'regress/shell/*.sh' >/dev/null; then
        shell_tests regress/shell/*.sh
    else
        fail 'shell: no test in regress/shell'
    fi
}

# The part of `shell` that dumps, restores and recovers, for a run by name.
step_dump() { shell_tests regress/shell/dump_*.sh regress/shell/backup.sh; }

# The part of `shell` that is about who may do what.
step_roles() { shell_tests regress/shell/roles_*.sh; }

# As soon as there are upgrade scripts there must be a test that runs them.
step_upgrade() {
    if compgen -G 'regress/upgrade/*.sh' >/dev/null; then
        shell_tests regress/upgrade/*.sh
    elif compgen -G 'migrations/pg_tviews--*--*.sql' >/dev/null; then
        fail 'upgrade: migrations/ has scripts, regress/upgrade/ no test'
    else
        echo '  (first version: nothing to upgrade from)'
    fi
}

# A short run of each program in regress/fuzz, with fixed seeds; `make fuzz` and its like run longer and with others.
step_fuzz() {
    attempt 'fuzz (seed 1)' scripts/fuzz.sh fuzz --seed 1 --cases 20 --seconds 300
    attempt 'fuzz with maintenance off must fail' scripts/fuzz.sh fuzz --self-test --seed 1 --cases 4
    attempt 'soundness (seed 1)' scripts/fuzz.sh soundness --seed 1 --cases 40
    attempt 'soundness with rules left out must fail' scripts/fuzz.sh soundness --self-test --seed 31
    attempt 'interleave (seed 1)' scripts/fuzz.sh interleave --seed 1 --cases 12 --seconds 300
    attempt 'stress (seed 1)' scripts/fuzz.sh stress --seed 1 --seconds 20 --clients 4
    attempt 'stress with DDL (seed 2)' scripts/fuzz.sh stress --seed 2 --seconds 20 --clients 4 --ddl
    attempt 'crash (seed 1)' scripts/fuzz.sh crash --seed 1 --rounds 2
}

# With the real poolers, from packages.
step_poolers() {
    attempt 'packages of the poolers' scripts/install-deps.sh poolers || return
    shell_tests regress/poolers/through_*.sh
}

# Background workers that write.
step_jobs() {
    attempt 'packages for jobs' scripts/install-deps.sh jobs || return
    shell_tests regress/jobs/*.sh
}

step_replicas() { shell_tests regress/replicas/*.sh; }

# pg_upgrade, from the oldest server on this machine to the one that all other tests run with.
step_server_upgrade() { TEST_TIMEOUT=1800 attempt regress/server_upgrade/pg_upgrade.sh bash regress/server_upgrade/pg_upgrade.sh; }

# Everything that involves a server, with the other versions of it, each in a system of its own (scripts/matrix.sh).
step_matrix() {
    local major
    for major in 16 17 18; do
        TAIL=60 attempt "PostgreSQL $major" scripts/matrix.sh "$major"
        sed 's/^/          /' "$logs/PostgreSQL_$major.log"
    done
}

# What takes long or needs more servers than one.
step_nightly() {
    local part
    for part in clippy-tests poolers jobs replicas matrix; do
        echo "$part"
        "step_${part//-/_}"
    done
}

# The blocks of README.md and docs/operations.md, and docs/reference.md beside the comments it is made of.
step_docs() { shell_tests regress/docs/*.sh; }

# With the real exporter, and the rules checked by promtool.
step_monitoring() {
    attempt 'packages for monitoring' scripts/install-deps.sh monitoring || return
    shell_tests regress/monitoring/*.sh
}

# The demo from beginning to end, on part of the catalogue.
run_demo() {
    local directory status=0
    directory=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-check-demo.XXXXXX")
    export DEMO_DIR=$directory DEMO_PACKAGES=${DEMO_PACKAGES:-3000}
    bench/demo/run.sh && bench/demo/run.sh || status=$?
    bench/demo/run.sh clean
    return $status
}
step_demo() { attempt 'make demo, twice' run_demo; }

# Installs into an empty tree and takes it away again: nothing may be left.
install_and_uninstall() {
    local tree left
    tree=$(mktemp -d)
    make_extension install DESTDIR="$tree"
    find "$tree" -type f
    left=$(find "$tree" -type f | wc -l)
    [ "$left" -ge 3 ] || { echo "only $left files were installed"; return 1; }
    make_extension uninstall DESTDIR="$tree"
    left=$(find "$tree" -type f)
    rm -rf "$tree"
    [ -z "$left" ] || { echo "left behind: $left"; return 1; }
}
step_uninstall() { attempt 'make uninstall' install_and_uninstall; }

# --- run ----------------------------------------------------------------------------------------

begin=$SECONDS
echo 'needed programs'
scripts/install-deps.sh check
PG_CONFIG=$(find_pg_config) || die 'no pg_config found'
pass "cargo $(cargo --version | cut -d ' ' -f 2), $("$PG_CONFIG" --version)"

# From here on a failing step is counted and the next one is run.
set +e
for step in "${wanted[@]}"; do
    echo "$step"
    "step_${step//-/_}"
done

echo
if [ ${#failed[@]} -gt 0 ]; then
    echo 'failed:'
    printf '  %s\n' "${failed[@]}"
fi
echo "took $((SECONDS - begin)) s"
echo "$passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
