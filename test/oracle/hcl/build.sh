#!/usr/bin/env bash
# Builds the program that reads HCL with hashicorp/hcl, the reference that our
# parser is compared with, and prints its path; see ../build-go.sh. A binary of
# other sources is built anew.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
module=github.com/hashicorp/hcl/v2
. "$here/../build-go.sh"

source="$(cd "$here" && cat main.go go.mod go.sum | cksum | awk '{ print $1 }')"

name_of() { "$1" version 2>/dev/null; }

build_once hcl hcl-oracle hashicorp/hcl . "-X main.source=$source" "v$version $source"
