#!/bin/sh
# Makes what TestUpgrade opens: the data directory of a release, and the trends that it
# counts. Run it with the release's own program, on its tag:
#
#   make build && sh cmd/vane/testdata/upgrade/make.sh v0.1.0 bin/vane
set -eu
name=$1 vane=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$vane" demo --once --posts 120 --data-dir "$work" > /dev/null
"$vane" trends --json --by tag --step day --from "$(date -u -d '70 days ago' +%F)" --to "$(date -u +%F)" \
  --data-dir "$work/demo" | gzip -9n > "$here/$name.trends.json.gz"
# Secrets are made anew, and ports are another machine's.
tar -C "$work/demo" --exclude='*.password' --exclude=author.key --exclude=runtime.json --exclude=lock \
  --sort=name --owner=0 --group=0 --numeric-owner -c . | gzip -9n > "$here/$name.tar.gz"
