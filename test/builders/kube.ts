import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ExecStep, KubeKind, KubeSource, KubeTold, ListStep, WatchStep } from "../../src/model/kube-source.ts";
import { ServedObject } from "../../src/model/served-object.ts";
import { connectKube } from "../../src/outside/kube/connect.ts";
import type { KubeOptions } from "../../src/outside/kube/connect.ts";

export const pods: KubeKind = { group: "", version: "v1", resource: "pods", kind: "Pod", namespaced: true };

/** A folder with these files, gone after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-kube-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o700 });
  return folder;
}

/** The text of a kubeconfig with one context, as JSON (which is YAML). */
export function kubeconfig(
  server: string,
  { cluster = {}, user = {} }: { cluster?: object; user?: object } = {},
): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "there",
    clusters: [{ name: "far", cluster: { server, ...cluster } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "there", context: { cluster: "far", user: "me" } }],
  });
}

export interface Kube {
  readonly source: KubeSource;
  /** What it would have waited between two tries, in milliseconds. */
  readonly waits: number[];
}

/** The source of a kubeconfig with this server. It does not wait, but its clock goes on as if it did. */
export async function kubeAt(server: string, options: Partial<KubeOptions> = {}): Promise<Kube> {
  const file = join(folderOf({ config: kubeconfig(server) }), "config");
  return kubeFrom({ kubeconfig: file, environment: {}, ...options });
}

/** The source of these options; throws where there is none. */
export async function kubeFrom(options: KubeOptions): Promise<Kube> {
  const waits: number[] = [];
  let now = Date.parse("2026-01-01T00:00:00Z");
  const connected = await connectKube({
    waiting: {
      now: () => now,
      random: () => 0,
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve(waits.push(milliseconds));
      },
    },
    ...options,
  });
  if ("failure" in connected) throw new Error(`${connected.failure.code}: ${connected.failure.what}`);
  return { source: connected.source, waits };
}

/** A pod as it is served. */
export function pod(name: string, uid = `uid-of-${name}`): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", uid, resourceVersion: "7" },
    spec: {},
  };
}

export function podList(names: readonly string[], metadata: object = {}): string {
  const items = names.map((name) => pod(name));
  return JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "42", ...metadata }, items });
}

/** Answers with the Status of a refusal. */
export function status(
  code: number,
  reason: string,
  message: string,
  rest: object = {},
  headers: Record<string, string> = {},
) {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code, ...rest };
  return (response: ServerResponse): void => json(response, body, code, headers);
}

export function json(response: ServerResponse, body: unknown, code = 200, headers: Record<string, string> = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(code, { "content-type": "application/json", ...headers }).end(text);
}

/** An answer in a line, objects opened; reasons with their code, and what to do where that is told. */
export function told(answer: KubeTold<unknown>): string {
  if ("known" in answer) {
    const { known } = answer;
    return `known ${JSON.stringify(known instanceof ServedObject ? known.unredacted() : known)}`;
  }
  const { code, status: http, said, text, supply } = answer.unknown;
  const about = [code, http ?? "-", said ?? "-"].join(" ");
  return `${about}: ${text}${supply === undefined ? "" : ` (${supply})`}`;
}

/** The steps of a list, a watch or a program, a line each. */
export async function stepsOf(steps: AsyncIterable<ListStep | WatchStep | ExecStep>): Promise<string[]> {
  const lines: string[] = [];
  for await (const step of steps) lines.push(lineOf(step));
  return lines;
}

function lineOf(step: ListStep | WatchStep | ExecStep): string {
  switch (step.step) {
    case "begin":
      return `begin ${step.attempt}${step.because === null ? "" : ` since ${told({ unknown: step.because })}`}`;
    case "page":
      return `page ${step.objects.map((served) => served.unredacted().json).join(" ")}`;
    case "end":
      return `end at ${step.resourceVersion} with ${step.count}`;
    case "failed":
      return `failed ${told({ unknown: step.reason })}`;
    case "event":
      return `${step.type} ${step.object.unredacted().json}`;
    case "bookmark":
      return `bookmark ${step.resourceVersion}`;
    case "output":
      return `${step.stream} ${JSON.stringify(Buffer.from(step.bytes).toString("utf8"))}`;
    case "ended":
      if ("exit" in step) return `ended ${told(step.exit)}`;
      return step.because === null ? "ended" : `ended ${told({ unknown: step.because })}`;
  }
}
