/** What gives another answer each time, or on each machine. The linter bans them by name too; it cannot see all of these. */
const inputs = [
  { pattern: /\bDate\s*\(\s*\)|\bnew\s+Date\b(?!\s*\()|\bDate\.now\b/, name: "the clock" },
  { pattern: /\bperformance\.(?:now|timeOrigin)\b/, name: "the clock" },
  { pattern: /\bprocess\.(?:env|argv|cwd|platform|stdin)\b/, name: "the process" },
  { pattern: /\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b/, name: "chance" },
  { pattern: /\bfetch\s*\(|\bnew\s+(?:WebSocket|EventSource)\b/, name: "the network" },
];

/** A complaint for each line that reads something else than what was passed in. Comments are not read. */
export function hiddenInputs(file: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const code = line.replace(/^\s*(?:\/\/|\/?\*).*|\/\/ .*/, "");
    return inputs
      .filter(({ pattern }) => pattern.test(code))
      .map(
        ({ name }) => `${file}:${index + 1}\n  but: judging is pure: it may not read ${name}; pass in what it needs.`,
      );
  });
}
