# Builds a reference program from Go modules, and keeps it in the cache:
#
#   ${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/<cache name>-<version>/<program>
#
# For the build.sh of an oracle, beside its go.mod, which sources this after setting
#   here     its own folder
#   module   the Go module that is the reference
# and then calls build_once. Progress goes to standard error; the binary's path is the only line on standard
# output. A binary that is there already and calls itself as expected is used again.

say() { printf 'oracle: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# go.mod is the one place that names the version.
version="$(awk -v m="$module" '$1 == "require" { $1 = ""; $0 = $0 } $1 == m { sub(/^v/, "", $2); print $2; exit }' "$here/go.mod")"
[ -n "$version" ] || die "no $module in $here/go.mod"

# build_once CACHE_NAME PROGRAM TITLE PACKAGE LDFLAGS EXPECTED
# EXPECTED is what `name_of BINARY`, which the caller defines, prints of a binary that is right.
build_once() {
	local program="$2" title="$3" package="$4" ldflags="$5" expected="$6" dir bin start
	dir="${HOLDFAST_CACHE:-$HOME/.cache/holdfast}/$1-$version"
	bin="$dir/$program"
	if [ "${rebuild:-0}" != 1 ] && is_right "$bin" "$expected"; then
		say "using $bin"
		printf '%s\n' "$bin"
		return
	fi

	command -v go >/dev/null || die "go is not on the PATH"
	mkdir -p "$dir"
	dir="$(cd "$dir" && pwd -P)" # absolute, as the build runs in another folder
	bin="$dir/$program"
	# In the same folder, so that the mv is a rename and never a copy.
	tmp="$(mktemp "$dir/.$program.XXXXXX")"
	trap 'rm -f "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM

	say "building $title $version with $(go env GOVERSION)"
	start=$SECONDS
	cd "$here"
	# -mod=readonly: go.mod and go.sum decide, and are never written.
	GOWORK=off GOFLAGS="-p=${HOLDFAST_GO_P:-2}" CGO_ENABLED=0 GOOS='' GOARCH='' \
		go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w $ldflags" -o "$tmp" "$package" >&2
	chmod 0755 "$tmp"
	is_right "$tmp" "$expected" || die "the binary built does not call itself $expected"
	mv -f "$tmp" "$bin"
	say "built $bin in $((SECONDS - start)) s"
	printf '%s\n' "$bin"
}

is_right() {
	local out
	[ -x "$1" ] || return 1
	out="$(name_of "$1")" || return 1
	[ "$out" = "$2" ]
}
