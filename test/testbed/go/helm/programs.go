//go:build programs

// Package helm names the program that is built from this module, so that go.mod and go.sum cover it.
package helm

import _ "helm.sh/helm/v3/cmd/helm"
