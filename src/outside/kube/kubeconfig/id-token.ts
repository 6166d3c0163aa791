import { NoConnection } from "../connection.ts";
import type { User } from "./schema.ts";

/**
 * The token of kubectl's `oidc` provider, while it is good. It is not renewed here: a refresh token may be good only
 * once, and the new one would have to be written into the kubeconfig, which is not ours to write. The providers `gcp` and
 * `azure` are gone from client-go [client-go v0.36.3, plugin/pkg/client/auth/gcp/gcp_stub.go]. `now` is in milliseconds since
 * 1970. Throws {@link NoConnection}.
 */
export function idToken({ name, config }: NonNullable<User["auth-provider"]>, path: string, now: number): string {
  if (name !== "oidc") {
    const shown = /^[\w.-]{1,40}$/.test(name) ? name : "unknown";
    throw new NoConnection(
      "KUBE006",
      `the user in ${path} has the auth-provider ${shown}, which kubectl has given up`,
      "Use the credential plugin (exec) that took its place.",
    );
  }
  const token = config?.["id-token"];
  const expires = token === undefined ? null : expiryOf(token);
  if (token === undefined || expires === null || expires * 1000 <= now) {
    throw new NoConnection(
      "KUBE006",
      `the id-token of the user in ${path} has expired, or is none`,
      "Run kubectl get --raw /version once: it renews the token and writes it into the kubeconfig.",
    );
  }
  return token;
}

/** Seconds since 1970. */
function expiryOf(token: string): number | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const expires = typeof claims === "object" && claims !== null && "exp" in claims ? claims.exp : null;
    return typeof expires === "number" ? expires : null;
  } catch {
    return null;
  }
}
