"""Processes as they are on a node, for kernel.test.ts to find: pid 1 of namespaces of its own, with `lo` up.

Argument: a folder below a cgroup v2 mount, for the pod's cgroup. Prints one line of JSON when all is ready: the pids by
role. Ends, with all of them, when its standard input does.
"""

import ctypes
import json
import os
import platform
import signal
import socket
import sys
import threading

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NAME = 15
CLONE_NEWNET = 0x40000000
SYS_EXIT = {"x86_64": 60, "aarch64": 93}[platform.machine()]

pod_cgroup = os.path.join(sys.argv[1], "kubepods/burstable/pod3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60/" + "ab" * 32)
ready_read, ready_write = os.pipe()
roles = {}


def process(role, run):
    """Forks a process of the given role; `run` says when it is ready by returning, and it then sleeps."""
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        run()
        os.write(ready_write, b".")
        while True:
            signal.pause()
    roles[role] = pid
    os.read(ready_read, 1)
    return pid


def bound(family, kind, address, port, only6=True):
    made = socket.socket(family, kind)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(only6))
    made.bind((address, port))
    kept.append(made)
    return made


kept = []
V4, V6, TCP, UDP = socket.AF_INET, socket.AF_INET6, socket.SOCK_STREAM, socket.SOCK_DGRAM


def listeners():
    bound(V4, TCP, "127.0.0.1", 29652).listen()
    bound(V6, TCP, "::1", 29653).listen()
    bound(V6, TCP, "::ffff:127.0.0.1", 29654, only6=False).listen()
    bound(V4, UDP, "0.0.0.0", 68)
    bound(V6, UDP, "::", 546)
    bound(V4, UDP, "127.0.0.1", 5353).connect(("127.0.0.1", 53))
    # What has no row that counts: bound and not listening, and both ends of a connection.
    bound(V4, TCP, "127.0.0.1", 29655)
    kept.append(socket.create_connection(("127.0.0.1", 29652)))


def in_pod():
    # Reading a pod's cgroup is the point: the process moves itself there.
    os.makedirs(pod_cgroup)
    with open(os.path.join(pod_cgroup, "cgroup.procs"), "w") as procs:
        procs.write("0")
    bound(V4, TCP, "0.0.0.0", 8080).listen()


def inheriting():
    in_pod()
    if os.fork() == 0:
        while True:
            signal.pause()


def zombie_leader():
    listening = threading.Event()

    def thread():
        with open(os.path.join(pod_cgroup, "cgroup.procs"), "w") as procs:
            procs.write("0")
        bound(V4, TCP, "0.0.0.0", 9090).listen()
        listening.set()
        threading.Event().wait()

    threading.Thread(target=thread).start()
    listening.wait()
    os.write(ready_write, b".")
    libc.syscall(SYS_EXIT, 0)


def in_other_network():
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    bound(V4, TCP, "0.0.0.0", 7070).listen()


def hostile_name():
    libc.prctl(PR_SET_NAME, b"a) Z 1\n7 (\xff", 0, 0, 0)
    bound(V4, TCP, "0.0.0.0", 6060).listen()


def restless():
    """Children that listen and end, so that some end while they are read."""
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            if os.fork() == 0:
                made = socket.socket(V4, TCP)
                made.bind(("127.0.0.1", 0))
                made.listen()
                os._exit(0)
            # At most a few at once.
            signal.sigtimedwait([], 0.002)


process("listeners", listeners)
process("inheriting", inheriting)
process("zombie leader", zombie_leader)
process("other network", in_other_network)
process("hostile name", hostile_name)
process("restless", restless)
ended = os.fork()
if ended == 0:
    os._exit(0)
os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
roles["ended"] = ended
print(json.dumps(roles), flush=True)
sys.stdin.read()
