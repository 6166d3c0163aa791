/**
 * One rule about who may import whom. Paths are folders or files of the repository; `node:x` is a module of Node,
 * `package:x` a package. A prefix covers what is below it, `*` stands for one part of a path: each of the folders
 * that it matches is a group of its own.
 */
export interface Boundary {
  /** Printed when it is broken: why the rule is there. */
  readonly reason: string;
  /** Files that the rule is about. */
  readonly from: readonly string[];
  /** Files `from` that it is not about. */
  readonly except?: readonly string[];
  /** Over all that is imported, however far away; or what a file itself imports. Types count only with `direct`. */
  readonly over: "transitive" | "direct";
  /** What must not be reached; a group of its own that the file lies in is no offence. */
  readonly never?: readonly string[];
  /** The only things that may be reached; what lies in the file's own group (what `from` matched) always may. */
  readonly only?: readonly string[];
}

/** Modules of Node that cannot read a file, start a process or open a socket. */
const pureNode = ["node:buffer", "node:crypto", "node:path", "node:util"];
/** Packages that only compute. A new one is added here after a look at what it does. */
const purePackages = ["package:picomatch", "package:semver", "package:yaml", "package:zod"];

/** Folders whose answers follow from their arguments alone. */
export const judging: readonly string[] = [
  "src/model",
  "src/repository",
  "src/ledger",
  "src/scheduling",
  "src/preflight",
  "src/audit",
  "src/preflight",
  "src/sweep",
  "src/report",
];
const capabilities = ["src/audit", "src/preflight", "src/sweep", "src/evidence"];

export const boundaries: readonly Boundary[] = [
  {
    reason: "Judging is pure: what it needs of the world is passed in, so that tests and production run the same code.",
    from: judging,
    over: "transitive",
    only: [...judging, ...pureNode, ...purePackages, "src/version.ts", "package.json"],
  },
  {
    reason: "The nouns depend on nothing: every part of the program can use them without drawing in another.",
    from: ["src/model"],
    over: "transitive",
    only: [...pureNode],
  },
  {
    reason: "Reading a repository knows nothing of what is judged from it: the next capability reads the same facts.",
    from: ["src/repository"],
    over: "direct",
    only: ["src/model", ...pureNode, ...purePackages],
  },
  {
    reason: "A rule reads facts and the matrix, and nothing else: adding one touches its folder and the list.",
    from: ["src/audit/rules/*/"],
    over: "direct",
    only: ["src/model", "src/repository", "src/audit"],
    never: ["src/audit/rules/*/"],
  },
  {
    reason: "Only the list names a rule: what rules share lies outside of their folder, in src/audit/findings.",
    from: ["src"],
    except: ["src/audit/rules/index.ts", "src/audit/rules/*/"],
    over: "direct",
    never: ["src/audit/rules/*/"],
  },
  {
    reason: "A rule of preflight reads what was rendered and simulated, and nothing else.",
    from: ["src/preflight/rules/*/"],
    over: "direct",
    only: ["src/model", "src/preflight"],
    never: ["src/preflight/rules/*/"],
  },
  {
    reason: "Only the list names a rule of preflight.",
    from: ["src"],
    except: ["src/preflight/rules/index.ts", "src/preflight/rules/*/"],
    over: "direct",
    never: ["src/preflight/rules/*/"],
  },
  {
    reason: "Only src/outside touches the world: files, processes, sockets, databases. It is what tests replace.",
    from: ["src"],
    except: ["src/outside", "src/commands", "src/main.ts"],
    over: "transitive",
    never: [
      "src/outside",
      "node:child_process",
      "node:cluster",
      "node:dgram",
      "node:dns",
      "node:fs",
      "node:http",
      "node:http2",
      "node:https",
      "node:net",
      "node:sqlite",
      "node:tls",
      "node:worker_threads",
    ],
  },
  {
    reason: "Commands make the real clients by calling src/outside; they read and write nothing themselves.",
    from: ["src/commands", "src/main.ts"],
    over: "direct",
    never: [
      "node:child_process",
      "node:dns",
      "node:fs",
      "node:http",
      "node:http2",
      "node:https",
      "node:net",
      "node:sqlite",
    ],
  },
  {
    reason: "Flags and exit codes are for the outermost layer: nothing below depends on a command.",
    from: ["src"],
    except: ["src/main.ts", "src/commands"],
    over: "direct",
    never: ["src/commands", "src/main.ts", "package:commander"],
  },
  ...capabilities.map((capability) => ({
    reason:
      "Capabilities stand alone, so that each can be read, tested and dropped by itself; only upgrade is made of them.",
    from: [capability],
    over: "transitive" as const,
    never: [...capabilities, "src/upgrade"].filter((other) => other !== capability),
  })),
];
