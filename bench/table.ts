import type { Program, Summary } from "./measure.ts";

/** A line for each program; the first is what the others are compared with, by their best times. */
export function markdown(programs: readonly Program[], times: readonly Summary[]): string {
  const own = times[0]?.bestWallMs ?? NaN;
  const rows = times.map(({ wallMs, bestWallMs, cpuMs, rssKiB }, index) => [
    `\`${programs[index]?.name}\` ${programs[index]?.version}`.trim(),
    seconds(wallMs),
    seconds(bestWallMs),
    seconds(cpuMs),
    Number.isNaN(rssKiB) ? "?" : `${Math.round(rssKiB / 1024)} MiB`,
    `${(bestWallMs / own).toFixed(bestWallMs < own ? 2 : 1)}x`,
  ]);
  const head = ["program", "wall", "best wall", "user + sys", "peak RSS", "to holdfast"];
  const table = [head, ["---", "--:", "--:", "--:", "--:", "--:"], ...rows];
  return table.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function seconds(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? "?" : `${(milliseconds / 1000).toFixed(milliseconds < 1000 ? 3 : 2)} s`;
}
