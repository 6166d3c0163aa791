#!/usr/bin/env bash
# Builds OpenTofu's `tofu`, the reference that the differential tests compare
# against, and prints its path, so that a caller can write
# TOFU="$(test/oracle/tofu/build.sh)"; see ../build-go.sh. It takes some minutes
# when Go's build cache is cold. HOLDFAST_TOFU_REBUILD=1 builds it anew.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
module=github.com/opentofu/opentofu
rebuild="${HOLDFAST_TOFU_REBUILD:-0}"
. "$here/../build-go.sh"

# The whole first line, so that a -dev build does not pass.
name_of() {
	local out
	out="$(TF_CLI_CONFIG_FILE=/dev/null TF_CLI_ARGS='' TF_CLI_ARGS_version='' "$1" version 2>/dev/null)" || return 1
	printf '%s\n' "${out%%$'\n'*}"
}

# version.dev=no: without it the binary calls itself $version-dev.
build_once tofu tofu OpenTofu "$module/cmd/tofu" "-X $module/version.dev=no" "OpenTofu v$version"
