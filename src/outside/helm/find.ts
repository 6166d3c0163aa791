import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { coerce, gte } from "semver";
import { known, unknown, type Told } from "../../model/told.ts";
import type { HelmHome } from "./home.ts";
import { runHelm } from "./run.ts";

/** The user's own Helm. */
export interface Helm {
  readonly program: string;
  /** `3.22.0`. */
  readonly version: string;
  readonly major: 3 | 4;
}

/** `--dry-run=server` without a test for its presence, and what it prints as JSON [helm v3.14.0, cmd/helm/upgrade.go]. */
const oldest = "3.14.0";

/** The first `helm` of `path`, asked for its version. Unknown: there is none, or none that will do. */
export async function findHelm(path: string, home: HelmHome): Promise<Told<Helm>> {
  const program = programIn(path);
  if (program === null) return no("no helm is in PATH");
  const answer = await runHelm({
    program,
    args: ["version", "--template={{.Version}}"],
    home,
    limits: { time: 15_000 },
  });
  if (answer.end !== "done") {
    const how = answer.end === "failed" ? `ended with code ${answer.code}` : answer.failure;
    return no(`${program} ${how} when it was asked for its version`);
  }
  const version = /^v?\d{1,6}(?:\.\d{1,6}){1,2}/.test(answer.stdout.trim()) ? coerce(answer.stdout) : null;
  if (version === null) return no(`${program} does not say which version of Helm it is`);
  if (!gte(version, oldest)) return no(`${program} is Helm ${version.version}`);
  if (version.major !== 3 && version.major !== 4)
    return no(`${program} is Helm ${version.version}, which is not known`);
  return known({ program, version: version.version, major: version.major });
}

function no(text: string): Told<never> {
  return unknown({ code: "not-reached", text, at: [] });
}

function programIn(path: string): string | null {
  for (const folder of path.split(delimiter)) {
    // An empty entry is the working directory: nothing of it is run.
    if (folder === "") continue;
    const program = resolve(join(folder, "helm"));
    if (isProgram(program)) return program;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
