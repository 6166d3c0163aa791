package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// The kubelet writes these when it starts, and they are the whole machine's. In the node each is a file of its own.
var tunables = []string{
	"/proc/sys/vm/overcommit_memory",
	"/proc/sys/vm/panic_on_oom",
	"/proc/sys/kernel/panic",
	"/proc/sys/kernel/panic_on_oops",
	"/proc/sys/kernel/keys/root_maxkeys",
	"/proc/sys/kernel/keys/root_maxbytes",
}

const bootID = "/proc/sys/kernel/random/boot_id"

// enterRoot makes the node's root file system and moves into it; nothing of it reaches the machine's own mounts.
func enterRoot(node Description) error {
	steps := []func() error{
		func() error { return mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC) },
		func() error { return mount(node.Root, node.Root, "", syscall.MS_BIND) },
		func() error { return showAll(node) },
		func() error { return mountAt(node.Root, "proc", "proc", "") },
		func() error { return mountAt(node.Root, "sys", "sysfs", "") },
		func() error { return mountAt(node.Root, "run", "tmpfs", "mode=755") },
		func() error { return mountTree(node.Root, "/dev") },
		func() error { return mountTree(node.Root, "/sys/fs/cgroup") },
		func() error { return os.Chdir(node.Root) },
		// The old root goes on top of the new one, and is then let go.
		func() error { return syscall.PivotRoot(".", ".") },
		func() error { return syscall.Unmount(".", syscall.MNT_DETACH) },
		func() error { return os.Chdir("/") },
		// Shared, as systemd leaves it: pods may ask for bidirectional mounts.
		func() error { return mount("", "/", "", syscall.MS_SHARED|syscall.MS_REC) },
		func() error { return syscall.Sethostname([]byte(node.Hostname)) },
		ownTunables,
		// Of its own network: what every node's set-up asks for, as nodes pass on their pods' packets.
		func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func mount(source, target, kind string, flags uintptr) error {
	if err := syscall.Mount(source, target, kind, flags, ""); err != nil {
		return fmt.Errorf("mount %s on %s: %w", source, target, err)
	}
	return nil
}

func mountAt(root, folder, kind, options string) error {
	target := filepath.Join(root, folder)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := syscall.Mount(kind, target, kind, syscall.MS_NOSUID, options); err != nil {
		return fmt.Errorf("mount %s on %s: %w", kind, target, err)
	}
	return nil
}

func mountTree(root, path string) error {
	target := filepath.Join(root, path)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	return mount(path, target, "", syscall.MS_BIND|syscall.MS_REC)
}

func showAll(node Description) error {
	for _, path := range node.Shown {
		target := filepath.Join(node.Root, path)
		if err := makeLike(path, target); err != nil {
			return err
		}
		if err := mount(path, target, "", syscall.MS_BIND); err != nil {
			return err
		}
		if err := mount("", target, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY); err != nil {
			return err
		}
	}
	return nil
}

// makeLike makes a mount point of the same kind as source: a folder, or an empty file.
func makeLike(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, nil, 0o644)
}

// ownTunables gives the node a boot id for this boot, and copies of the kernel's settings to write to.
func ownTunables() error {
	for _, path := range tunables {
		if value, err := os.ReadFile(path); err == nil {
			if err := cover(path, value); err != nil {
				return err
			}
		}
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return cover(bootID, fmt.Appendf(nil, "%x-%x-%x-%x-%x\n", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
}

func cover(path string, content []byte) error {
	folder := "/run/testbed"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	own := filepath.Join(folder, filepath.Base(path))
	if err := os.WriteFile(own, content, 0o644); err != nil {
		return err
	}
	return mount(own, path, "", syscall.MS_BIND)
}
