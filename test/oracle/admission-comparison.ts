import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { notReadmitted } from "../../src/scheduling/readmission.ts";
import { nodePods } from "../builders/served-scheduling.ts";
import { madeNode, type MadeNode } from "./made-nodes.ts";
import { Random } from "./random.ts";

export interface AdmissionTally {
  /** Nodes of which both said the same. */
  identical: number;
  /** Pods that were not taken, by the kubelet's word for it; `ended`: for a critical one. */
  readonly reasons: Map<string, number>;
  readonly different: string[];
}

/** The kubelet's own admission as test/oracle/kubelet/build.sh leaves it. */
const admissionOracle = join(
  process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache", "holdfast"),
  `kubelet-${kubernetesVersion()}`,
  "kubelet-oracle",
);

/** What to do about a missing oracle; `undefined` where it is there. */
export function missingAdmissionOracle(): string | undefined {
  return existsSync(admissionOracle)
    ? undefined
    : `no ${admissionOracle}: test/oracle/kubelet/build.sh builds it (needs Go)`;
}

/** Restarts the kubelet of `count` nodes, ours and the real one. Throws where the oracle is missing or breaks. */
export function compareAdmission(count: number, seed: number): AdmissionTally {
  const random = new Random(seed);
  const nodes = Array.from({ length: count }, () => madeNode(random));
  const answers = askKubelet(nodes);
  const tally: AdmissionTally = { identical: 0, reasons: new Map(), different: [] };
  for (const [index, made] of nodes.entries()) {
    const theirs = answers[index];
    if (theirs === undefined) throw new Error(`${admissionOracle} left node ${index} out`);
    const ours = replayed(made);
    for (const reason of [...Object.values(theirs.rejected), ...theirs.ended.map(() => "ended")])
      tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
    if (inWords(ours) === inWords(theirs)) tally.identical += 1;
    else tally.different.push(`node ${index} of seed ${seed}:\n  ours   ${inWords(ours)}\n  theirs ${inWords(theirs)}`);
  }
  return tally;
}

type Answer = z.infer<typeof answerSchema>;

const answerSchema = z.object({ rejected: z.record(z.string(), z.string()), ended: z.array(z.string()) }).readonly();

function replayed({ node, pods }: MadeNode): Answer {
  const found = notReadmitted(nodePods(node, pods)).filter(({ is }) => is !== "possible");
  const nameOf = ({ namespace, name }: (typeof found)[number]): string => `${namespace}/${name}`;
  return {
    rejected: Object.fromEntries(found.filter(({ is }) => is === "rejected").map((pod) => [nameOf(pod), pod.reason])),
    ended: found.filter(({ is }) => is === "ended").map(nameOf),
  };
}

/** The kubelet goes through devices and pages in no order: which of them it names first says nothing. */
function inWords({ rejected, ended }: Answer): string {
  const reasons = Object.entries(rejected).map(
    ([name, reason]) => `${name} ${reason.replace(ofNoOrder, "OutOfother")}`,
  );
  return [...reasons.toSorted(), "ended:", ...ended.toSorted()].join(", ");
}

const ofNoOrder = /^OutOf(?:example\.com\/gpu|hugepages-2Mi)$/;

function askKubelet(nodes: readonly MadeNode[]): readonly Answer[] {
  const { stdout, stderr, status, error } = spawnSync(admissionOracle, [], {
    input: nodes.map((made) => JSON.stringify(made)).join("\n"),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${admissionOracle}: exit code ${status}\n${stderr.slice(0, 2000)}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => answerSchema.parse(JSON.parse(line)));
}

function kubernetesVersion(): string {
  const version = /k8s\.io\/kubernetes v(\S+)/.exec(readFileSync("test/oracle/kubelet/go.mod", "utf8"))?.[1];
  if (version === undefined) throw new Error("no k8s.io/kubernetes in test/oracle/kubelet/go.mod");
  return version;
}
