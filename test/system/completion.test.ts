import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hungRun } from "../limits.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-completion-"));
afterAll(() => rmSync(folder, { recursive: true }));

function scriptFor(shell: string): string {
  const file = join(folder, `holdfast.${shell}`);
  writeFileSync(file, execFileSync(process.execPath, ["bin/holdfast.js", "completion", shell]));
  return file;
}

function fishOffers(line: string): string[] {
  const command = 'source "$argv[1]"; complete -C "$argv[2]"';
  const output = execFileSync("fish", ["--no-config", "-c", command, scriptFor("fish"), line], {
    encoding: "utf8",
    cwd: folder,
  });
  return output.split("\n").flatMap((row) => row.split("\t")[0] || []);
}

test.each([
  [
    "holdfast ",
    ["agent", "audit", "completion", "config", "help", "node", "ports", "preflight", "recover", "snapshot", "sweep"],
  ],
  ["holdfast config ", ["check"]],
  ["holdfast completion ", ["bash", "fish", "zsh"]],
  ["holdfast audit --fail-on ", ["block", "high", "info", "low", "medium", "never"]],
  ["holdfast audit --fix=", ["--fix=dry-run", "--fix=write"]],
  ["holdfast audit --fail", ["--fail-on"]],
])("fish offers for %j", (line, offers) => {
  expect(fishOffers(line).toSorted()).toEqual(offers);
});

/** Types the line into a real zsh on a terminal of its own, presses Tab twice, and gives what it shows. */
function zshShows(line: string): string {
  // The prompt comes when the line editor reads: what is typed before it does would only be echoed.
  const setup = `PS1='at-pro'mpt; autoload -U compinit; compinit -D -u; source ${scriptFor("zsh")}`;
  // Ctrl-U clears the line; zsh reads what is typed in order, so the last word shows that the rest is done.
  const typed = String.raw`$'${line}\t\t\x15echo fin\'\'ished\n'`;
  const program = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell ${JSON.stringify(setup)}
zpty -r -m shell start '*at-prompt*'
zpty -w -n shell ${typed}
zpty -r -m shell shown '*finished*'
print -r -- "$shown"
zpty -d shell`;
  return execFileSync("zsh", ["-f", "-c", program], { encoding: "utf8", cwd: folder, timeout: hungRun });
}

test.each([
  ["holdfast ", ["audit", "say what can move", "completion", "config"]],
  ["holdfast config ", ["check"]],
  ["holdfast completion ", ["bash", "zsh", "fish"]],
  ["holdfast audit --fail-on ", ["block", "medium", "never"]],
  ["holdfast audit --wri", ["--write-baseline"]],
])("zsh shows for %j", (line, parts) => {
  const shown = zshShows(line);
  for (const part of parts) expect(shown).toContain(part);
});
