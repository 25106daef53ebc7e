#!/bin/sh
# Builds the release twice, in different folders, from clones of HEAD and with caches of
# their own, and compares every byte.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
for copy in first a/much/longer/second; do
  git clone -q . "$work/$copy/vane"
  GOCACHE=$work/$copy/cache sh "$work/$copy/vane/release.sh" "$work/$copy/release" > /dev/null
done
diff -r "$work/first/release" "$work/a/much/longer/second/release"
cat "$work/first/release/SHA256SUMS"
echo "two builds in different folders are the same to the byte"
