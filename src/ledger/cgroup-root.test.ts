import { expect, test } from "vitest";
import { isKnown } from "../model/told.ts";
import { findCgroupRoot } from "./cgroup-root.ts";

const ours = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const ourStatic = "46dac9a538838115821dfd9559149484";
const foreign = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);
const node = "/docker/88ea268ece65a02d68b169fd74bcbcb427eb7f28900db0e3b906fb2eeb7341df";
const ourSlice = ours.replaceAll("-", "_");

test.each([
  ["cgroupfs", [`/kubepods/burstable/pod${ours}/${id}`], "/"],
  ["systemd", [`/kubepods.slice/kubepods-pod${ourSlice}.slice`], "/"],
  ["a root of its own", [`/kubelet/kubepods/pod${ours}/${id}`], "/kubelet"],
  [
    "a slice of its own",
    [`/a.slice/a-b.slice/a-b-kubepods.slice/a-b-kubepods-pod${ourSlice}.slice`],
    "/a.slice/a-b.slice",
  ],
  ["a static pod", [`/kubepods/pod${ourStatic}/${id}`], "/"],
  ["a node that is a container", [`${node}/kubelet/kubepods/pod${ours}/${id}`], `${node}/kubelet`],
  [
    "drivers that do not match",
    [`/system.slice/containerd.service/kubepods-pod${ourSlice}.slice:cri-containerd:${id}`],
    "/",
  ],
  ["the same with a root", [`/kubelet-kubepods-pod${ourSlice}.slice:cri-containerd:${id}`], "/kubelet.slice"],
  ["beside another cluster's node", [`/kubepods/pod${ours}`, `${node}/kubelet/kubepods/pod${foreign}/${id}`], "/"],
  [
    "a decoy inside an orphan's container",
    [`/kubepods/pod${ours}`, `/kubepods/pod${foreign}/${id}/kubepods/pod${ours}/${id}`],
    "/",
  ],
  [
    "only another cluster's pods",
    [`${node}/kubelet/kubepods/pod${foreign}/${id}`],
    "unknown: no process is in the cgroup of a pod that the API has on this node",
  ],
  [
    "drivers that do not match, inside a container and at a user's",
    [
      `${node}/system.slice/containerd.service/kubepods-pod${ourSlice}.slice:cri-containerd:${id}`,
      `/user.slice/user-1000.slice/kubepods-pod${ourSlice}.slice:cri-containerd:${id}`,
    ],
    "unknown: no process is in the cgroup of a pod that the API has on this node",
  ],
  [
    "nothing but a decoy",
    [`/kubepods/pod${foreign}/${id}/kubepods/pod${ours}/${id}`],
    "unknown: no process is in the cgroup of a pod that the API has on this node",
  ],
  [
    "two roots",
    [`/kubepods/pod${ours}/${id}`, `/kubelet/kubepods/pod${ourStatic}/${id}`],
    "unknown: pods of this node are below / and /kubelet",
  ],
  ["nothing", [], "unknown: no process is in the cgroup of a pod that the API has on this node"],
])("%s", (_name, paths, expected) => {
  const cgroups = paths.map((path) => [
    { hierarchy: 1, controllers: "name=systemd", path: "/" },
    { hierarchy: 0, controllers: "", path },
  ]);
  const told = findCgroupRoot(cgroups, new Set([ours, ourStatic]));
  expect(isKnown(told) ? told.known : `unknown: ${told.unknown.text}`).toBe(expected);
});
