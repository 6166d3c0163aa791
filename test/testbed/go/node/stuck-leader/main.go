// Command stuck-leader listens on the address of its argument, and then ends its first thread alone: what is left is a
// process with a zombie for a leader, whose other threads hold what it has open.
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
)

// The first goroutine stays on the first thread.
func init() { runtime.LockOSThread() }

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	go serve(listener)
	// exit(2) without the library's group: this thread, and no other [man 2 _exit, NOTES].
	_, _, _ = syscall.Syscall(syscall.SYS_EXIT, 0, 0, 0)
}

func serve(listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_ = connection.Close()
	}
}
