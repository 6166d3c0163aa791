import * as z from "zod";
import type { KubeReason } from "../../model/kube-source.ts";
import type { ReasonCode } from "../../model/told.ts";
import { redactExcerpt } from "../../report/redact.ts";
import type { ExchangeFailure, ExchangeResponse } from "../http/exchange.ts";
import { shownUrl } from "../http/shown-url.ts";
import { CredentialsFailure } from "./connection.ts";

/** What a request would be allowed by: a verb on a resource, or on a path that is no resource. */
export type Permission =
  | { readonly verb: string; readonly group: string; readonly resource: string }
  | { readonly path: string };

/** The Status that an API server explains a refusal with: apimachinery, pkg/apis/meta/v1/types.go. */
export type Status = z.infer<typeof status>;

export const status = z.object({
  kind: z.literal("Status"),
  apiVersion: z.literal("v1"),
  message: z.string().optional(),
  reason: z.string().optional(),
  code: z.int().optional(),
  details: z
    .object({
      name: z.string().optional(),
      group: z.string().optional(),
      kind: z.string().optional(),
    })
    .optional(),
});

/** The Status in an answer, `null` where it is something else: a proxy's page, a plain text. */
export function statusOf({ body }: ExchangeResponse): Status | null {
  try {
    return status.parse(JSON.parse(body.toString("utf8")));
  } catch {
    return null;
  }
}

/** Why an answer that is no success tells nothing. What is no Status is not quoted. */
export function refusal(response: ExchangeResponse, needs: Permission): KubeReason {
  const served = statusOf(response);
  const said = wordOf(served?.reason);
  const about = { status: response.status, said };
  const isOfApiServer = served !== null && (served.code ?? response.status) === response.status;
  if (response.status === 401)
    return reason("not-permitted", "the API server does not accept the credentials (401)", about, logIn);
  if (response.status >= 300 && response.status < 400) return redirected(response, about);
  if (isNotServed(response)) return reason("not-served", "the API server does not serve this kind (404)", about);
  if (!isOfApiServer) return reason(...foreign(response), about);
  const message = messageOf(served);
  if (response.status === 403)
    return reason("not-permitted", `the API server does not permit it (403${message})`, about, ruleFor(needs));
  return reason("not-served", `the API server refused with status ${response.status}${message}`, about);
}

/** Why there is no whole answer. */
export function unanswered(failure: ExchangeFailure | CredentialsFailure, givenUp: boolean): KubeReason {
  const about = { status: null, said: null };
  if (givenUp) return reason("timed-out", "it was given up before the API server had answered", about);
  if (failure instanceof CredentialsFailure) return reason("not-permitted", failure.message, about, failure.supply);
  return reason(codeOfWay[failure.way], failure.message, about);
}

/** The answer came, and is not what an API server says. */
export function notUnderstood(text: string, httpStatus: number | null): KubeReason {
  return reason("not-understood", text, { status: httpStatus, said: null });
}

/** The text of a Status in one line, cut and without secrets; `""` where it has none. */
export function messageOf({ message = "" }: Pick<Status, "message">): string {
  const line = redactExcerpt(message).replace(/\s+/g, " ").trim();
  return line === "" ? "" : `: ${line.length > 500 ? `${line.slice(0, 500)}…` : line}`;
}

export function reason(
  code: ReasonCode,
  text: string,
  about: Pick<KubeReason, "status" | "said">,
  supply?: string,
): KubeReason {
  return { code, text, at: [], ...about, ...(supply === undefined ? {} : { supply }) };
}

const logIn = "log in to the cluster again, or mend the user that the kubeconfig's context names";

function ruleFor(needs: Permission): string {
  if ("path" in needs) return `grant an RBAC rule {nonResourceURLs: ["${needs.path}"], verbs: [get]}`;
  const { verb, group, resource } = needs;
  return `grant an RBAC rule {apiGroups: ["${group}"], resources: [${resource}], verbs: [${verb}]}`;
}

function redirected(
  { headers, status: code }: ExchangeResponse,
  about: Pick<KubeReason, "status" | "said">,
): KubeReason {
  const target = headers.location === undefined ? "" : ` to ${redactExcerpt(shownUrl(headers.location)).slice(0, 200)}`;
  return reason("not-understood", `it redirects (${code})${target}, and a redirect is not followed`, about);
}

/** What Go's router says of a path that it has no handler for; an object that is missing gets a Status. */
function isNotServed({ status: code, body }: ExchangeResponse): boolean {
  return code === 404 && body.toString("utf8").trim() === "404 page not found";
}

/** An answer by somebody between us and the API server, or by another server. */
function foreign({ status: code, headers }: ExchangeResponse): [ReasonCode, string] {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers["content-type"] ?? "")?.[0] ?? "no content type";
  const passing = code === 429 || code >= 500;
  return [passing ? "not-served" : "not-understood", `status ${code} without an API server's explanation (${type})`];
}

export const codeOfWay = {
  unreached: "not-reached",
  late: "timed-out",
  cut: "incomplete",
  odd: "not-understood",
} as const;

/** Reasons are single words; what is none is no reason of an API server. */
function wordOf(said: string | undefined): string | null {
  return said !== undefined && /^[A-Za-z]{1,64}$/.test(said) ? said : null;
}
