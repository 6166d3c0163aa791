import { X509Certificate } from "node:crypto";
import { Agent } from "node:https";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { readNamed } from "../files/read.ts";
import { CredentialsFailure, NoConnection } from "./connection.ts";
import type { Connection, Credentials } from "./connection.ts";

export interface Pod {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of the service account. Default /var/run/secrets/kubernetes.io/serviceaccount. */
  readonly serviceAccount?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const defaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Whether the environment is that of a pod with a service account, as client-go tells it. */
export function isInPod({ environment, serviceAccount = defaultFolder }: Omit<Pod, "now">): boolean {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment;
  return host !== "" && port !== "" && "text" in readNamed(join(serviceAccount, "token"));
}

/**
 * The connection of a pod's service account, without the official client. The token is read again after a minute, since
 * the kubelet replaces it, and the CA with it [client-go v0.36.3, rest/config.go, transport/token_source.go]. Throws
 * {@link NoConnection}.
 */
export function inClusterConnection({ environment, serviceAccount = defaultFolder, now }: Pod): Connection {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment;
  const server = URL.parse(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  if (host === "" || server === null) {
    throw new NoConnection(
      "KUBE007",
      "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT give no address of an API server",
      "Run it in a pod, or name a kubeconfig (--kubeconfig FILE).",
    );
  }
  const agent = new Agent({ keepAlive: true });
  const read = (): Credentials => ({
    headers: { authorization: `Bearer ${fileOf(serviceAccount, "token").trim()}` },
    connection: { agent, ca: authorityOf(serviceAccount) },
  });
  let current = read();
  let readAt = now();
  return {
    server,
    credentials: async (refused) => {
      if (refused !== current && now() - readAt < 60_000) return current;
      try {
        current = read();
        readAt = now();
      } catch (error) {
        const text = error instanceof NoConnection ? error.message : "the service account could not be read";
        throw new CredentialsFailure(text, "look whether the pod still has its service account mounted");
      }
      return current;
    },
  };
}

function authorityOf(folder: string): string {
  const pem = fileOf(folder, "ca.crt");
  try {
    void new X509Certificate(pem);
    return pem;
  } catch {
    throw unreadable(join(folder, "ca.crt"), "it is no certificate in PEM");
  }
}

function fileOf(folder: string, name: string): string {
  const path = join(folder, name);
  const read = readNamed(path);
  if ("failure" in read) throw unreadable(path, read.failure);
  if (read.text.trim() === "") throw unreadable(path, "it is empty");
  return read.text;
}

function unreadable(path: string, why: string): NoConnection {
  return new NoConnection(
    "KUBE005",
    `${path} of the pod's service account could not be read: ${why}`,
    "Mount the service account's token (automountServiceAccountToken), or name a kubeconfig.",
  );
}
