import * as z from "zod";

/**
 * The parts of a kubeconfig that are used, as client-go names them
 * [client-go v0.36.3, tools/clientcmd/api/v1/types.go]. Empty strings count as absent there, and here.
 */
export type Kubeconfig = z.infer<typeof kubeconfig>;
export type Cluster = z.infer<typeof cluster>;
export type User = z.infer<typeof user>;
export type ExecPlugin = z.infer<typeof exec>;

function absent<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => (value === "" || value === null ? undefined : value));
}
const text = absent(z.string());

const cluster = z.object({
  server: z.string(),
  "tls-server-name": text,
  "insecure-skip-tls-verify": absent(z.boolean()),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "proxy-url": text,
  extensions: absent(z.array(z.object({ name: z.string(), extension: z.unknown() }))),
});

const exec = z.object({
  command: z.string(),
  args: absent(z.array(z.string())),
  env: absent(z.array(z.object({ name: z.string(), value: z.string() }))),
  apiVersion: text,
  installHint: text,
  provideClusterInfo: absent(z.boolean()),
});

const user = z.object({
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  token: text,
  tokenFile: text,
  as: text,
  "as-uid": text,
  "as-groups": absent(z.array(z.string())),
  "as-user-extra": absent(z.record(z.string(), z.array(z.string()))),
  username: text,
  password: text,
  "auth-provider": absent(z.object({ name: z.string(), config: absent(z.record(z.string(), z.string())) })),
  exec: absent(exec),
});

/** The user of a context that names none: the request goes without credentials. */
export const nobody: User = user.parse({});

const context = z.object({ cluster: z.string(), user: text, namespace: text });

function list<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .nullish()
    .transform((entries) => entries ?? []);
}

export const kubeconfig = z.object({
  kind: z.literal("Config").nullish(),
  "current-context": text,
  clusters: list(z.object({ name: z.string(), cluster })),
  users: list(z.object({ name: z.string(), user: user.nullish() })),
  contexts: list(z.object({ name: z.string(), context })),
});
