/** What is taken of a package of Debian. */
interface Taken {
  /** As the package has them; what ends in a slash is taken with all that is in it. Its licence text comes on top. */
  readonly paths: readonly string[];
  /** What these files are under, as an SPDX expression; /usr/share/doc in the image has the texts. */
  readonly licence: string;
}

/** Debian 12. Its packages come from there and from its updates and security updates, whatever else the machine knows. */
export const suite = "bookworm";

/** All that is in the base layer and not written by us: what Node is linked to, and nsenter with its libraries. */
export const packages: Readonly<Record<string, Taken>> = {
  // Tells scanners which distribution this is; the licences that the packages' texts refer to.
  "base-files": {
    paths: ["etc/debian_version", "etc/os-release", "usr/lib/os-release", "usr/share/common-licenses/"],
    licence: "GPL-2.0-or-later",
  },
  // The licence text of libgcc-s1 and libstdc++6.
  "gcc-12-base": { paths: [], licence: "GPL-3.0-or-later WITH GCC-exception-3.1" },
  libc6: {
    paths: [
      "lib64/ld-linux-x86-64.so.2",
      "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
      ...["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"].map((name) => `lib/x86_64-linux-gnu/${name}`),
    ],
    licence: "LGPL-2.1-or-later",
  },
  "libgcc-s1": { paths: ["lib/x86_64-linux-gnu/libgcc_s.so.1"], licence: "GPL-3.0-or-later WITH GCC-exception-3.1" },
  "libpcre2-8-0": { paths: ["usr/lib/x86_64-linux-gnu/"], licence: "BSD-3-Clause" },
  libselinux1: { paths: ["lib/x86_64-linux-gnu/libselinux.so.1"], licence: "libselinux-1.0" },
  "libstdc++6": { paths: ["usr/lib/x86_64-linux-gnu/"], licence: "GPL-3.0-or-later WITH GCC-exception-3.1" },
  // A node is read from the cgroup namespace of the host.
  "util-linux": { paths: ["usr/bin/nsenter"], licence: "GPL-2.0-or-later" },
};
