import { Readable } from "node:stream";
import { connectKube } from "../../../src/outside/kube/connect.ts";
import { resolve } from "node:path";
import { controlPlane, type Bed } from "../bed.ts";
import { adminKubeconfig } from "../kubeconfig.ts";
import { inNetwork } from "../network.ts";
import { run } from "../run.ts";

export interface InPod {
  readonly namespace: string;
  readonly name: string;
  readonly command: readonly string[];
  /** Absent: no standard input. */
  readonly input?: string;
  /** Milliseconds after which it is given up. Default: one minute. */
  readonly deadline?: number;
}

/**
 * Runs a program in the container `main` of a pod by `KubeSource.exec`, in a process that reaches the API server. A line for
 * standard output, for standard error, and for how it ended.
 */
export async function execInPod(bed: Bed, asked: InPod): Promise<string[]> {
  const node = resolve(import.meta.dirname, "../../../node_modules/.bin/node");
  const argv = [node, import.meta.filename, adminKubeconfig(bed), JSON.stringify(asked)];
  return (await run(inNetwork(controlPlane(bed), argv))).trimEnd().split("\n");
}

async function exec(kubeconfig: string, asked: InPod): Promise<void> {
  const connected = await connectKube({ kubeconfig, environment: {} });
  if ("failure" in connected) throw new Error(connected.failure.what);
  const { command, input, deadline = 60_000 } = asked;
  const said = { stdout: "", stderr: "" };
  let end = "";
  const steps = connected.source.exec(asked, {
    container: "main",
    command,
    signal: AbortSignal.timeout(deadline),
    ...(input === undefined ? {} : { input: Readable.from([Buffer.from(input)]) }),
  });
  for await (const step of steps) {
    if (step.step === "output") said[step.stream] += Buffer.from(step.bytes).toString("utf8");
    else
      end =
        "known" in step.exit ? `ended with ${step.exit.known}` : `${step.exit.unknown.code}: ${step.exit.unknown.text}`;
  }
  console.log([JSON.stringify(said.stdout), JSON.stringify(said.stderr), end].join("\n"));
}

if (import.meta.main) await exec(process.argv[2] ?? "", JSON.parse(process.argv[3] ?? "{}"));
