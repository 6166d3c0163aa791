import { readFileSync } from "node:fs";
import { join } from "node:path";
import { controlPlane, type Bed, type Node } from "./bed.ts";
import { pkiOf } from "./certificates.ts";

/** A user of the API: who a static token stands for. */
export interface User {
  readonly name: string;
  readonly token: string;
  readonly groups: readonly string[];
}

export const admin: User = { name: "admin", token: "admin-token", groups: ["system:masters"] };

export function kubeletUser(node: Node): User {
  return { name: `system:node:${node.name}`, token: `node-token-${node.name}`, groups: ["system:nodes"] };
}

/** A line of the apiserver's `--token-auth-file`. */
export function tokenLine({ name, token, groups }: User): string {
  return `${token},${name},${name},"${groups.join(",")}"\n`;
}

/** The kubeconfig of a user, as JSON (which is YAML). Needs the certificate that the apiserver makes when it starts. */
export function kubeconfig(bed: Bed, user: User): string {
  const authority = readFileSync(pkiOf(bed).apiserver).toString("base64");
  const server = `https://${controlPlane(bed).address}:6443`;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "testbed",
    clusters: [{ name: "testbed", cluster: { server, "certificate-authority-data": authority } }],
    users: [{ name: user.name, user: { token: user.token } }],
    contexts: [{ name: "testbed", context: { cluster: "testbed", user: user.name } }],
  });
}

export function adminKubeconfig(bed: Bed): string {
  return join(bed.directory, "admin.conf");
}
