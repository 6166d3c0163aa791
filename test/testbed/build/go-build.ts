import { spawn } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { stopping } from "../stopping.ts";
import type { Progress } from "./programs.ts";
import { modules, type GoRecipe } from "./recipes.ts";

/** Runs `go build` in a recipe's module; what it makes goes into `output`. Throws with what Go said. */
export async function goBuild(recipe: GoRecipe, output: string, tell: Progress): Promise<void> {
  await compile(recipe, output, tell);
  for (const [link, program] of Object.entries(recipe.links ?? {})) symlinkSync(program, join(output, link));
}

function compile(recipe: GoRecipe, output: string, tell: Progress): Promise<void> {
  const flags = ["-v", "-mod=readonly", "-trimpath", "-buildvcs=false"];
  const linker = ["-s", "-w", ...(recipe.linkerFlags ?? [])].join(" ");
  const tags = recipe.tags === undefined ? [] : ["-tags", recipe.tags.join(",")];
  const args = ["build", ...flags, "-ldflags", linker, ...tags, "-o", `${output}/`, ...recipe.packages];
  // A process group of its own, so that the compilers that Go starts end with it.
  const child = spawn(goProgram(), args, {
    cwd: join(modules, recipe.module),
    detached: true,
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "", GOOS: "", GOARCH: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let packages = 0;
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-4_000);
    // With -v: the path of each package that is compiled, alone in a line.
    packages += chunk.split("\n").filter((line) => /^\w\S*$/.test(line)).length;
    tell(`${packages} packages compiled`);
  });
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
  };
  stopping.addEventListener("abort", stop);
  return new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`go build of ${recipe.title} failed:\n${said}`));
    });
  }).finally(() => {
    stopping.removeEventListener("abort", stop);
    stopping.throwIfAborted();
  });
}

/** Go on the path, or in its usual place. */
function goProgram(): string {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/go/bin", "/usr/lib/go/bin"];
  return folders.map((folder) => join(folder, "go")).find((path) => existsSync(path)) ?? "go";
}
