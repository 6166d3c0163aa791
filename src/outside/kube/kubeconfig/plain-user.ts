import type { Agent as PlainAgent } from "node:http";
import type { Agent } from "node:https";
import type { Credentials } from "../connection.ts";
import { headerOf } from "./bearer.ts";
import { idToken } from "./id-token.ts";
import { impersonation } from "./impersonation.ts";
import { readMaterial } from "./material.ts";
import type { Proxy } from "./proxy.ts";
import type { Selected } from "./read.ts";

/** Applies the credentials of a kubeconfig's user to requests. */
export interface KubeconfigUser {
  apply(agent: Agent | PlainAgent | null, signal: AbortSignal | undefined): Promise<Credentials>;
}

/** How the cluster is reached. */
export interface Way {
  readonly server: URL;
  readonly proxy: Proxy | null;
}

/**
 * Whether all that a user has stands in the kubeconfig and the files that it names once: a token, a password, a certificate. The
 * official client, which plugins, token files and SOCKS take, is then not loaded: 152 KiB, and some 20 ms of each start.
 */
export function isPlain({ user }: Selected, { proxy }: Way): boolean {
  const { exec, tokenFile } = user.value;
  return exec === undefined && tokenFile === undefined && proxy?.isSocks !== true;
}

/** A user that {@link isPlain}. Throws `NoConnection`. */
export function plainUser(selected: Selected, { server }: Way, now: () => number): KubeconfigUser {
  const { cluster, user } = selected;
  const { authority, certificate, key } = readMaterial(selected);
  const { token, username, password = "", "auth-provider": provider } = user.value;
  // As with client-go, no credentials go out in the clear [client-go v0.36.3, tools/clientcmd/client_config.go].
  const isSecure = server.protocol === "https:";
  const bearer = token ?? (provider === undefined ? undefined : idToken(provider, user.path, now()));
  const isTrusting = cluster.value["insecure-skip-tls-verify"] === true || !isSecure;
  const connection = {
    ...(authority === undefined ? {} : { ca: decoded(authority) }),
    ...(cluster.value["tls-server-name"] === undefined ? {} : { servername: cluster.value["tls-server-name"] }),
    ...(isTrusting ? { rejectUnauthorized: false } : {}),
    ...(isSecure && certificate !== undefined ? { cert: decoded(certificate) } : {}),
    ...(isSecure && key !== undefined ? { key: decoded(key) } : {}),
    ...(isSecure && username !== undefined ? { auth: `${username}:${password}` } : {}),
  };
  const own = impersonation(user.value);
  return {
    apply: async (agent) => ({
      headers: { ...own, ...(isSecure && bearer !== undefined ? { authorization: headerOf(`Bearer ${bearer}`) } : {}) },
      connection: agent === null ? connection : { ...connection, agent },
    }),
  };
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
