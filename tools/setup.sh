#!/bin/sh
# Finds a Python that can carry the environment and hands over to setup.py, which an older Python could not even read.
set -u
here=$(dirname "$0")
root=$here/..

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
complete() { recent "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# The environment's own Python comes first, so that two terminals with different paths do not rebuild it in turns.
candidates=${PYTHON:-"$root/.venv/bin/python python3 python3.13 python3.12 python3.11 python"}
for wanted in complete recent; do
    for python in $candidates; do
        "$wanted" "$python" && exec "$python" "$here/setup.py" "$@"
    done
done
found=$(python3 --version 2>/dev/null) || found="none"
echo "set-up: Python 3.11 or newer is needed, found ${found}; install one (Debian: apt-get install python3 python3-venv)" \
    "or name it: make PYTHON=/path/to/python3" >&2
exit 1
