#!/usr/bin/env bash
# Builds OpenTofu's `tofu`, the reference that the differential tests compare
# against, from Go modules, and keeps it in the cache:
#
#   ${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/tofu-<version>/tofu
#
# Progress goes to standard error; the binary's path is the only line on
# standard output, so a caller can write TOFU="$(test/oracle/tofu/build.sh)".
# A binary that is there already is used again. HOLDFAST_TOFU_REBUILD=1 builds
# it anew.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
module=github.com/opentofu/opentofu

say() { printf 'oracle: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# go.mod is the one place that names the version.
version="$(awk -v m="$module" '$1 == "require" { $1 = ""; $0 = $0 } $1 == m { sub(/^v/, "", $2); print $2; exit }' "$here/go.mod")"
[ -n "$version" ] || die "no $module in $here/go.mod"

dir="${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/tofu-$version"
bin="$dir/tofu"

# The whole first line must match, so that a -dev build does not pass.
is_right() {
	local out
	[ -x "$1" ] || return 1
	out="$(TF_CLI_CONFIG_FILE=/dev/null TF_CLI_ARGS='' TF_CLI_ARGS_version='' "$1" version 2>/dev/null)" || return 1
	[ "${out%%$'\n'*}" = "OpenTofu v$version" ]
}

if [ "${HOLDFAST_TOFU_REBUILD:-0}" != 1 ] && is_right "$bin"; then
	say "using $bin"
	printf '%s\n' "$bin"
	exit 0
fi

command -v go >/dev/null || die "go is not on the PATH"
mkdir -p "$dir"
dir="$(cd "$dir" && pwd -P)" # absolute, as the build runs in another folder
bin="$dir/tofu"
# In the same folder, so that the mv is a rename and never a copy.
tmp="$(mktemp "$dir/.tofu.XXXXXX")"
trap 'rm -f "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "building OpenTofu $version with $(go env GOVERSION); some minutes when Go's build cache is cold"
start=$SECONDS
cd "$here"
# -mod=readonly: go.mod and go.sum decide, and are never written.
# version.dev=no: without it the binary calls itself $version-dev.
GOWORK=off GOFLAGS="-p=${HOLDFAST_GO_P:-2}" CGO_ENABLED=0 GOOS='' GOARCH='' \
	go build -mod=readonly -trimpath -buildvcs=false \
	-ldflags "-s -w -X $module/version.dev=no" \
	-o "$tmp" "$module/cmd/tofu" >&2
chmod 0755 "$tmp"
is_right "$tmp" || die "the binary built does not call itself OpenTofu v$version"
mv -f "$tmp" "$bin"
say "built $bin in $((SECONDS - start)) s"
printf '%s\n' "$bin"
