import { expect, test } from "vitest";
import { confinement, type LabelFile } from "./confinement.ts";

function error(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** What each file says, or the error in its place; what is not given is not there. */
function confined(labels: Partial<Record<LabelFile, string | Error>>): string | null {
  const read = (file: LabelFile): string => {
    const label = labels[file] ?? error("ENOENT");
    if (typeof label === "string") return label;
    throw label;
  };
  return confinement({ read })?.text ?? null;
}

const own = "/proc/self/attr/current";
const appArmor = "/proc/self/attr/apparmor/current";

test.each<[string, Parameters<typeof confined>[0]]>([
  ["no security module", {}],
  ["none that is switched on", { [own]: error("EINVAL"), [appArmor]: error("EINVAL") }],
  ["AppArmor", { [own]: "unconfined\n", [appArmor]: "unconfined\n" }],
  ["SELinux, a login", { [own]: "unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023\0" }],
  ["SELinux, a privileged container", { [own]: "system_u:system_r:spc_t:s0\0" }],
])("not confined: %s", (_name, labels) => {
  expect(confined(labels)).toBeNull();
});

test.each<[string, Parameters<typeof confined>[0], string]>([
  [
    "a container's profile",
    { [own]: "cri-containerd.apparmor.d (enforce)\n" },
    'this program is confined as "cri-containerd.apparmor.d (enforce)"',
  ],
  [
    "runc's profile, whose flag is unconfined and whose label is not",
    { [own]: "runc (unconfined)\n" },
    'this program is confined as "runc (unconfined)"',
  ],
  [
    "one of AppArmor beside another module",
    { [own]: "unconfined\n", [appArmor]: "crun (unconfined)\n" },
    'this program is confined as "crun (unconfined)"',
  ],
  [
    "stacked",
    { [own]: "unconfined//&docker-default (enforce)\n" },
    'this program is confined as "unconfined//&docker-default (enforce)"',
  ],
  [
    "SELinux",
    { [own]: "system_u:system_r:container_t:s0:c1,c2\0" },
    'this program is confined as "system_u:system_r:container_t:s0:c1,c2"',
  ],
  ["a name that looks like it", { [own]: "unconfined_t\n" }, 'this program is confined as "unconfined_t"'],
  ["not to be read", { [own]: error("EACCES") }, "/proc/self/attr/current could not be read"],
  ["empty", { [own]: "\n" }, "/proc/self/attr/current could not be read"],
])("confined: %s", (_name, labels, text) => {
  expect(confined(labels)).toBe(text);
});
