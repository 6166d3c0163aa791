// Command runc-fault is runc, except that while the fault is on it cannot kill: as under an AppArmor profile that takes
// no signals from runc, `kill` and `delete --force` fail for a container whose init runs. Once the init is dead, by
// whatever means, it is runc again.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// What runc prints under AppArmor; seen with runc 1.1.5 and containerd 1.6.20 (docs/design/testbed.md).
const denied = "unable to signal init: permission denied"

// While this file exists, the fault is on.
const fault = "/var/lib/testbed/faults/kill"

func main() {
	runc, err := realRunc()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	call := parse(os.Args[1:])
	if call.kills() && exists(fault) && running(runc, call) {
		refuse(call)
	}
	err = syscall.Exec(runc, append([]string{"runc"}, os.Args[1:]...), os.Environ())
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func realRunc() (string, error) {
	for _, path := range []string{"/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc"} {
		if exists(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("runc-fault: no runc in /usr/sbin, /usr/bin or /usr/local/sbin")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

type call struct {
	globals   []string
	command   string
	arguments []string
}

func parse(args []string) call {
	valued := []string{"--root", "--log", "--log-format", "--criu"}
	i := 0
	for i < len(args) && strings.HasPrefix(args[i], "-") {
		if slices.Contains(valued, args[i]) {
			i++
		}
		i++
	}
	if i >= len(args) {
		return call{globals: args}
	}
	return call{globals: args[:i], command: args[i], arguments: args[i+1:]}
}

func (c call) kills() bool {
	return c.command == "kill" || c.command == "delete" &&
		(slices.Contains(c.arguments, "--force") || slices.Contains(c.arguments, "-f"))
}

func (c call) container() string {
	for _, argument := range c.arguments {
		if !strings.HasPrefix(argument, "-") {
			return argument
		}
	}
	return ""
}

func running(runc string, c call) bool {
	out, err := exec.Command(runc, append(slices.Clone(c.globals), "state", c.container())...).Output()
	var state struct{ Status string }
	return err == nil && json.Unmarshal(out, &state) == nil && state.Status == "running"
}

// refuse says it twice, as runc does: on standard error, and in the log that the shim reads.
func refuse(c call) {
	for i, option := range c.globals {
		if option == "--log" && i+1 < len(c.globals) {
			line, _ := json.Marshal(map[string]string{"level": "error", "msg": denied, "time": time.Now().Format(time.RFC3339)})
			if log, err := os.OpenFile(c.globals[i+1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
				_, _ = log.Write(append(line, '\n'))
				_ = log.Close()
			}
		}
	}
	fmt.Fprintln(os.Stderr, denied)
	os.Exit(1)
}
