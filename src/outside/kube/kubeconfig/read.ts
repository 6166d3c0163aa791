import { delimiter, dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { readNamed } from "../../files/read.ts";
import { NoConnection } from "../connection.ts";
import { kubeconfig, nobody } from "./schema.ts";
import type { Cluster, Kubeconfig, User } from "./schema.ts";

export interface KubeconfigPlace {
  /** The file of `--kubeconfig`: then no other is read. */
  readonly file?: string | undefined;
  /** The context of `--context`; default the current one. */
  readonly context?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One context with what it names, and paths made absolute. */
export interface Selected {
  readonly context: string;
  readonly cluster: Origin<Cluster>;
  readonly user: Origin<User>;
}

/** A part of a kubeconfig, and the file that it is in. */
export interface Origin<T> {
  readonly value: T;
  readonly path: string;
}

/**
 * The context that kubectl would use, `null` where there is no kubeconfig at all. Files of KUBECONFIG are merged as
 * client-go does it: the first file that has a name, or a current context, wins; files that are missing are passed
 * over, unless named by `file` [client-go v0.36.3, tools/clientcmd/loader.go]. The official JavaScript client takes the
 * last current context and fails on a name that is there twice, so its merge is not used. Throws {@link NoConnection}.
 */
export function selectContext({ file, context, environment }: KubeconfigPlace): Selected | null {
  const files = file === undefined ? defaultFiles(environment).flatMap(readIfThere) : [readFile(file)];
  if (files.length === 0) return null;
  const paths = files.map(({ path }) => path).join(", ");
  const name =
    context ?? files.find(({ config }) => config["current-context"] !== undefined)?.config["current-context"];
  const contexts = files.flatMap(({ config }) => config.contexts);
  if (name === undefined) {
    throw new NoConnection("KUBE003", `no context is chosen in ${paths}`, `Choose one: ${choices(contexts)}.`);
  }
  const chosen = contexts.find((entry) => entry.name === name);
  if (chosen === undefined) {
    throw new NoConnection("KUBE003", `there is no context "${name}" in ${paths}`, `Choose one: ${choices(contexts)}.`);
  }
  const { cluster: clusterName, user: userName } = chosen.context;
  const cluster = first(files, ({ clusters }) => clusters.find((entry) => entry.name === clusterName)?.cluster);
  if (cluster === null) throw missing("cluster", clusterName, name, paths);
  if (userName === undefined) return { context: name, cluster, user: { value: nobody, path: cluster.path } };
  const user = first(files, ({ users }) => {
    const found = users.find((entry) => entry.name === userName);
    return found === undefined ? undefined : (found.user ?? nobody);
  });
  if (user === null) throw missing("user", userName, name, paths);
  return { context: name, cluster, user };
}

interface ReadFile {
  readonly path: string;
  readonly config: Kubeconfig;
}

function defaultFiles({ KUBECONFIG, HOME, USERPROFILE }: KubeconfigPlace["environment"]): string[] {
  const named = (KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  if (named.length > 0) return named;
  const home = HOME ?? USERPROFILE;
  return home === undefined || home === "" ? [] : [join(home, ".kube", "config")];
}

function readIfThere(path: string): ReadFile[] {
  const read = readNamed(path);
  return "failure" in read && read.failure === "no such file" ? [] : [parse(path, read)];
}

function readFile(path: string): ReadFile {
  return parse(path, readNamed(path));
}

function parse(path: string, read: ReturnType<typeof readNamed>): ReadFile {
  if ("failure" in read) {
    throw new NoConnection("KUBE001", `${path} could not be read: ${read.failure}`, "Check path, owner and mode.");
  }
  const parsed = kubeconfig.safeParse(plain(path, read.text));
  if (parsed.success) return { path: resolve(path), config: parsed.data };
  const [issue] = parsed.error.issues;
  throw notOne(path, `at ${issue?.path.join(".") || "its top"}: ${expectation(issue)}`);
}

function plain(path: string, text: string): unknown {
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { logLevel: "silent" });
    if (document.errors.length === 0) return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw notOne(path, "it is nested too deeply, or its aliases stand for too much");
  }
  // The parser's message quotes the file, which has secrets.
  throw notOne(path, `line ${document.errors[0]?.linePos?.[0].line ?? "?"} is not valid YAML`);
}

/** What was expected, never what is there. */
function expectation(issue: { readonly code?: string; readonly expected?: unknown } | undefined): string {
  return issue?.code === "invalid_type" ? `${String(issue.expected)} is expected` : "something else is expected";
}

function notOne(path: string, why: string): NoConnection {
  return new NoConnection(
    "KUBE002",
    `${path} is not a kubeconfig: ${why}`,
    `Mend it: kubectl config view --kubeconfig ${path} has to print it.`,
  );
}

function first<T>(files: readonly ReadFile[], look: (config: Kubeconfig) => T | undefined): Origin<T> | null {
  for (const { path, config } of files) {
    const value = look(config);
    if (value !== undefined) return { value, path };
  }
  return null;
}

function missing(what: "cluster" | "user", name: string, context: string, paths: string): NoConnection {
  return new NoConnection(
    "KUBE004",
    `the context "${context}" names the ${what} "${name}", which is not in ${paths}`,
    `Add the ${what}, or choose another context.`,
  );
}

function choices(contexts: Kubeconfig["contexts"]): string {
  const names = contexts.map(({ name }) => name);
  if (names.length === 0) return "it has none, so another kubeconfig (--kubeconfig FILE)";
  return names.length <= 8 ? `--context ${names.join(", ")}` : `--context NAME (kubectl config get-contexts)`;
}

/** A path in a kubeconfig is relative to the file that it is written in. */
export function besideFile({ path }: Pick<Origin<unknown>, "path">, named: string): string {
  return resolve(dirname(path), named);
}
