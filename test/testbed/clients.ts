import { join } from "node:path";
import { controlPlane, type Bed } from "./bed.ts";
import { adminKubeconfig } from "./kubeconfig.ts";
import { inNetwork } from "./network.ts";
import { run, type RunOptions } from "./run.ts";
import { until } from "./until.ts";

/** Runs the bed's own `kubectl` as its administrator; gives its standard output, throws where it fails. */
export function kubectl(bed: Bed, args: readonly string[], options?: RunOptions): Promise<string> {
  return run(kubectlCommand(bed, args), options);
}

/** Runs the bed's own `helm` as its administrator; gives its standard output, throws where it fails. */
export function helm(bed: Bed, args: readonly string[], options?: RunOptions): Promise<string> {
  return run(helmCommand(bed, args), options);
}

/** An object or a list, as `kubectl get -o json` gives it. */
export async function getJson(bed: Bed, args: readonly string[]): Promise<unknown> {
  return JSON.parse(await kubectl(bed, ["get", ...args, "-o", "json"]));
}

/** A namespace takes pods once its default service account is there. */
export async function waitForServiceAccount(bed: Bed, namespace: string): Promise<void> {
  await until(`the default service account of namespace ${namespace}`, async () => {
    const name = await kubectl(bed, ["get", "serviceaccount", "default", `--namespace=${namespace}`, "--output=name"]);
    return { done: name !== "", saw: "none" };
  });
}

export function kubectlCommand(bed: Bed, args: readonly string[]): string[] {
  return clientCommand(bed, join(bed.programs.kubernetes, "kubectl"), args);
}

export function helmCommand(bed: Bed, args: readonly string[]): string[] {
  return clientCommand(bed, join(bed.programs.helm, "helm"), args);
}

/** What the programs keep for themselves goes into the bed, and goes away with it; what a person set up is not read. */
function clientCommand(bed: Bed, program: string, args: readonly string[]): string[] {
  const home = join(bed.directory, "clients");
  const environment = [
    ...["CACHE", "CONFIG", "DATA"].map((name) => `HELM_${name}_HOME=${join(home, "helm")}`),
    `KUBECACHEDIR=${join(home, "kubectl")}`,
    "KUBERC=off",
  ];
  const command = ["env", ...environment, program, `--kubeconfig=${adminKubeconfig(bed)}`, ...args];
  return inNetwork(controlPlane(bed), command);
}
