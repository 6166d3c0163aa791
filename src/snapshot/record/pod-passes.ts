import { pods } from "../../model/kube-kinds.ts";
import type { NodeObservation, PodAnswer, PodKnowledge, Reading } from "../../model/ledger.ts";
import { isKnown, isSilent, known, unknown, type Told } from "../../model/told.ts";
import { nameKey } from "../../ledger/sightings.ts";
import { identityOf } from "./identity.ts";
import { projectPod } from "../project-pod.ts";
import type { Redacted } from "../redact/redactor.ts";
import { objectLine, type ObjectsRecording, type OnTheWay } from "./objects.ts";
import { redactAnswers } from "../redact/node.ts";

/** So many pods of a node are asked for by name; what the others are is unknown. */
const mostAsked = 50;
const tooMany = unknown({
  code: "limit",
  text: `it was not asked for by name: more than ${mostAsked} pods of this node are in neither list`,
  at: [],
  supply: "read the node on the node itself, or by holdfast node NAME",
});

interface PodName {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** What has to be kept of the pods while a cluster is recorded: of each its uid, and what nodes have beside them. */
export class PodPasses {
  /** By uid, the resourceVersion of the first list. */
  #first = new Map<string, string>();
  #second = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #sandboxes = new Map<string, readonly PodName[]>();

  /** Counts the pods of a list on their way; of one that is in the second list what it was in the first, no more is written. */
  pass(pass: 1 | 2): OnTheWay {
    const forget = (): void => {
      if (pass === 1) this.#first = new Map();
      else this.#second = new Set();
    };
    return {
      begin: forget,
      // A reader keeps nothing of such a list, and so nothing is the same as in it.
      failed: forget,
      line: (redacted) => {
        const identity = identityOf(redacted.object);
        if (identity === null) return objectLine(redacted);
        const { uid, resourceVersion } = identity;
        if (this.#leftOut.has(uid)) return null;
        if (pass === 1) this.#first.set(uid, resourceVersion);
        else this.#second.add(uid);
        const isSame = pass === 2 && this.#first.get(uid) === resourceVersion;
        return isSame ? { unchanged: { uid, resourceVersion } } : objectLine(redacted);
      },
    };
  }

  /** A pod of ours, which is on its way to be gone: it is left out of lists, as of what is on its node. */
  leaveOut(uid: string): void {
    this.#leftOut.add(uid);
  }

  /** Whose sandbox is on the node, and who was not in the first list. */
  sawOn({ node, runtime }: NodeObservation): void {
    if (!isKnown(runtime)) return;
    const strangers = runtime.known.sandboxes.filter(({ uid, name }) => name !== "" && !this.#first.has(uid));
    this.#sandboxes.set(
      node,
      strangers.map(({ uid, namespace, name }) => ({ uid, namespace, name })),
    );
  }

  /** What a GET gives of those on the node that were in neither list: a list may be from a cache, a GET is not. */
  async answers(
    node: string,
    { kube, redact, sequence, now, signal }: ObjectsRecording,
  ): Promise<PodKnowledge["asked"]> {
    const answers = new Map<string, Told<PodAnswer>>();
    const absent = (this.#sandboxes.get(node) ?? []).filter(({ uid }) => !this.#second.has(uid));
    const names = new Map(absent.map((pod) => [nameKey(pod.namespace, pod.name), pod]));
    let untold: Told<never> | null = null;
    for (const [index, [key, { namespace, name }]] of [...names].entries()) {
      if (index === mostAsked) untold ??= tooMany;
      if (untold !== null) {
        answers.set(key, untold);
        continue;
      }
      const began = sequence();
      const told = await kube.get(pods, { namespace, name }, { signal });
      const reading = { began, ended: sequence(), at: now().toISOString() };
      // Who may only list is not asked: the two lists are what is known then.
      if ("unknown" in told && told.unknown.code === "not-permitted") continue;
      if ("unknown" in told && isSilent(told.unknown)) untold = told;
      answers.set(key, "unknown" in told ? told : answerOf(reading, told.known && redact(pods, told.known)));
    }
    return redactAnswers(answers);
  }
}

function answerOf(reading: Reading, redacted: Redacted | null): Told<PodAnswer> {
  if (redacted === null) return known({ reading, pod: null });
  const projected = projectPod(redacted.object);
  if ("pod" in projected) return known({ reading, pod: projected.pod });
  return unknown({
    code: "not-understood",
    text: `the API has a pod of that name, and ${projected.unparsed.text}`,
    at: [],
  });
}
