#!/usr/bin/env bash
# Builds the program that asks the scheduler's own plugins where a pod may be placed, the
# reference that our simulation is compared with, and prints its path; see ../build-go.sh.
# A binary of other sources is built anew.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
module=k8s.io/kubernetes
. "$here/../build-go.sh"

source="$(cd "$here" && cat main.go bench.go go.mod go.sum | cksum | awk '{ print $1 }')"

name_of() { "$1" version 2>/dev/null; }

build_once scheduler scheduler-oracle "the scheduler's plugins" . "-X main.source=$source" "v$version $source"
