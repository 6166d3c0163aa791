#!/usr/bin/env bash
# Builds the program that reads HCL with hashicorp/hcl, the reference that our
# parser is compared with, from Go modules, and keeps it in the cache:
#
#   ${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/hcl-<version>/hcl-oracle
#
# Progress goes to standard error; the binary's path is the only line on
# standard output. A binary of the same sources that is there already is used
# again.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
module=github.com/hashicorp/hcl/v2

say() { printf 'oracle: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# go.mod is the one place that names the version.
version="$(awk -v m="$module" '$1 == "require" { $1 = ""; $0 = $0 } $1 == m { sub(/^v/, "", $2); print $2; exit }' "$here/go.mod")"
[ -n "$version" ] || die "no $module in $here/go.mod"
source="$(cd "$here" && cat main.go go.mod go.sum | cksum | awk '{ print $1 }')"

dir="${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/hcl-$version"
bin="$dir/hcl-oracle"

is_right() {
	local out
	[ -x "$1" ] || return 1
	out="$("$1" version 2>/dev/null)" || return 1
	[ "$out" = "v$version $source" ]
}

if is_right "$bin"; then
	say "using $bin"
	printf '%s\n' "$bin"
	exit 0
fi

command -v go >/dev/null || die "go is not on the PATH"
mkdir -p "$dir"
dir="$(cd "$dir" && pwd -P)" # absolute, as the build runs in another folder
bin="$dir/hcl-oracle"
# In the same folder, so that the mv is a rename and never a copy.
tmp="$(mktemp "$dir/.hcl-oracle.XXXXXX")"
trap 'rm -f "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "building hashicorp/hcl $version with $(go env GOVERSION)"
start=$SECONDS
cd "$here"
# -mod=readonly: go.mod and go.sum decide, and are never written.
GOWORK=off GOFLAGS="-p=${HOLDFAST_GO_P:-2}" CGO_ENABLED=0 GOOS='' GOARCH='' \
	go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w -X main.source=$source" -o "$tmp" . >&2
chmod 0755 "$tmp"
is_right "$tmp" || die "the binary built does not call itself v$version $source"
mv -f "$tmp" "$bin"
say "built $bin in $((SECONDS - start)) s"
printf '%s\n' "$bin"
