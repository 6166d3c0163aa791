/** The modules that may open a served object: nothing else of src can have its secrets. */
const openers: ReadonlySet<string> = new Set([
  // Says what opening is.
  "src/model/served-object.ts",
  // Takes the secrets out.
  "src/snapshot/redact/redactor.ts",
  // Keeps projections of pods and nodes.
  "src/commands/observe/pods-of-api.ts",
  // Keeps when the kubelet said that it ends a pod.
  "src/outside/cluster/killing.ts",
  // Keeps what a person ordered.
  "src/commands/agent/order-object.ts",
  // Keeps how an order goes.
  "src/commands/sweep/given-order.ts",
  // Keeps what a kubelet admits a pod by.
  "src/commands/sweep/readmission.ts",
  // Keeps names of CSI drivers.
  "src/commands/sweep/csi-drivers.ts",
  // Keeps which object it is, and which state of it.
  "src/outside/kube/version-of.ts",
  // Keeps which machine and boot a node is.
  "src/outside/cluster/node-identity.ts",
  // Keeps which nodes kured is at, and which file it looks for.
  "src/outside/node-services/kured.ts",
  // Keep who has a Lease, and who paused sweeping.
  "src/outside/coordination/lease-object.ts",
  "src/outside/coordination/pause.ts",
  // Keep the state of a node, of the pod that it is read through, and what was warned of that pod.
  "src/outside/node-reader/events.ts",
  "src/outside/node-reader/node-state.ts",
  "src/outside/node-reader/remove.ts",
  "src/outside/node-reader/start.ts",
]);

/**
 * A complaint for each line that opens a served object in a file that may not, and for a file that may and does not.
 * Comments are not read.
 */
export function openedSecrets(file: string, text: string): string[] {
  const opened = text.split("\n").flatMap((line, index) => {
    const code = line.replace(/^\s*(?:\/\/|\/?\*).*|\/\/ .*/, "");
    return /unredacted\b/.test(code) ? [`${file}:${index + 1}\n  but: ${reason}`] : [];
  });
  if (!openers.has(file)) return opened;
  return opened.length > 0 ? [] : [`${file}\n  but: it is named in tools/boundaries/secrets.ts, and opens nothing.`];
}

const reason =
  "a served object may hold secrets: only the redactor and projections open it (tools/boundaries/secrets.ts).";
