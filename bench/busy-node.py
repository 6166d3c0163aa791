"""A node with many pods, for the bench to read: pid 1 of namespaces of its own, with `lo` up.

Arguments: a folder below a cgroup v2 mount, then how many processes, pods and sockets. The processes are spread over
the pods, the sockets over the processes: half TCP, half UDP, a quarter IPv6. Prints `{}` when all is ready, and ends,
with all of them, when its standard input does.
"""

import gc
import os
import signal
import socket
import sys

cgroup, (processes, pods, sockets) = sys.argv[1], map(int, sys.argv[2:5])
gc.freeze()
ready_read, ready_write = os.pipe()


def pod_cgroup(number):
    return os.path.join(cgroup, f"kubepods/burstable/pod{number:08x}-7d2b-4e60-9a8f-1b2c3d4e5f60", f"{number:064x}")


def listen(number):
    family = socket.AF_INET6 if number % 4 == 3 else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM if number % 2 == 0 else socket.SOCK_DGRAM)
    made.bind(("", 2000 + number))
    if number % 2 == 0:
        made.listen(1)
    return made


for pod in range(pods):
    os.makedirs(pod_cgroup(pod))
for process in range(processes):
    if os.fork() == 0:
        with open(os.path.join(pod_cgroup(process % pods), "cgroup.procs"), "w") as procs:
            procs.write("0")
        kept = [listen(number) for number in range(process, sockets, processes)]
        os.write(ready_write, b".")
        while True:
            signal.pause()
for _ in range(processes):
    os.read(ready_read, 1)
print("{}", flush=True)
sys.stdin.read()
