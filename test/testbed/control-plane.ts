import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { controlPlane, type Bed } from "./bed.ts";
import { makeCertificates, pkiOf } from "./certificates.ts";
import { kubectlCommand } from "./clients.ts";
import { lastProcess } from "./journal.ts";
import { admin, adminKubeconfig, kubeconfig, kubeletUser, tokenLine } from "./kubeconfig.ts";
import { inNetwork } from "./network.ts";
import { isAlive, killProcess, lookAtDaemon, startDaemon, type Daemon } from "./processes.ts";
import { tryRun } from "./run.ts";
import { until } from "./until.ts";

/** Starts etcd, apiserver, controller manager and scheduler in the control plane's network; waits for the API. */
export async function startControlPlane(bed: Bed): Promise<void> {
  const pki = pkiOf(bed);
  for (const folder of [pki.directory, logs(bed)]) mkdirSync(folder, { recursive: true });
  await makeCertificates(pki);
  const users = [admin, ...bed.nodes.map(kubeletUser)];
  writeFileSync(tokens(bed), users.map(tokenLine).join(""), { mode: 0o600 });
  await startApi(bed);
  start(bed, "kube-controller-manager", [
    `--kubeconfig=${adminKubeconfig(bed)}`,
    `--service-account-private-key-file=${pki.serviceAccountKey}`,
    `--root-ca-file=${pki.apiserver}`,
    "--use-service-account-credentials",
    ...alone(bed, "controller-manager"),
  ]);
  start(bed, "kube-scheduler", [`--kubeconfig=${adminKubeconfig(bed)}`, ...alone(bed, "scheduler")]);
}

/** Ends etcd and the apiserver, as when their machine is gone; everything else goes on without them. */
export async function stopApi(bed: Bed): Promise<void> {
  for (const name of ["kube-apiserver", "etcd"]) {
    const made = lastProcess(bed.directory, name);
    if (made !== null && isAlive(made)) await killProcess(made.pid);
  }
}

/** Starts etcd, with what its folder holds, and the apiserver; waits for the API. */
export async function startApi(bed: Bed): Promise<void> {
  const { apiserver: certificate } = pkiOf(bed);
  start(bed, "etcd", ["--data-dir", etcdFolder(bed), "--unsafe-no-fsync", "--log-level=warn"]);
  const apiserver = start(bed, "kube-apiserver", apiserverOptions(bed));
  await until("the apiserver's certificate", () =>
    lookAtDaemon(apiserver, existsSync(certificate), `no ${certificate}`),
  );
  writeFileSync(adminKubeconfig(bed), kubeconfig(bed, admin), { mode: 0o600 });
  await until("the API to be ready", async () => {
    const { status, stdout, stderr } = await tryRun(kubectlCommand(bed, ["get", "--raw=/readyz"]));
    return lookAtDaemon(apiserver, status === 0 && stdout === "ok", stderr.trim() || stdout);
  });
}

/** What etcd keeps: a copy is a backup while it does not run. */
export function etcdFolder(bed: Bed): string {
  return join(bed.directory, "etcd");
}

function apiserverOptions(bed: Bed): string[] {
  const { directory, kubeletClient, serviceAccountKey } = pkiOf(bed);
  return [
    "--etcd-servers=http://127.0.0.1:2379",
    "--service-cluster-ip-range=10.96.0.0/16",
    `--advertise-address=${controlPlane(bed).address}`,
    `--cert-dir=${directory}`,
    `--token-auth-file=${tokens(bed)}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    `--kubelet-client-certificate=${kubeletClient.certificate}`,
    `--kubelet-client-key=${kubeletClient.key}`,
    "--kubelet-preferred-address-types=InternalIP",
    "--allow-privileged=true",
  ];
}

/** Options of a controller that has no other to elect a leader with. */
function alone(bed: Bed, folder: string): string[] {
  return ["--leader-elect=false", "--bind-address=127.0.0.1", `--cert-dir=${join(bed.directory, folder)}`];
}

function start(bed: Bed, name: string, options: readonly string[]): Daemon {
  const argv = inNetwork(controlPlane(bed), [join(bed.programs.kubernetes, name), ...options]);
  return startDaemon(bed.directory, name, argv, join(logs(bed), `${name}.log`));
}

function logs(bed: Bed): string {
  return join(bed.directory, "logs");
}

function tokens(bed: Bed): string {
  return join(bed.directory, "tokens.csv");
}
