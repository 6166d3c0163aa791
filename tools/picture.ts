import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * Draws docs/images/audit.svg: the start of a real audit of examples/homelab, as a terminal shows it, up to the end of a
 * finding.
 * `--check`: fails when the picture is not what the audit prints now.
 */
const root = join(import.meta.dirname, "..");
const target = join(root, "docs/images/audit.svg");
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

const drawn = picture(auditOutput());
if (!process.argv.includes("--check")) writeFileSync(target, drawn);
else if (readFileSync(target, "utf8") !== drawn) {
  process.stderr.write("docs/images/audit.svg is not what the audit prints: run npm run docs\n");
  process.exitCode = 1;
}

function auditOutput(): string {
  const args = [join(root, "bin/holdfast.js"), "audit", "examples/homelab", "--color", "always", "--fail-on", "never"];
  return execFileSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}

function picture(output: string): string {
  const lines = wholeParts(output.split("\n"));
  const texts = lines.map((line, index) => textLine(line, size.margin + 26 + (index + 1) * size.line));
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length), 100);
  const width = Math.ceil(columns * size.column + 2 * size.margin);
  const height = size.margin * 2 + 30 + lines.length * size.line;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="What holdfast audit prints of the example repository">
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
<text x="${size.margin}" y="${size.margin + 14}" font-family="${font}" font-size="${size.font}" fill="#768390" xml:space="preserve">$ holdfast audit examples/homelab</text>
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
