import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * Draws docs/images: what commands really print of the examples, as a terminal shows it, up to the end of a finding.
 * `--check`: fails when a picture is not what its command prints now.
 */
const root = join(import.meta.dirname, "..");
const night = ["--node", "cp", "--snapshot", "examples/incident/orphaned.snapshot"];
const pictures = [
  { file: "docs/images/audit.svg", command: ["audit", "examples/homelab"], label: "of the example repository" },
  { file: "docs/images/ports.svg", command: ["ports", "29653", ...night], label: "of the recorded night" },
] as const;
/** At most so many lines. */
const mostLines = 62;
const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const size = { line: 17, column: 7.83, margin: 18, font: 13 };
const colours: Readonly<Record<string, string>> = {
  "31": "#f47067",
  "33": "#daaa3f",
  "32": "#57ab5a",
  "35": "#b083f0",
  "2": "#768390",
  "1": "#ffffff",
};

for (const each of pictures) {
  const target = join(root, each.file);
  const drawn = picture(each, outputOf(each.command));
  if (!process.argv.includes("--check")) writeFileSync(target, drawn);
  else if (!existsSync(target) || readFileSync(target, "utf8") !== drawn) {
    process.stderr.write(`${each.file} is not what its command prints: run npm run docs\n`);
    process.exitCode = 1;
  }
}

function outputOf(command: readonly string[]): string {
  const args = [join(root, "bin/holdfast.js"), ...command, "--color", "always", "--fail-on", "never"];
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}

function picture({ command, label }: (typeof pictures)[number], output: string): string {
  const lines = wholeParts(output.split("\n"));
  const texts = lines.map((line, index) => textLine(line, size.margin + 26 + (index + 1) * size.line));
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length), 100);
  const width = Math.ceil(columns * size.column + 2 * size.margin);
  const height = size.margin * 2 + 30 + lines.length * size.line;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="What holdfast ${command[0]} prints ${label}">
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
<text x="${size.margin}" y="${size.margin + 14}" font-family="${font}" font-size="${size.font}" fill="#768390" xml:space="preserve">$ holdfast ${command.join(" ")}</text>
${texts.join("\n")}
</svg>
`;
}

/** The lines up to the last blank one that fits: findings, and the parts before them, end there. */
function wholeParts(lines: readonly string[]): readonly string[] {
  const end = lines.slice(0, mostLines + 1).findLastIndex((line) => stripVTControlCharacters(line).trim() === "");
  return lines.slice(0, end === -1 ? mostLines : end);
}

/** Each run of one colour is put at its own column, so that any fixed-width font keeps the table straight. */
function textLine(line: string, y: number): string {
  let column = 0;
  const spans = [...line.matchAll(/\u001b\[(\d+)m([^\u001b]*)\u001b\[0m|([^\u001b]+)/g)].flatMap(
    ([, code, coloured, plain]) => {
      const text = coloured ?? plain ?? "";
      const x = size.margin + column * size.column;
      column += text.length;
      if (text.trim() === "") return [];
      const fill = colours[code ?? ""] ?? "#adbac7";
      const length = (text.length * size.column).toFixed(1);
      return [`<tspan x="${x.toFixed(1)}" fill="${fill}" textLength="${length}">${escaped(text)}</tspan>`];
    },
  );
  return `<text y="${y}" font-family="${font}" font-size="${size.font}" xml:space="preserve">${spans.join("")}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
