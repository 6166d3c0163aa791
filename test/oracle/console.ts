import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** OpenTofu as test/oracle/tofu/build.sh leaves it. */
export const tofuBinary = join(
  process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache", "holdfast"),
  "tofu-1.12.6",
  "tofu",
);

/** `undefined`: OpenTofu refuses the expression, or the answer holds an infinite number. */
export interface Answer {
  readonly json: string | undefined;
  /** As `type()` prints it. */
  readonly type: string | undefined;
}

/** Writes files into a new directory, and removes it after use. */
export function inDirectory<T>(files: ReadonlyMap<string, string>, use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "holdfast-oracle-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function runTofu(
  directory: string,
  args: readonly string[],
  input?: string,
): { status: number | null; output: string; errors: string } {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("TF_"));
  const env = { ...Object.fromEntries(kept), TF_CLI_CONFIG_FILE: "/dev/null", TF_IN_AUTOMATION: "1", TF_INPUT: "0" };
  const done = spawnSync(tofuBinary, args, {
    cwd: directory,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    ...(input !== undefined && { input }),
  });
  if (done.error) throw done.error;
  return { status: done.status, output: done.stdout, errors: done.stderr };
}

/** What `tofu console` answers to expressions that stand in the module of `files`. */
export function askConsole(
  files: ReadonlyMap<string, string>,
  variables: readonly string[],
  expressions: readonly string[],
): readonly Answer[] {
  return inDirectory(files, (directory) => {
    const lines = expressions.flatMap((expression) => [
      `try(nonsensitive(base64encode(jsonencode({v = ${expression}}))), "!")`,
      `try(type(${expression}), "!")`,
    ]);
    const messages = consoleMessages(directory, variables, lines);
    return expressions.map((_, index) => {
      const json = messages[index * 2];
      const type = messages[index * 2 + 1];
      return {
        json: json === undefined || json === '"!"' ? undefined : decoded(json),
        type: type === '"!"' ? undefined : type,
      };
    });
  });
}

function decoded(message: string): string {
  const match = /^"([A-Za-z0-9+/=]*)"$/.exec(message);
  if (match === null) throw new Error(`OpenTofu printed ${message.slice(0, 200)}`);
  return Buffer.from(match[1] ?? "", "base64").toString("utf8");
}

interface ConsoleRecord {
  readonly type?: string;
  readonly "@level"?: string;
  readonly "@message": string;
}

function readRecord(line: string): ConsoleRecord {
  const record: ConsoleRecord = JSON.parse(line);
  return record;
}

/** The console stops at an error that `try` does not catch: it is started again behind that line. */
function consoleMessages(
  directory: string,
  variables: readonly string[],
  lines: readonly string[],
): (string | undefined)[] {
  const messages: (string | undefined)[] = [];
  while (messages.length < lines.length) {
    const out = join(directory, "answers.json");
    writeFileSync(out, "");
    const args = ["console", "-no-color", `-json-into=${out}`, ...variables.flatMap((variable) => ["-var", variable])];
    const { errors } = runTofu(directory, args, `${lines.slice(messages.length).join("\n")}\n`);
    const records = readFileSync(out, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map(readRecord);
    const before = messages.length;
    for (const record of records) {
      if (record.type === "version" || record["@level"] === "warn") continue;
      if (record["@level"] === "error") {
        messages.push(undefined);
        break;
      }
      messages.push(record["@message"]);
    }
    if (messages.length === before) throw new Error(`tofu console gave no answer: ${errors.slice(0, 2000)}`);
  }
  return messages;
}
