import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isKnown } from "../model/told.ts";
import { parseCgroup } from "../outside/kernel/cgroup-lines.ts";
import { attribute } from "./attribute.ts";

/** `POD CONTAINER`, with `-` for none and `monitor` for conmon; or `unknown: WHY`. */
function attributed(lines: string, root: string): string {
  const parsed = parseCgroup(lines);
  if (parsed === null) throw new Error(`no cgroup lines: ${lines}`);
  const told = attribute(parsed, root);
  if (!isKnown(told)) return `unknown: ${told.unknown.text}`;
  const { pod, container, monitor } = told.known;
  return `${pod ?? "-"} ${monitor ? "monitor" : (container ?? "-")}`;
}

/** The same path in hierarchies 1 to `count`, as v1 prints it. */
function everywhere(count: number, path: string): string {
  return Array.from({ length: count }, (_, at) => `${count - at}:c${count - at}:${path}\n`).join("");
}

const datadog = "15513b48-e7a5-48fc-b9e3-92f713f36504";
const datadogContainer = "a51a9f7d073f848e7fc59e56e8f11524f330a2175a4ed26327da2dfe0d28015f";
const microshift =
  "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod73dc8baf_43a0_413e_aac2_5eb0868f6c1a.slice";
const microshiftContainer = "f52987fbdcc7b29175fb52e01c7917e9d6d2e14550e3a2a7abf739da5a067e31";
const kindNode = "/system.slice/docker-fd9d0ea06257a9780827cbc7fd92e3812a54fca26d63e191b73610d5d48b9cbd.scope";
const dockerNode = "/docker/88ea268ece65a02d68b169fd74bcbcb427eb7f28900db0e3b906fb2eeb7341df";
const uuid = "3c9f5a1e-7d2b-4e60-9a8f-1b2c3d4e5f60";
const other = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const id = "0123456789abcdef".repeat(4);
const inner = "fedcba9876543210".repeat(4);
const slice = (text: string): string => text.replaceAll("-", "_");

// name, root, lines, expected; the comment says where the form was seen.
test.each([
  // Driver cgroupfs
  // DataDog/datadog-agent, pkg/util/cgroups/pid_mapper_test.go
  [
    "C1 containerd on v2",
    "/",
    `0::/kubepods/burstable/pod${datadog}/${datadogContainer}`,
    `${datadog} ${datadogContainer}`,
  ],
  // a node with cgroup v1
  [
    "C2 best effort on v1",
    "/",
    "4:memory:/kubepods/besteffort/pod3d274242-8ee0-11e9-a8a6-1e68d864ef1a/3e74d3fd9db4c9dd921ae05c2502fb984d0cde1b36e581b13f79c639da4518a1",
    "3d274242-8ee0-11e9-a8a6-1e68d864ef1a 3e74d3fd9db4c9dd921ae05c2502fb984d0cde1b36e581b13f79c639da4518a1",
  ],
  // kubernetes/website, Pod Overhead: the pause container
  [
    "C3 guaranteed",
    "/",
    "4:memory:/kubepods/podd7f4b509-cf94-4951-9417-d1087c92a5b2/7ccf55aee35dd16aca4189c952d83487297f3cd760f1bbf09620e206e7d0c27a",
    "d7f4b509-cf94-4951-9417-d1087c92a5b2 7ccf55aee35dd16aca4189c952d83487297f3cd760f1bbf09620e206e7d0c27a",
  ],
  // a node of kind
  [
    "C4 static pod, by config.hash",
    "/kubelet",
    "0::/kubelet/kubepods/burstable/pod46dac9a538838115821dfd9559149484/972055640bc63f5c4d894145950cf92cdfb524dcf049fbe6aee47bf23facf297",
    "46dac9a538838115821dfd9559149484 972055640bc63f5c4d894145950cf92cdfb524dcf049fbe6aee47bf23facf297",
  ],
  // OpenTelemetry OBI, package statagg
  [
    "C5 CRI-O, static and guaranteed",
    "/",
    "0::/kubepods/podb53dfa9e2dc9b890f7fadb2770857b03/crio-bb959773d06ad1a07d469bced637bbc49b6f8573c493fd0548d7f5810eb3e5a8",
    "b53dfa9e2dc9b890f7fadb2770857b03 bb959773d06ad1a07d469bced637bbc49b6f8573c493fd0548d7f5810eb3e5a8",
  ],
  // tests of a package podcgroup
  [
    "C6 docker",
    "/",
    "1:name=systemd:/kubepods/burstable/pod533bebda-632d-4a45-9f32-237bcae5b1fc/f2c9e02d3140d5d72f23640b79596dcb043cc3ee818fb61507ff2dfb63dd0211",
    "533bebda-632d-4a45-9f32-237bcae5b1fc f2c9e02d3140d5d72f23640b79596dcb043cc3ee818fb61507ff2dfb63dd0211",
  ],
  // kubernetes, pkg/kubelet/cm: ParseCgroupfsToCgroupName(nodeConfig.CgroupRoot)
  ["C7 a root of its own", "/bed/w1", `0::/bed/w1/kubepods/burstable/pod${uuid}/${id}`, `${uuid} ${id}`],

  // Driver systemd
  // DataDog/datadog-agent, pkg/security/utils/cgroup_test.go
  [
    "S1 containerd on v1",
    "/",
    "8:memory:/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod98005c3b_b650_4efe_8b91_2164d784397f.slice/cri-containerd-e8ac3efec3322d7f13cfa0cdee4344754d01bd4e50fea44e0753e83fdb74cab3.scope",
    "98005c3b-b650-4efe-8b91-2164d784397f e8ac3efec3322d7f13cfa0cdee4344754d01bd4e50fea44e0753e83fdb74cab3",
  ],
  // OpenTelemetry OBI, package statagg: k3s
  [
    "S2 best effort on k3s",
    "/",
    "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod6dc88073_2128_40d6_9dbc_0ba508da7fe8.slice/cri-containerd-123cd1db937c3c2d0d7772ef9b0a1c4b0b3dcfcb6b889452a90b2fcb43eae43a.scope",
    "6dc88073-2128-40d6-9dbc-0ba508da7fe8 123cd1db937c3c2d0d7772ef9b0a1c4b0b3dcfcb6b889452a90b2fcb43eae43a",
  ],
  // a node with docker
  [
    "S3 guaranteed, docker",
    "/",
    "0::/kubepods.slice/kubepods-pod7f282c81_59bd_4373_a196_3a1f7e0a526a.slice/docker-ee82e2aba6a09214a9f0e766b6c0bcb3647cc922ee2e95d552314b117bfe7a5e.scope",
    "7f282c81-59bd-4373-a196-3a1f7e0a526a ee82e2aba6a09214a9f0e766b6c0bcb3647cc922ee2e95d552314b117bfe7a5e",
  ],
  // sustainable-computing-io/kepler, internal/resource/container_test.go
  [
    "S4 CRI-O",
    "/",
    "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod2c9f8a79_5391_454b_88cb_86190881cb96.slice/crio-a09343ca97901516c25036e2b954421254f8c68b384b536064e8999f0c4ed18d.scope",
    "2c9f8a79-5391-454b-88cb-86190881cb96 a09343ca97901516c25036e2b954421254f8c68b384b536064e8999f0c4ed18d",
  ],
  // OpenTelemetry OBI (MicroShift 4.21); cri-o, internal/config/cgmgr, crunContainerCgroupManager
  [
    "S5 CRI-O with crun",
    "/",
    `0::${microshift}/crio-${microshiftContainer}.scope/container`,
    `73dc8baf-43a0-413e-aac2-5eb0868f6c1a ${microshiftContainer}`,
  ],
  // OpenTelemetry OBI
  [
    "S6 conmon",
    "/",
    `0::${microshift}/crio-conmon-${microshiftContainer}.scope`,
    "73dc8baf-43a0-413e-aac2-5eb0868f6c1a monitor",
  ],
  // OpenTelemetry OBI
  [
    "S6b CRI-O's sandbox without a process",
    "/",
    `0::${microshift}/crio-c81572302e4a00c05810fc436ebc0952ed7a0806c58a2b7eddbfb58de4539206`,
    "73dc8baf-43a0-413e-aac2-5eb0868f6c1a c81572302e4a00c05810fc436ebc0952ed7a0806c58a2b7eddbfb58de4539206",
  ],
  // a control plane with docker
  [
    "S7 static pod, docker",
    "/",
    "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1ff39434b35faeef64159d11e3f96024.slice/docker-09af509f3db677a2275723fc71bff3d9b6d19e4d404c44822f2262f700adcd4b.scope",
    "1ff39434b35faeef64159d11e3f96024 09af509f3db677a2275723fc71bff3d9b6d19e4d404c44822f2262f700adcd4b",
  ],
  // tests of a package podcgroup: --cgroup-root=/container.slice
  [
    "S8 a root of its own",
    "/container.slice",
    "1:name=systemd:/container.slice/container-kubepods.slice/container-kubepods-burstable.slice/container-kubepods-burstable-pod12345678_1234_1234_1234_123456789012.slice/crio-f75aff467357c5d0ddd47cb7ad87ed38746e018992586ff66198a5c11218f634.scope",
    "12345678-1234-1234-1234-123456789012 f75aff467357c5d0ddd47cb7ad87ed38746e018992586ff66198a5c11218f634",
  ],
  // sustainable-computing-io/kepler, internal/resource/container_test.go
  [
    "S9 inside a node of kind",
    "/kubelet.slice",
    "0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod3cae2e45_052c_4b11_80d3_4d7b2d2d3464.slice/cri-containerd-2b180104511194aab36fd295d3e217439f3ddb5bc88277f37b4952abee85c40e.scope",
    "3cae2e45-052c-4b11-80d3-4d7b2d2d3464 2b180104511194aab36fd295d3e217439f3ddb5bc88277f37b4952abee85c40e",
  ],
  // kubernetes v1.36.3, pkg/kubelet/cm/cgroup_manager_linux_test.go
  ["S10 a slice whose name is no uid", "/", "0::/Burstable.slice/Burstable-pod_123.slice", "- -"],

  // The kubelet's driver is systemd, containerd's is not
  // sustainable-computing-io/kepler, pkg/kubelet: RHEL
  [
    "M1 below containerd's own cgroup",
    "/",
    "13:memory:/system.slice/containerd.service/kubepods-besteffort-pod0043435f_1854_4327_b76b_730f681a781d.slice:cri-containerd:01fd96f7ad292b02a8317cde4ecb8c7ef3cc06ffdd113f13410e0837eb2b2a20",
    "0043435f-1854-4327-b76b-730f681a781d 01fd96f7ad292b02a8317cde4ecb8c7ef3cc06ffdd113f13410e0837eb2b2a20",
  ],
  // nginx agent; the same in DataDog/datadog-agent, pkg/util/cgroups/pid_mapper_test.go
  [
    "M2 two hierarchies, two paths, the same ids",
    "/",
    [
      "13:misc:/kubepods-besteffort-pod214f3ba8_4b69_4bdb_a7d5_5ecc73f04ae9.slice:cri-containerd:d4e8e05a546c86b6443f101966c618e47753ed01fa9929cae00d3b692f7a9f80",
      "10:pids:/system.slice/containerd.service/kubepods-besteffort-pod214f3ba8_4b69_4bdb_a7d5_5ecc73f04ae9.slice:cri-containerd:d4e8e05a546c86b6443f101966c618e47753ed01fa9929cae00d3b692f7a9f80",
      "0::/",
    ].join("\n"),
    "214f3ba8-4b69-4bdb-a7d5-5ecc73f04ae9 d4e8e05a546c86b6443f101966c618e47753ed01fa9929cae00d3b692f7a9f80",
  ],
  // a node of k3s
  [
    "M3 on k3s",
    "/",
    "0::/system.slice/k3s.service/kubepods-burstable-pod57e67067_89e4_4001_bdd4_8632d39ea02b.slice:cri-containerd:6d393320601b821561e43bd46f658284cb172cf297ecc3d3665be657870d32e2",
    "57e67067-89e4-4001-bdd4-8632d39ea02b 6d393320601b821561e43bd46f658284cb172cf297ecc3d3665be657870d32e2",
  ],
  // constructed: what must not pass for one
  ["M3 for another root", "/kubelet.slice", `0::/kubepods-pod${slice(uuid)}.slice:cri-containerd:${id}`, "- -"],
  ["M3 inside a container", "/", `0::/docker/${inner}/kubepods-pod${slice(uuid)}.slice:cri-containerd:${id}`, "- -"],
  [
    "M3 made by a user",
    "/",
    `0::/user.slice/user-1000.slice/kubepods-pod${slice(uuid)}.slice:cri-containerd:${id}`,
    "- -",
  ],

  // Several lines
  // DataDog/datadog-agent, pkg/util/cgroups/pid_mapper_test.go, cgroupV1ProcCgroup
  [
    "H1 the unified line is another service's",
    "/",
    `${everywhere(12, `/kubepods/burstable/pod${datadog}/${datadogContainer}`)}0::/system.slice/containerd.service`,
    `${datadog} ${datadogContainer}`,
  ],
  // DataDog/datadog-agent, pkg/security/utils/cgroup_test.go
  [
    "H2 the unified line is the root",
    "/",
    `${everywhere(13, `${microshift}/cri-containerd-${id}.scope`)}0::/`,
    `73dc8baf-43a0-413e-aac2-5eb0868f6c1a ${id}`,
  ],
  // a node with the unified hierarchy mounted beside v1
  [
    "H3 the unified line is the same",
    "/",
    `${everywhere(12, `/kubepods/pod${uuid}/${id}`)}0::/kubepods/pod${uuid}/${id}`,
    `${uuid} ${id}`,
  ],
  // DataDog/datadog-agent, pkg/util/cgroups/pid_mapper_test.go
  [
    "H4 a controller that stayed at the root",
    "/",
    `12:rdma:/\n${everywhere(11, `/kubepods/pod${uuid}/${id}`)}`,
    `${uuid} ${id}`,
  ],
  // spiffe/spire, pkg/agent/plugin/workloadattestor/k8s: "multiple pod UIDs found in cgroups"
  [
    "H5 two pods",
    "/",
    `2:cpu:/kubepods/pod${uuid}/${id}\n1:memory:/kubepods/pod${other}/${id}`,
    `unknown: its cgroups name pods ${uuid} and ${other}`,
  ],
  // linux, kernel/cgroup/cgroup.c, proc_cgroup_show: of a zombie v1 prints `/`
  ["H6 a zombie", "/", `${everywhere(9, "/")}0::/kubepods/pod${uuid}/${id}`, `${uuid} ${id}`],
  // the same
  ["H7 its cgroup was removed", "/", `0::/kubepods/pod${uuid}/${id} (deleted)`, `${uuid} ${id}`],
  // constructed
  [
    "H8 two containers of one pod",
    "/",
    `2:cpu:/kubepods/pod${uuid}/${id}\n1:memory:/kubepods/pod${uuid}/${inner}`,
    `unknown: its cgroups name containers ${id} and ${inner}`,
  ],
  [
    "H9 a container in one hierarchy alone",
    "/",
    `2:cpu:/kubepods/pod${uuid}\n1:memory:/kubepods/pod${uuid}/${id}`,
    `${uuid} ${id}`,
  ],
  [
    "H10 a container and a monitor",
    "/",
    `2:cpu:/kubepods/pod${uuid}/crio-${id}\n1:memory:/kubepods/pod${uuid}/crio-conmon-${id}`,
    `unknown: its cgroups name container ${id} and a monitor`,
  ],

  // Nested
  // sustainable-computing-io/kepler, internal/resource/container_test.go
  [
    "N1 kind from the docker host, its root",
    `${kindNode}/kubelet.slice`,
    `0::${kindNode}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-podeab5a334_93fe_48a8_b139_9e8079c1f163.slice/cri-containerd-99f3a16ea25b7724cb56a4f0c0df1113ad9474fbf5545bead97fd5c7f61c13f4.scope`,
    "eab5a334-93fe-48a8-b139-9e8079c1f163 99f3a16ea25b7724cb56a4f0c0df1113ad9474fbf5545bead97fd5c7f61c13f4",
  ],
  [
    "N1 kind from the docker host, the host's root",
    "/",
    `0::${kindNode}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-podeab5a334_93fe_48a8_b139_9e8079c1f163.slice/cri-containerd-99f3a16ea25b7724cb56a4f0c0df1113ad9474fbf5545bead97fd5c7f61c13f4.scope`,
    "- -",
  ],
  // DataDog/datadog-agent, pkg/util/cgroups/pid_mapper_test.go, dindProcCgroup
  [
    "N2 kind from outside, v1",
    `${dockerNode}/kubelet`,
    `14:name=systemd:${dockerNode}/kubelet/kubepods/burstable/pod${other}/${id}\n13:rdma:/\n0::${dockerNode}/system.slice/containerd.service`,
    `${other} ${id}`,
  ],
  // minikube with the driver docker
  [
    "N3 minikube from outside",
    "/docker/72be2865c435abce6fb5167e6c0604027a41964dba3b920bd34b23762af67fb8",
    "9:cpuset:/docker/72be2865c435abce6fb5167e6c0604027a41964dba3b920bd34b23762af67fb8/kubepods/besteffort/pod0635783e-afc4-448c-b3c2-ed3c739eaf39/c165b8760bf6a5687d806ba33f1da4f78c81fb3f28e3e9568620da989277ee2a",
    "0635783e-afc4-448c-b3c2-ed3c739eaf39 c165b8760bf6a5687d806ba33f1da4f78c81fb3f28e3e9568620da989277ee2a",
  ],
  // sustainable-computing-io/kepler, pkg/kubelet
  [
    "N4 a static pod of kind from outside",
    "/system.slice/docker-c27755f0fa91e81ababc85ef05cb227227a4228da2e5cb2f4999299c89d4ac69.scope/kubelet.slice",
    "11:blkio:/system.slice/docker-c27755f0fa91e81ababc85ef05cb227227a4228da2e5cb2f4999299c89d4ac69.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-podd8992f589d8dd12c4342376ccb459375.slice/cri-containerd-ecbcea5cd29afb25ba519715e827cda9e66cd0a914207f49ce0a292a6aa84d66.scope",
    "d8992f589d8dd12c4342376ccb459375 ecbcea5cd29afb25ba519715e827cda9e66cd0a914207f49ce0a292a6aa84d66",
  ],
  // kata-containers, tests of the agent's cgroups; constructed below a pod
  [
    "N5 systemd in a container",
    "/",
    `0::${microshift}/cri-containerd-${id}.scope/init.scope`,
    `73dc8baf-43a0-413e-aac2-5eb0868f6c1a ${id}`,
  ],
  [
    "N5 a service in a container",
    "/",
    `0::${microshift}/cri-containerd-${id}.scope/system.slice/foo.service`,
    `73dc8baf-43a0-413e-aac2-5eb0868f6c1a ${id}`,
  ],
  // constructed
  [
    "N6 a cluster inside a pod",
    "/",
    `0::/kubepods/burstable/pod${uuid}/${id}/kubelet/kubepods/besteffort/pod${other}/${inner}`,
    `${uuid} ${id}`,
  ],
  // constructed
  ["N7 docker in a pod", "/", `0::/kubepods/besteffort/pod${uuid}/${id}/docker/${inner}`, `${uuid} ${id}`],
  // docker in docker moves itself away on v2
  ["N7 docker in a pod, itself", "/", `0::/kubepods/besteffort/pod${uuid}/${id}/init`, `${uuid} ${id}`],
  // a project that tests for decoys
  [
    "N8 a decoy below a container",
    "/",
    `0::${microshift}/cri-containerd-${id}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${slice(other)}.slice`,
    `73dc8baf-43a0-413e-aac2-5eb0868f6c1a ${id}`,
  ],

  // In no pod, or in no container
  // Talos, integration tests
  ["X1 containerd", "/", "0::/system.slice/containerd.service", "- -"],
  ["X1 k3s", "/", "0::/system.slice/k3s.service", "- -"],
  ["X1 Talos' runtime", "/", "0::/podruntime/runtime", "- -"],
  ["X1 Talos' kubelet", "/", "0::/podruntime/kubelet", "- -"],
  // DataDog/datadog-agent; sustainable-computing-io/kepler
  ["X2 docker, systemd", "/", `0::/system.slice/docker-${id}.scope`, "- -"],
  ["X2 docker", "/", `0::/docker/${id}`, "- -"],
  ["X2 podman", "/", `0::/machine.slice/libpod-${id}.scope/container`, "- -"],
  // kata-containers, docs/design/host-cgroups.md: the virtual machine lies beside the pods
  ["X3 Kata", "/", `0::/kubepods/kata_${id}`, "- -"],
  ["X3 Kata's overhead", "/", `0::/kata_overhead/${id}`, "- -"],
  // containerd, getCgroupsPath: a sandbox without a cgroup parent, as `crictl runp` makes it
  ["X4 containerd's own folder", "/", `0::/k8s.io/${id}`, `- ${id}`],
  // OpenTelemetry OBI
  ["X5 the pod's own cgroup", "/", `0::${microshift}`, "73dc8baf-43a0-413e-aac2-5eb0868f6c1a -"],
  // spiffe/spire; DataDog/datadog-agent, cgroupV2ProcCgroupNoHost, without the first slash
  [
    "X6 from another namespace",
    "/",
    `0::/../../pod${uuid}/${id}`,
    "unknown: its cgroup was read from another cgroup namespace",
  ],
  [
    "X6 from another namespace, CRI-O",
    "/",
    "0::/../crio-45490e76e0878aaa4d9808f7d2eefba37f093c3efbba9838b6d8ab804d9bd814.scope",
    "unknown: its cgroup was read from another cgroup namespace",
  ],
  [
    "X6 relative",
    "/",
    `0::../../../kubepods-burstable.slice/docker-${id}.scope`,
    "unknown: its cgroup was read from another cgroup namespace",
  ],
  // kernel threads; that a reader sees nothing else is found out by who reads
  ["X7 the root", "/", "0::/", "- -"],
  // constructed: uids that are none
  ["X8 a path for a uid", "/", "0::/kubepods/burstable/pod../x", "- -"],
  ["X8 empty", "/", "0::/kubepods/burstable/pod", "- -"],
  ["X8 31 digits", "/", `0::/kubepods/pod${"a".repeat(31)}/${id}`, "- -"],
  ["X8 33 digits", "/", `0::/kubepods/pod${"a".repeat(33)}/${id}`, "- -"],
  ["X8 upper case", "/", `0::/kubepods/pod${uuid.toUpperCase()}/${id}`, "- -"],
  [
    "X8 a pod of another class",
    "/",
    `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-pod${slice(uuid)}.slice`,
    "- -",
  ],
  ["X8 a pod that is not below kubepods", "/", `0::/system.slice/pod${uuid}/${id}`, "- -"],
  ["X8 one component too deep", "/", `0::/kubepods/burstable/x/pod${uuid}/${id}`, "- -"],
])("%s", (_name, root, lines, expected) => {
  expect(attributed(lines, root)).toBe(expected);
});

describe("what lies below a container changes nothing", () => {
  const component = fc.oneof(
    fc.constantFrom("kubepods", "burstable", `pod${other}`, inner, "..", " (deleted)", "kubepods.slice"),
    fc.constantFrom(`kubepods-pod${slice(other)}.slice:cri-containerd:${inner}`, `cri-containerd-${inner}.scope`),
    fc.string({ minLength: 1 }).map((text) => text.replaceAll(/[/\n]/g, ".")),
  );
  const containers = [
    `/kubepods/pod${uuid}/${id}`,
    `/kubepods.slice/kubepods-pod${slice(uuid)}.slice/cri-containerd-${id}.scope`,
    `/system.slice/containerd.service/kubepods-pod${slice(uuid)}.slice:cri-containerd:${id}`,
  ];
  test.each(containers)("%s", (container) => {
    const deeper = fc.array(component, { maxLength: 12 });
    fc.assert(
      fc.property(deeper, (below) => {
        expect(attributed(`0::${[container, ...below].join("/")}`, "/")).toBe(`${uuid} ${id}`);
      }),
    );
  });
});
