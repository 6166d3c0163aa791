// Command init is pid 1 of a node. It runs in new network, mount, pid, uts and ipc namespaces, makes a root file system
// of its own from a description, and keeps the node's services running: one that ends is started again, as systemd
// would. When it is killed, all of the node ends, as when a machine loses power.
//
//	init DESCRIPTION.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// Description is what test/testbed/namespaces/root.ts writes.
type Description struct {
	Hostname string `json:"hostname"`
	// Root is the folder on the machine that becomes the node's root.
	Root string `json:"root"`
	// Shown are files and folders of the machine that the node has at the same paths, read-only.
	Shown []string `json:"shown"`
	// Path is the services' search path.
	Path     string    `json:"path"`
	Services []Service `json:"services"`
}

// Service is a program that is kept running. It starts once the path After exists, if one is named.
type Service struct {
	Name      string   `json:"name"`
	Arguments []string `json:"arguments"`
	After     string   `json:"after"`
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: init DESCRIPTION.json"))
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	var node Description
	if err := json.Unmarshal(text, &node); err != nil {
		fail(err)
	}
	if err := enterRoot(node); err != nil {
		fail(err)
	}
	supervise(node)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "init:", err)
	os.Exit(1)
}
