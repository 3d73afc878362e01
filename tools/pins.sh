#!/bin/sh
# Writes constraints.txt anew from a scratch environment with the newest versions that pyproject.toml allows.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch"
"$scratch/bin/python" tools/setup.py --requirements > "$scratch/requirements"
"$scratch/bin/pip" install --quiet --requirement "$scratch/requirements"
{
    sed -n '/^#/p' constraints.txt
    "$scratch/bin/pip" freeze | sort -f
} > "$scratch/constraints"
mv "$scratch/constraints" constraints.txt
