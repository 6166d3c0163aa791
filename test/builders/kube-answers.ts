import type { RequestListener, ServerResponse } from "node:http";
import type { KubeSource, KubeTold } from "../../src/model/kube-source.ts";
import type { RequestLimits } from "../../src/outside/kube/requests.ts";
import { httpServer } from "./http-server.ts";
import { kubeAt, told } from "./kube.ts";

/** How a server answers whatever it is asked. */
export type Answer = (response: ServerResponse) => unknown;

/** What is told of one question to a server that answers so, and what that server was asked. */
export async function asked(
  answer: RequestListener,
  ask: (source: KubeSource) => Promise<KubeTold<unknown>>,
  limits: Partial<RequestLimits> = {},
): Promise<{ answer: string; seen: string[] }> {
  await using server = await httpServer(answer);
  const { source } = await kubeAt(server.url, { limits: { tries: 2, ...limits } });
  return { answer: told(await ask(source)), seen: server.seen };
}

export const always =
  (answer: Answer): RequestListener =>
  (_, response) =>
    void answer(response);

/** Another answer for each method. */
export const by =
  (answers: Readonly<Record<string, Answer>>): RequestListener =>
  (request, response) =>
    void answers[request.method ?? ""]?.(response);
