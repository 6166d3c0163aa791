#!/usr/bin/env bash
# Writes the cases of the scheduler plugins' own test tables down, as facts that our simulation is held against:
#
#   record.sh >generated/published.jsonl
#
# A line is a case, {"plugin", "function", "case"}: the fields that it has in its table, by their names there. The tables are those of
# k8s.io/kubernetes (the version is in go.mod) under pkg/scheduler/framework/plugins, Copyright The Kubernetes Authors, Apache License 2.0.
# Their tests are copied, each loop over a table also records its case, and they are run: only cases of tests that passed are written.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
cp "$here/go.mod" "$here/go.sum" "$scratch"
cd "$scratch"
export GOWORK=off GOFLAGS="-p=${HOLDFAST_GO_P:-2} -mod=readonly" CGO_ENABLED=0
plugins="$(go list -m -f '{{.Dir}}' k8s.io/kubernetes)/pkg/scheduler/framework/plugins"

# table PACKAGE FUNCTION [MORE [AFTER]]: MORE are arguments of recordCase. The case is recorded first in the loop, or after the line that has AFTER.
table() {
	local package="$1" function="$2" more="${3:-}" after="${4:-}" file
	if [ ! -d "$package" ]; then
		mkdir "$package"
		cp "$plugins/$package"/*.go "$package"
		chmod u+w "$package"/*
		sed "s/PACKAGE/$package/" "$here/record.go.txt" >"$package/record_test.go"
	fi
	file="$(grep -l "^func $function(" "$package"/*_test.go)"
	awk -v "function_=$function" -v "more=$more" -v "after=$after" '
		{ print }
		index($0, "func " function_ "(") == 1 { within = 1 }
		/^}/ { within = 0 }
		within && match($0, /^\tfor .*, (test|tt|tc) := range [A-Za-z]*[tT]est[A-Za-z]* \{$/) {
			name = $0; sub(/^\tfor .*, /, "", name); sub(/ := .*/, "", name); looped = 1
			if (after == "") emit()
		}
		within && looped && after != "" && index($0, after) { emit() }
		function emit() {
			printf "recordCase(\"%s\", %s%s)\n", function_, name, more == "" ? "" : ", " more
			done = 1; looped = 0
		}
		END { if (!done) { print "no loop in " function_ >"/dev/stderr"; exit 1 } }
	' "$file" >"$file.new"
	mv "$file.new" "$file"
	run+=("$package")
}

run=()
table nodeports TestNodePorts
table nodename TestNodeName
table nodeunschedulable TestNodeUnschedulable
table tainttoleration TestTaintTolerationFilter
table tainttoleration TestTaintTolerationFilterWithFeatureGate
table tainttoleration TestTaintTolerationScore
table nodeaffinity TestNodeAffinity
table nodeaffinity TestNodeAffinityPriority
table noderesources testEnoughRequests '' 'test.nodeInfo.SetNode(&node)'
table noderesources testNotEnoughRequests '' 'test.nodeInfo.SetNode(&node)'
table noderesources testStorageRequests '' 'test.nodeInfo.SetNode(&node)'
table noderesources testRestartableInitContainers '&node' 'nodeInfo.SetNode(&node)'
table noderesources testFitScore
table noderesources TestLeastAllocatedScoringStrategy
table noderesources testNodeResourcesBalancedAllocation
table podtopologyspread TestSingleConstraint
table podtopologyspread TestMultipleConstraints
table podtopologyspread TestPodTopologySpreadScore
table interpodaffinity TestRequiredAffinitySingleNode namespaces
table interpodaffinity TestRequiredAffinityMultipleNodes '[]runtime.Object{&v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "NS1"}}}'
table interpodaffinity TestPreferredAffinity namespaces
table interpodaffinity TestPreferredAffinityWithHardPodAffinitySymmetricWeight namespaces
table imagelocality TestImageLocalityPriority

export RECORD_TO="$scratch/published.jsonl"
[ "${TIDY:-}" = "" ] || { GOFLAGS=-p=1 go mod tidy >&2; cp go.mod go.sum "$here"; }
for package in $(printf '%s\n' "${run[@]}" | sort -u); do
	functions="$(sed -n 's/^recordCase("\([^"]*\)".*/\1/p' "$package"/*_test.go | sed 's/^t/T/' | sort -u | paste -sd'|')"
	go test -count=1 -run "^($functions)\$" "./$package" >&2
done
cat "$RECORD_TO"
