// Command stand-in takes the place of a CSI driver's images, under their names, and does what its arguments say:
//
//	--endpoint=unix:///csi/csi.sock --drivername=D --nodeid=N   the driver: CSI Identity and Node on that socket
//	--kubelet-registration-path=P --csi-address=S               the node-driver-registrar
//	--http-endpoint=H --csi-address=S                           the livenessprobe: answers on H
//
// With other arguments it waits to be ended, as the controllers' sidecars do.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	options := parse(os.Args[1:])
	fmt.Println("stand-in for", strings.Join(os.Args[1:], " "))
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	failed := make(chan error, 1)
	undo := func() {}
	switch {
	case options["endpoint"] != "" && options["drivername"] != "":
		go func() { failed <- serveDriver(options) }()
	case options["kubelet-registration-path"] != "":
		registration := &registrar{options: options}
		undo = registration.removeSocket
		go func() { failed <- registration.serve() }()
	case options["http-endpoint"] != "":
		go func() { failed <- serveProbe(options) }()
	}
	select {
	case <-terminated:
		undo()
	case err := <-failed:
		fmt.Println("failed to start:", err)
		os.Exit(1)
	}
}

// parse reads -name=value and --name=value; what has no value is true.
func parse(args []string) map[string]string {
	options := map[string]string{}
	for _, arg := range args {
		name, value, found := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !found {
			value = "true"
		}
		options[name] = value
	}
	return options
}
