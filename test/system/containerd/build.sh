#!/usr/bin/env bash
# Builds containerd 2, its shim and its ctr from Go modules, and keeps them in the cache:
#
#   ${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/containerd-<version>/
#
# Progress goes to standard error; that folder is the only line on standard output. One that is there already is used
# again, and so is one that the test bed has built (npm run testbed).
set -euo pipefail

version=2.4.2
cache="${HOLDFAST_CACHE:-$HOME/.cache/holdfast}"
dir="$cache/containerd-$version"
module=github.com/containerd/containerd/v2

say() { printf 'containerd: %s\n' "$*" >&2; }

is_right() {
	[ -x "$1/ctr" ] && [ -x "$1/containerd-shim-runc-v2" ] &&
		[ "$("$1/containerd" --version 2>/dev/null | awk '{ print $3 }')" = "$version" ]
}

for built in "$dir" "$cache"/testbed/containerd-*; do
	if is_right "$built"; then
		say "using $built"
		printf '%s\n' "$built"
		exit 0
	fi
done

command -v go >/dev/null || { say "error: go is not on the PATH"; exit 1; }
mkdir -p "$cache"
cache="$(cd "$cache" && pwd -P)" # absolute, as the build runs in another folder
dir="$cache/containerd-$version"
# In the same folder, so that the mv is a rename and never a copy.
tmp="$(mktemp -d "$cache/.containerd.XXXXXX")"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "building containerd $version with $(go env GOVERSION); some minutes when Go's build cache is cold"
start=$SECONDS
mkdir "$tmp/module" "$tmp/bin"
cd "$tmp/module"
programs=("$module"/cmd/{containerd,containerd-shim-runc-v2,ctr})
{
	printf '//go:build programs\n\npackage containerd\n\n'
	printf 'import _ "%s"\n' "${programs[@]}"
} >programs.go
export GOWORK=off GOFLAGS="-p=${HOLDFAST_GO_P:-2}" CGO_ENABLED=0 GOOS='' GOARCH=''
{ go mod init holdfast/containerd && go get "$module@v$version" && go mod tidy; } >&2
# containerd calls itself what the linker is told (its Makefile, GO_LDFLAGS).
go build -trimpath -buildvcs=false -ldflags "-s -w -X $module/version.Version=$version" \
	-tags "no_btrfs no_devmapper no_zfs" -o "$tmp/bin/" "${programs[@]}" >&2
is_right "$tmp/bin" || { say "error: what was built does not call itself $version"; exit 1; }
rm -rf "$dir"
mv "$tmp/bin" "$dir"
say "built $dir in $((SECONDS - start)) s"
printf '%s\n' "$dir"
