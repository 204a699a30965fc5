#!/usr/bin/env bash
# Every test, in parallel on two cores; on PostgreSQL those that touch a database. What is long or
# random is short here: in full it runs in make faults and make browser.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN="${BIN:-.venv/bin}"
workers="${TENURE_TEST_WORKERS:-2}"
# Some hundred processes of ours start here: compile them once, whatever is usual around here.
unset PYTHONDONTWRITEBYTECODE

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
  echo "!! Chromium is not installed: the browser tests will NOT run. apt-get install chromium" >&2
fi
# By their paths: who asks for a marker loads every other test as well, to leave it out.
others="--ignore=tests/browser --ignore=tests/faults"
echo "== SQLite"
"$BIN/pytest" -n "$workers" --dist worksteal $others
echo "== PostgreSQL"
TENURE_TEST_DB=postgres "$BIN/pytest" -n "$workers" --dist worksteal $others
echo "== Browser: one way through each page"
"$BIN/pytest" -n "$workers" --dist loadfile tests/browser
# Most of their time they wait for a process to die or to come back.
echo "== Faults, shortened, on both databases beside each other"
told="$(mktemp)"
trap 'rm -f "$told"' EXIT
TENURE_TEST_DB=postgres "$BIN/pytest" tests/faults >"$told" 2>&1 &
beside=$!
outcome=0
"$BIN/pytest" tests/faults || outcome=$?
wait "$beside" || outcome=$?
cat "$told"
exit "$outcome"
