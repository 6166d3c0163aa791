/**
 * Whether a pod of this name may be one of the workload that made another pod, whose controller is `owner`
 * (`DaemonSet/csi-nfs-node`). Of a pod that the API does not have any more the name is all that says whose it was: the
 * controller's, with a suffix that is generated [kubernetes v1.36.3, staging/src/k8s.io/apiserver/pkg/storage/names/
 * generate.go]. A ReplicaSet of a Deployment has a hash of its template behind the Deployment's name, and so another
 * one may have made it [pkg/controller/deployment/sync.go, getNewReplicaSet]. A pod of a StatefulSet has its number.
 */
export function mayBeMadeBy(owner: string, podName: string): boolean {
  const [kind = "", name = ""] = owner.split("/");
  if (name === "") return false;
  if (kind === "StatefulSet") return /^\d{1,10}$/.test(behind(name, podName));
  if (generated.test(behind(name, podName))) return true;
  const deployment = kind === "ReplicaSet" ? name.slice(0, name.lastIndexOf("-")) : "";
  return deployment !== "" && ofTemplate.test(behind(deployment, podName));
}

/** What comes behind a name that begins so; `""`: it does not. A long one is cut before a suffix is put to it. */
function behind(name: string, podName: string): string {
  const start = `${name}-`.slice(0, 58);
  return podName.startsWith(start) ? podName.slice(start.length) : "";
}

/** No vowels, and no digits that look like letters [staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go]. */
const character = "[bcdfghjklmnpqrstvwxz2456789]";
const generated = new RegExp(`^${character}{5}$`);
const ofTemplate = new RegExp(`^${character}{1,10}-${character}{5}$`);
