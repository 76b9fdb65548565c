# shellcheck shell=bash
# Shared by the scripts of this folder and by bench/demo/run.sh; sourced, never executed.

# Prints a message and ends the calling script.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Prints the pg_config to build against: $PG_CONFIG, the one in PATH, or the newest of Debian's.
find_pg_config() {
    local found
    if [ -n "${PG_CONFIG:-}" ]; then
        command -v "$PG_CONFIG" || return 1
    elif found=$(command -v pg_config) && [ -f "$("$found" --pgxs 2>/dev/null)" ]; then
        printf '%s\n' "$found"
    else
        found=$(find /usr/lib/postgresql -path '*/bin/pg_config' 2>/dev/null | sort -V | tail -n 1)
        [ -n "$found" ] || return 1
        printf '%s\n' "$found"
    fi
}

# Prints the major version of the PostgreSQL behind a pg_config, for example 15.
pg_major() {
    "$1" --version | sed -n 's/^PostgreSQL \([0-9][0-9]*\).*/\1/p'
}

# The server refuses to run as root: root hands it to this user.
server_user=${PG_TVIEWS_SERVER_USER:-postgres}

# Runs a command as the user the server runs as, away from directories that user may not enter.
as_server_user() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && exec runuser -u "$server_user" -- env -u RUST_BACKTRACE LC_ALL=C "$@")
    else
        (cd / && exec env -u RUST_BACKTRACE LC_ALL=C "$@")
    fi
}

# Gives a fresh or existing directory to the server's user. Root makes the parent, the server's
# user owns what is inside; a directory of somebody else is refused.
own_directory() {
    if [ -e "$1" ]; then
        local owner
        owner=$(stat -c %u "$1")
        if [ ! -d "$1" ] || [ -L "$1" ]; then
            die "\"$1\" is not a directory"
        fi
        if [ "$owner" -ne "$(id -u)" ] && { [ "$(id -u)" -ne 0 ] || [ "$owner" -ne "$(id -u "$server_user")" ]; }; then
            die "directory \"$1\" belongs to somebody else: choose another one"
        fi
    else
        mkdir -p "$(dirname "$1")"
        mkdir -m 0755 "$1"
    fi
    if [ "$(id -u)" -eq 0 ]; then
        chown "$server_user" "$1"
    fi
}

# Prints the settings with which a server also looks for extensions below a directory; nothing when it cannot do that
# (Debian's servers up to 17 can, and every server from 18 on).
staging_settings() {
    local pg_config=$1 stage=$2 known
    known=$(as_server_user "$("$pg_config" --bindir)/postgres" --describe-config | cut -f 1)
    if grep -qx extension_destdir <<<"$known"; then
        printf '%s\n' "extension_destdir = '$stage'"
    elif grep -qx extension_control_path <<<"$known"; then
        printf '%s\n' "extension_control_path = '$stage$("$pg_config" --sharedir):\$system'" \
            "dynamic_library_path = '$stage$("$pg_config" --pkglibdir):\$libdir'"
    fi
}

# install_for_server DIR [CARGO_FLAG]: installs the extension for the throwaway server in DIR: below
# DIR/stage where the server can look there (scripts/server.sh), otherwise as `make install` does.
install_for_server() {
    local stage=
    if as_server_user grep -Eq '^extension_(destdir|control_path) ' "$1/data/postgresql.conf"; then
        stage=$1/stage
    fi
    make install ${stage:+DESTDIR="$stage"} CARGO_FLAGS="${2:-}"
}

# throwaway_server [SETTING...]: starts a server that ends with the script, installs the extension for it and sets the
# connection. Its directory is in $server.
throwaway_server() {
    server=$(mktemp -d "${PG_TVIEWS_CHECK_DIR:-/var/tmp}/pg_tviews-$(basename "$0" .sh).XXXXXX")
    trap 'scripts/server.sh remove "$server"' EXIT
    trap 'exit 130' INT TERM
    chmod 755 "$server"
    if [ "$(id -u)" -eq 0 ]; then
        chown "$server_user" "$server"
    fi
    scripts/server.sh start "$server" 0 "$@" >/dev/null
    eval "$(scripts/server.sh env "$server")"
    install_for_server "$server" --locked >/dev/null
}
