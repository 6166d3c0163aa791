#!/usr/bin/env bash
# Installs what the system and cluster tests need and what is missing, from the distribution's own packages. For the
# system tests:
#   docker-registry  a real OCI registry to ask for chart versions
#   zsh, fish        to load the completion scripts in the shells that they are for
#   prometheus       promtool, which judges the agent's alerts
#   iproute2, python3, strace   to hold what is read of a kernel against ss, with processes made for it
# For these and the test bed (npm run testbed):
#   containerd, runc            the old runtime, and what starts the containers of both
#   containernetworking-plugins the pods' network
#   iptables, iproute2          host ports, and the network between the nodes
#   busybox-static              what runs in most test pods
#   openssl, util-linux         certificates; unshare and nsenter
# For the bed's nodes that are whole machines (up --vm-nodes):
#   qemu-system-x86, qemu-utils the emulator, and its disks
#   mmdebstrap, debian-archive-keyring, e2fsprogs   the disk that they start from
#   openssh-client              to run programs on them
# Does nothing when all are there. Needs apt-get, and root or sudo.
set -euo pipefail

# PROGRAM=PACKAGE: a package is missing where its program (or file) is, whoever installed that.
wanted=(docker-registry=docker-registry zsh=zsh fish=fish promtool=prometheus containerd=containerd runc=runc
  /usr/lib/cni/ptp=containernetworking-plugins iptables=iptables ip=iproute2 ss=iproute2 /bin/busybox=busybox-static
  openssl=openssl nsenter=util-linux /usr/bin/python3=python3 strace=strace
  qemu-system-x86_64=qemu-system-x86 qemu-img=qemu-utils mmdebstrap=mmdebstrap mke2fs=e2fsprogs ssh=openssh-client
  /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring)
PATH="$PATH:/usr/sbin:/sbin"
missing=()
for each in "${wanted[@]}"; do
  command -v "${each%%=*}" >/dev/null || [ -f "${each%%=*}" ] || missing+=("${each#*=}")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "All system packages are installed: nothing to do."
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]}. There is no apt-get here: install them by hand." >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

echo "Installing with apt-get: ${missing[*]}"
"${as_root[@]}" apt-get update -q
# RUNLEVEL=1: registry and containerd are not started as services; the tests start their own.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
  apt-get install -q -y --no-install-recommends "${missing[@]}"
