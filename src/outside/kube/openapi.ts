import * as z from "zod";
import type { ApiDocument, KubeCall, KubeTold } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { notUnderstood } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";

const root = "/openapi/v3";

/** `api/v1`, `apis/apps/v1`: what a path has to be made of, so that nothing else is asked than what is meant. */
const name = /^[a-z][a-z0-9.-]*(?:\/[a-z0-9][a-z0-9.-]*){0,3}$/i;
const index = z.object({ paths: z.record(z.string(), z.unknown()) });

/** The schemas of the API, a document a group and version [kubernetes v1.36.3, k8s.io/kube-openapi/pkg/handler3]. */
export async function* openApi(requests: Requests, call: KubeCall = {}): AsyncGenerator<ApiDocument> {
  const listed = await document(requests, root, call);
  if ("unknown" in listed) return yield { path: root, told: listed };
  const read = index.safeParse(jsonOf(listed.known));
  if (!read.success)
    return yield { path: root, told: { unknown: notUnderstood(`the answer to ${root} is no list of schemas`, 200) } };
  yield { path: root, told: listed };
  for (const path of Object.keys(read.data.paths).filter((each) => name.test(each)))
    yield { path: `${root}/${path}`, told: await document(requests, `${root}/${path}`, call) };
}

async function document(requests: Requests, path: string, { signal }: KubeCall): Promise<KubeTold<string>> {
  const reply = await requests.send({ method: "GET", path, needs: { path }, signal });
  return "reason" in reply ? { unknown: reply.reason } : known(reply.answer);
}
