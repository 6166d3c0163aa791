import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Program } from "./measure.ts";

const root = join(import.meta.dirname, "..");

/** The package as it is published, without the sources beside it: what is measured is what people install. */
export function publishedPackage(scratch: string): Program {
  const directory = join(scratch, "package");
  if (!existsSync(directory)) {
    execFileSync(process.execPath, ["tools/build.ts"], { cwd: root, stdio: "ignore" });
    mkdirSync(directory, { recursive: true });
    for (const part of ["bin", "dist", "package.json"])
      cpSync(join(root, part), join(directory, part), { recursive: true });
  }
  const program = join(directory, "bin", "holdfast.js");
  const version = output([process.execPath, program, "--version"]);
  return {
    name: "holdfast audit",
    version,
    command: [process.execPath, program, "audit", "--fail-on", "never"],
    succeedsWith: [0],
  };
}

/** The other programs that read such repositories, where they are installed. */
export function peers(scratch: string): readonly Program[] {
  const renovate = installed("renovate", "HOLDFAST_BENCH_RENOVATE");
  const tflint = installed("tflint", "HOLDFAST_BENCH_TFLINT");
  const renovateEnv = { LOG_LEVEL: "warn", RENOVATE_BASE_DIR: join(scratch, "renovate"), RENOVATE_CONFIG_FILE: "" };
  return [
    ...(renovate === null
      ? []
      : [
          {
            name: "renovate --platform=local --dry-run=extract",
            version: output([renovate, "--version"]),
            command: [renovate, "--platform=local", "--dry-run=extract", "--onboarding=false"] as const,
            env: renovateEnv,
            succeedsWith: [0],
          },
        ]),
    ...(tflint === null
      ? []
      : [
          {
            name: "tflint --recursive",
            version: /[\d.]+/.exec(output([tflint, "--version"]))?.[0] ?? "?",
            command: [tflint, "--recursive", "--format=compact"] as const,
            // 1: a directory did not load; 2: issues were found.
            succeedsWith: [0, 1, 2],
          },
        ]),
  ];
}

/** What no reader can go below: reading every file once, and starting Node. */
export function floors(): readonly Program[] {
  const rg = installed("rg", "HOLDFAST_BENCH_RG");
  const search: Program =
    rg === null
      ? {
          name: "grep -r helm_release",
          version: "",
          command: ["grep", "-rc", "--exclude-dir=.git", "helm_release", "."],
          succeedsWith: [0, 1],
        }
      : {
          name: "rg helm_release",
          version: "",
          command: [rg, "-c", "--hidden", "helm_release", "."],
          succeedsWith: [0, 1],
        };
  return [
    search,
    { name: "node -e 0", version: process.versions.node, command: [process.execPath, "-e", "0"], succeedsWith: [0] },
  ];
}

/** The path that the variable names, or the program on the PATH. */
function installed(name: string, variable: string): string | null {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return named;
  const found = (process.env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, name));
  return found.find((path) => existsSync(path)) ?? null;
}

function output([file, ...args]: readonly [string, ...string[]]): string {
  return execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
