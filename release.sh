#!/bin/sh
# Builds the release: sh release.sh FOLDER. For each platform one archive with the
# program, the configuration, the unit of systemd and the documents, and SHA256SUMS.
#
# The same commit gives the same bytes, wherever and whenever it is built with the Go of
# go.mod's toolchain line or GOTOOLCHAIN: no path and no time goes in but the commit's.
# The version is the commit's tag, which Go stamps into the program by itself.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
version=$(git describe --tags --always --dirty)
# Of vane.yaml, sources and taxonomy a copy is to be changed; the rest is to be read.
shipped="LICENSE NOTICE README.md README.zh-CN.md CHANGELOG.md vane.service configs docs"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for arch in amd64 arm64; do
  name=vane-$version-linux-$arch
  mkdir "$work/$name"
  CGO_ENABLED=0 GOOS=linux GOARCH=$arch GOAMD64=v1 GOARM64=v8.0 GOFLAGS= \
    go build -trimpath -buildvcs=true -ldflags '-s -w -buildid=' -o "$work/$name/vane" ./cmd/vane
  # shellcheck disable=SC2086 # a list of names
  git archive HEAD $shipped | tar -x -C "$work/$name"
  tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode='u+rw,go+r,go-w,a+X' \
    --mtime="@$(git log -1 --format=%ct)" -c "$name" | gzip -9n > "$out/$name.tar.gz"
done
cd "$out"
sha256sum vane-"$version"-linux-*.tar.gz | tee SHA256SUMS
