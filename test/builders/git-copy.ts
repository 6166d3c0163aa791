import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const example = join(import.meta.dirname, "../../examples/homelab");

/** A copy of examples/homelab with everything committed. The caller removes it with `removeFolder`. */
export function homelabCopy(): string {
  const root = mkdtempSync(join(tmpdir(), "holdfast-homelab-"));
  cpSync(example, root, { recursive: true });
  git(root, "init", "-q");
  git(root, "add", "--force", "--all");
  git(root, "commit", "-q", "-m", "eve");
  return root;
}

/** Runs git as a person without settings of their own; gives what it printed. */
export function git(root: string, ...args: readonly string[]): string {
  const identity = [
    "-c",
    "user.name=Operator",
    "-c",
    "user.email=operator@example.org",
    "-c",
    "init.defaultBranch=main",
  ];
  return execFileSync("git", [...identity, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: root, GIT_CONFIG_NOSYSTEM: "1" },
  });
}
