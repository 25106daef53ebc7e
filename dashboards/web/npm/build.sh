#!/bin/sh
# Puts the chart library of package-lock.json into ../assets: what npm checks against the
# lock is copied as it is. Run it (make assets) after the version in package.json changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$work"
(cd "$work" && npm ci --no-audit --no-fund --ignore-scripts)
from=$work/node_modules/uplot
cp "$from/dist/uPlot.iife.min.js" "$here/../assets/uplot.js"
cp "$from/dist/uPlot.min.css" "$here/../assets/uplot.css"
cp "$from/LICENSE" "$here/../assets/uplot.LICENSE"
