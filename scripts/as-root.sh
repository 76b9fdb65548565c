#!/usr/bin/env bash
# Usage: as-root.sh DIRECTORY...
# Prints the command prefix needed to write into the directories: nothing when the user may write
# there (or, for one that does not exist, into its nearest parent), "sudo -n" when sudo asks for no
# password, and otherwise "false", after saying on stderr what to do.
set -euo pipefail

for directory in "$@"; do
    while [ ! -e "$directory" ]; do
        directory=$(dirname "$directory")
    done
    if [ ! -w "$directory" ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            echo 'sudo -n'
        else
            {
                echo "no permission to write to \"$directory\""
                echo "Run the same make command as root, for example: sudo make install"
                echo "(the build is not repeated), or install elsewhere with DESTDIR=..."
            } >&2
            echo false
        fi
        exit 0
    fi
done
