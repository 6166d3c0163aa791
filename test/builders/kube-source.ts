import type { Discovery, KubeKind, KubeReason, KubeSource, KubeTold, ListStep } from "../../src/model/kube-source.ts";
import { ServedObject } from "../../src/model/served-object.ts";
import { known } from "../../src/model/told.ts";

/** An API server of which nothing is asked but what is given. */
export function kubeSource(answers: Partial<KubeSource>): KubeSource {
  return {
    server: "https://10.0.0.1:6443",
    discover: notAsked,
    openApi: notAsked,
    list: notAsked,
    get: notAsked,
    watch: notAsked,
    create: notAsked,
    update: notAsked,
    delete: notAsked,
    exec: notAsked,
    kubeletPage: notAsked,
    ...answers,
  };
}

const notAsked = (): never => {
  throw new Error("nothing else is asked");
};

export function served(object: object): ServedObject {
  return new ServedObject(JSON.stringify(object), object);
}

/** What discovery gives for these kinds, a group and version each. */
export function discovering(...kinds: readonly KubeKind[]): KubeTold<Discovery> {
  const groupVersions = kinds.map((kind) => ({
    group: kind.group,
    version: kind.version,
    kinds: known([{ ...kind, verbs: ["list", "get"] }]),
  }));
  return known({ version: known("v1.36.3"), groupVersions, documents: [{ path: "/apis", json: "{}" }] });
}

/** When a list was answered. */
const servedAt = "2026-05-17T09:00:41.000Z";

/** The steps of a list, pages in the order of the arguments. */
export function wholeList(...pages: readonly (readonly object[])[]): readonly ListStep[] {
  const count = pages.reduce((sum, objects) => sum + objects.length, 0);
  return [begun(1), ...pages.map(page), { step: "end", resourceVersion: "42", servedAt, count }];
}

export function begun(attempt: number): ListStep {
  return { step: "begin", attempt, because: null };
}

export function page(objects: readonly object[]): ListStep {
  return { step: "page", objects: objects.map(served) };
}

export function failed(reason: KubeReason): ListStep {
  return { step: "failed", reason };
}

export const forbidden: KubeReason = {
  code: "not-permitted",
  text: "listing secrets is forbidden",
  at: [],
  supply: "it needs list of secrets",
  status: 403,
  said: "Forbidden",
};

export const silence: KubeReason = { code: "timed-out", text: "it gave no answer", at: [], status: null, said: null };
