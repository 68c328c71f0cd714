#!/usr/bin/env bash
# Every check that needs neither hardware nor a browser, in one go: all that is wrong is listed, not the first only.
# Called by `make check`, which puts the environment's programs first on PATH; `static` leaves the tests out.
set -uo pipefail

failed=()

check() {
  local name=$1
  shift
  printf '== %s\n' "$name"
  "$@" || failed+=("$name")
}

check "format" ruff format --check --quiet .
check "lint" ruff check --quiet .
check "types" mypy
check "types of deploy" mypy -p deploy
check "import contracts" lint-imports
check "knowledge" python -m kb check
check "screens" bash deploy/check-web.sh
if [[ "${1:-}" != static ]]; then
  check "unit tests" python -m pytest -m "not rasa and not card and not browser"
fi

if ((${#failed[@]})); then
  printf 'check failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
echo "check: all good"
