package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// As long as systemd waits by default before it starts a service again.
const restartDelay = 100 * time.Millisecond

// supervise keeps the services running, and reaps every process that nobody else waits for. It never returns.
func supervise(node Description) {
	due, ended := make(chan Service), make(chan int)
	for _, service := range node.Services {
		go startWhenReady(service, due)
	}
	go reap(ended)
	running := map[int]Service{}
	for {
		select {
		case service := <-due:
			pid, err := start(service, node.Path)
			if err != nil {
				fmt.Fprintf(os.Stderr, "init: %s: %v\n", service.Name, err)
				time.AfterFunc(time.Second, func() { due <- service })
				continue
			}
			running[pid] = service
		case pid := <-ended:
			if service, ok := running[pid]; ok {
				delete(running, pid)
				time.AfterFunc(restartDelay, func() { startWhenReady(service, due) })
			}
		}
	}
}

func startWhenReady(service Service, due chan<- Service) {
	for service.After != "" {
		if _, err := os.Stat(service.After); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	due <- service
}

func reap(ended chan<- int) {
	for {
		pid, err := syscall.Wait4(-1, nil, 0, nil)
		if err != nil {
			// No child at the moment.
			time.Sleep(20 * time.Millisecond)
			continue
		}
		ended <- pid
	}
}

// start runs a service in a session of its own, with its output in /var/log/NAME.log.
func start(service Service, path string) (int, error) {
	output, err := os.OpenFile(filepath.Join("/var/log", service.Name+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	defer output.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	return syscall.ForkExec(service.Arguments[0], service.Arguments, &syscall.ProcAttr{
		Dir:   "/",
		Env:   []string{"PATH=" + path, "HOME=/root"},
		Files: []uintptr{null.Fd(), output.Fd(), output.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
}
