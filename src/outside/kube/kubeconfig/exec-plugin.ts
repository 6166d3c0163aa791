import { spawn } from "node:child_process";
import * as z from "zod";
import { jsonOf } from "../../json-of.ts";
import { CredentialsFailure } from "../connection.ts";
import type { Cluster, ExecPlugin } from "./schema.ts";

export interface PluginCredential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; `null`: good until the API server refuses it. */
  readonly expires: number | null;
}

export interface PluginRun {
  readonly plugin: ExecPlugin;
  /** Absolute, where the kubeconfig gives a path; else looked for in PATH. */
  readonly command: string;
  readonly cluster: Cluster;
  /** PEM of the cluster's CA in base64. */
  readonly authority: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. Default 60,000. */
  readonly deadline?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a credential plugin as client-go does, told about the cluster in KUBERNETES_EXEC_INFO
 * [client-go v0.36.3, plugin/pkg/client/auth/exec/exec.go], but never with a terminal: it has no standard input. The
 * official JavaScript client gives it no KUBERNETES_EXEC_INFO, waits for ever, and puts what it prints into errors.
 * Neither its output nor its arguments are told. Throws {@link CredentialsFailure}.
 */
export async function runPlugin(run: PluginRun): Promise<PluginCredential> {
  const { plugin } = run;
  const named = `the credential plugin ${JSON.stringify(plugin.command)}`;
  if (plugin.apiVersion === undefined || !apiVersions.has(plugin.apiVersion)) {
    throw new CredentialsFailure(`${named} is for no apiVersion that is known`, `use ${[...apiVersions].join(" or ")}`);
  }
  const { output, failure } = await outputOf(run);
  if (failure !== null) throw new CredentialsFailure(`${named} ${failure}`, seeForYourself);
  const read = credential.safeParse(jsonOf(output));
  if (!read.success || read.data.apiVersion !== plugin.apiVersion) {
    throw new CredentialsFailure(`${named} printed no ExecCredential of ${plugin.apiVersion}`, seeForYourself);
  }
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = read.data.status;
  if (token === undefined && (certificate === undefined || key === undefined))
    throw new CredentialsFailure(`${named} gave neither a token nor a certificate with its key`, seeForYourself);
  const expires = expirationTimestamp === undefined ? Number.NaN : Date.parse(expirationTimestamp);
  return { token, certificate, key, expires: Number.isNaN(expires) ? null : expires };
}

const apiVersions = new Set(["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]);
const seeForYourself = "kubectl get --raw /version, with the same kubeconfig and context, shows what the plugin says";

const credential = z.object({
  kind: z.literal("ExecCredential"),
  apiVersion: z.string(),
  status: z.object({
    token: z.string().min(1).optional(),
    clientCertificateData: z.string().min(1).optional(),
    clientKeyData: z.string().min(1).optional(),
    expirationTimestamp: z.string().optional(),
  }),
});

const maximumOutput = 1024 * 1024;

/** What it printed; or how it failed, a verb with what belongs to it. */
function outputOf(run: PluginRun): Promise<{ output: string; failure: string | null }> {
  const { plugin, command, environment, deadline = 60_000, signal } = run;
  return new Promise((settle) => {
    const own = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
    // A process group of its own: what the plugin started ends with it.
    const child = spawn(command, plugin.args ?? [], {
      env: { ...environment, ...own, KUBERNETES_EXEC_INFO: execInfo(run) },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let ended = false;
    const end = (failure: string | null): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      if (failure !== null) endGroup(child.pid);
      child.stdout.destroy();
      settle({ output: Buffer.concat(chunks).toString("utf8"), failure });
    };
    const giveUp = (): void => end("was given up before it ended");
    const timer = setTimeout(() => end(`did not end within ${deadline / 1000} s`), deadline);
    signal?.addEventListener("abort", giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumOutput) end(`printed more than ${maximumOutput} bytes`);
      else chunks.push(chunk);
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ENOENT" ? "was not found" : `could not be started (${error.code ?? "unknown error"})`),
    );
    child.on("close", (code, by) => end(code === 0 ? null : `ended with ${by ?? `code ${code}`}`));
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function execInfo({ plugin, cluster, authority }: PluginRun): string {
  const config = cluster.extensions?.find(({ name }) => name === "client.authentication.k8s.io/exec")?.extension;
  const about = {
    server: cluster.server,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] ?? undefined,
    "certificate-authority-data": authority,
    "proxy-url": cluster["proxy-url"],
    config,
  };
  return JSON.stringify({
    kind: "ExecCredential",
    apiVersion: plugin.apiVersion,
    spec: { interactive: false, ...(plugin.provideClusterInfo === true ? { cluster: about } : {}) },
  });
}
