import { expect, test } from "vitest";
import { pathFault } from "./target-path.ts";

const uid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const other = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);
const slice = (text: string): string => text.replaceAll("-", "_");

test.each([
  ["guaranteed", `/kubepods/pod${uid}`],
  ["burstable", `/kubepods/burstable/pod${uid}`],
  ["best effort", `/kubepods/besteffort/pod${uid}`],
  ["a root of its own", `/bed/w1/kubepods/burstable/pod${uid}`],
  ["a node that is a container", `/docker/${id}/kubelet/kubepods/pod${uid}`],
  ["systemd, guaranteed", `/kubepods.slice/kubepods-pod${slice(uid)}.slice`],
  ["systemd, burstable", `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice(uid)}.slice`],
  [
    "systemd, a root of its own",
    `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod${slice(uid)}.slice`,
  ],
])("the cgroup of the pod: %s", (_name, path) => {
  expect(pathFault(uid, path)).toBeNull();
});

const notPod = "the last part of the path does not name the pod";
const notPath = "the path is none of a cgroup";

test.each([
  ["nothing", "", notPath],
  ["the root", "/", notPath],
  ["kubepods", "/kubepods", notPod],
  ["kubepods, systemd", "/kubepods.slice", notPod],
  ["a class", "/kubepods/burstable", notPod],
  ["a class, systemd", "/kubepods.slice/kubepods-burstable.slice", notPod],
  ["another pod", `/kubepods/burstable/pod${other}`, notPod],
  ["another pod, systemd", `/kubepods.slice/kubepods-pod${slice(other)}.slice`, notPod],
  ["up, and down again", `/kubepods/burstable/../burstable/pod${uid}`, "the path goes up"],
  ["up at the end", `/kubepods/burstable/pod${uid}/..`, "the path goes up"],
  ["the same folder", `/kubepods/./pod${uid}`, "the path goes up"],
  ["an empty part", `/kubepods//pod${uid}`, notPath],
  ["a slash at the end", `/kubepods/pod${uid}/`, notPath],
  ["a relative path", `kubepods/pod${uid}`, notPath],
  ["NUL", `/kubepods/pod${uid}\0`, notPath],
  ["a newline", `/kubepods/pod${uid}\n`, notPath],
  ["a removed cgroup", `/kubepods/pod${uid} (deleted)`, notPath],
  ["a space", `/kube pods/kubepods/pod${uid}`, notPath],
  ["a megabyte", `/${"a".repeat(1 << 20)}/kubepods/pod${uid}`, notPath],
  ["a megabyte of parts", `${"/a".repeat(1 << 19)}/kubepods/pod${uid}`, notPath],
  ["more behind the uid", `/kubepods/pod${uid}0`, notPod],
  ["something before it", `/kubepods/xpod${uid}`, notPod],
  ["more behind the uid, systemd", `/kubepods.slice/kubepods-pod${slice(uid)}x.slice`, notPod],
  ["a container of it", `/kubepods/pod${uid}/${id}`, notPod],
  ["its containers' common folder", `/kubepods.slice/kubepods-pod${slice(uid)}.slice:cri-containerd:${id}`, notPod],
  ["no kubepods above it", `/user.slice/pod${uid}`, "the path is not below kubepods as the kubelet makes it"],
  [
    "below a class that is none",
    `/kubepods/guaranteed/pod${uid}`,
    "the path is not below kubepods as the kubelet makes it",
  ],
  [
    "a slice of another parent",
    `/kubepods.slice/kubepods-burstable.slice/kubepods-besteffort-pod${slice(uid)}.slice`,
    "the path is not below kubepods as the kubelet makes it",
  ],
  [
    "in another pod",
    `/kubepods/pod${other}/${id}/kubepods/pod${uid}`,
    "the path is not below kubepods as the kubelet makes it",
  ],
  ["in itself", `/kubepods/pod${uid}/${id}/kubepods/pod${uid}`, "the path leads into a pod, and not to it"],
])("%s is not", (_name, path, fault) => {
  expect(pathFault(uid, path)).toBe(fault);
});

test.each([
  ["nothing", ""],
  ["a part of one", uid.slice(0, 8)],
  ["a static pod", uid.replaceAll("-", "")],
  ["capitals", uid.toUpperCase()],
  ["a path", "../.."],
  ["a newline behind it", `${uid}\n`],
  ["a pattern", ".*"],
  ["a megabyte", "a".repeat(1 << 20)],
])("a uid that is none: %s", (_name, given) => {
  expect(pathFault(given, `/kubepods/pod${given}`)).toBe("the uid is not a UUID as Kubernetes writes them");
});
