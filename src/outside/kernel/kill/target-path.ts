import { outermostPod } from "../../../ledger/pod-place.ts";

/**
 * What is wrong with a path that shall be the cgroup of one pod, and of nothing more: `null`: nothing. The last component
 * has to be exactly that pod's, in the kubelet's own form of either driver and below `kubepods` or one of its classes,
 * wherever the kubelet's root is; so neither a class nor `kubepods` can pass, nor another pod's, nor a part of a pod that
 * has such a name. It is a plain clause that quotes nothing.
 */
export function pathFault(uid: string, path: string): string | null {
  if (!isUid(uid)) return "the uid is not a UUID as Kubernetes writes them";
  if (path.length > longestPath || !plainPath.test(path)) return "the path is none of a cgroup";
  if (path.split("/").some((component) => component === "." || component === "..")) return "the path goes up";
  const last = path.slice(path.lastIndexOf("/") + 1);
  if (!isOwnName(uid, last)) return "the last part of the path does not name the pod";
  if (outermostPod(path)?.uid !== uid) return "the path is not below kubepods as the kubelet makes it";
  const isWithinPod = outermostPod(path.slice(0, -last.length - 1)) !== null;
  return isWithinPod ? "the path leads into a pod, and not to it" : null;
}

/** Of a pod from the API: a static pod is known by 32 digits without hyphens, and is nothing to be killed. */
function isUid(uid: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uid);
}

/** The kubelet writes `podUID`, and for systemd a slice, with `_` for `-` [kubernetes v1.36.3, pkg/kubelet/cm/cgroup_manager_linux.go]. */
function isOwnName(uid: string, name: string): boolean {
  if (name === `pod${uid}`) return true;
  const end = `-pod${uid.replaceAll("-", "_")}.slice`;
  return name.endsWith(end) && /(?:^|-)kubepods(?:-burstable|-besteffort)?$/.test(name.slice(0, -end.length));
}

/** PATH_MAX. */
const longestPath = 4096;
const plainPath = /^(?:\/[\x21-\x2e\x30-\x7e]+)+$/;
