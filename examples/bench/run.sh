#!/usr/bin/env bash
# Times crm2gong beside Python's csv and json, Miller and DuckDB, on a made-up
# export; tools that are not installed are left out.
#
#   run.sh [DEALS [RUNS]]      default: 200000 deals, 5 runs
#
# Runs take turns, so that a busy moment of the machine hits all alike; medians
# are printed, and how many times as long as crm2gong each takes. DATA names a
# folder to keep the data and outputs in; without it they are removed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
deals=${1:-200000} runs=${2:-5}
if [ -n "${DATA:-}" ]; then
  mkdir -p "$DATA"
  data=$(cd "$DATA" && pwd)
else
  data=$(mktemp -d)
  trap 'rm -rf "$data"' EXIT
fi

cd "$here"
go build -o "$data/crm2gong" ../../cmd/crm2gong
go run ./gen -deals "$deals" -out "$data"
cd "$data"
echo "$deals deals, $(($(stat -c %s deals.csv 2>/dev/null || stat -f %z deals.csv) / 1000000)) MB; the whole company $(($(cat ./*.csv | wc -c) / 1000000)) MB"

names=() commands=() outputs=()
add() { names+=("$1") outputs+=("$2") commands+=("$3"); }
add "crm2gong, deals" ours.json "./crm2gong transform '$here/deals.yaml' --data . --entity DEAL --quiet >ours.json"
for tool in python3 mlr duckdb; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is not installed: left out"
    continue
  fi
  case $tool in
  python3) add "Python csv + json, deals" python.json "python3 '$here/deals.py' . python.json" ;;
  mlr) add "Miller, deals" miller.json "mlr -S --icsv --ojsonl put -q -f '$here/deals.mlr' rates.csv stages.csv deals.csv >miller.json" ;;
  duckdb) add "DuckDB, deals" duckdb.json "duckdb :memory: <'$here/deals.sql'" ;;
  esac
done
add "crm2gong, the whole company" "" "./crm2gong transform '$here/company.yaml' --data . -o company --quiet"

# Before any is timed, all must have written the same.
for i in "${!names[@]}"; do
  eval "${commands[i]}"
  if [ -n "${outputs[i]}" ] && [ "${outputs[i]}" != ours.json ] && command -v python3 >/dev/null; then
    python3 "$here/deals.py" --compare ours.json "${outputs[i]}"
  fi
done

for _ in $(seq "$runs"); do
  for i in "${!names[@]}"; do
    start=${EPOCHREALTIME/[.,]/}
    eval "${commands[i]}"
    echo $((${EPOCHREALTIME/[.,]/} - start)) >>"time.$i"
  done
done

median() { sort -n "time.$1" | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2}'; }
base=$(median 0)
printf '\n%-30s %10s %8s\n' tool seconds times
for i in "${!names[@]}"; do
  median "$i" | awk -v name="${names[i]}" -v base="$base" '{printf "%-30s %10.3f %8.2f\n", name, $1 / 1e6, $1 / base}'
done
rm -f time.*
