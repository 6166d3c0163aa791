import type { SourceFile } from "../../../model/source.ts";
import { parseJson5 } from "../../json5.ts";

/** Where Renovate looks for its configuration; the first file that is there counts. */
export const configPaths: readonly string[] = [
  ...["", ".github/", ".gitlab/"].flatMap((directory) =>
    ["json", "jsonc", "json5"].map((end) => `${directory}renovate.${end}`),
  ),
  ".renovaterc",
  ".renovaterc.json",
  ".renovaterc.jsonc",
  ".renovaterc.json5",
  "package.json",
];

/** A configuration or a preset: JSON as Renovate reads it, with comments. */
export function parseConfig(file: SourceFile): ReturnType<typeof parseJson5> {
  return parseJson5(file.text, (start, end) => ({ file: file.id, start, end, role: "json" }));
}
