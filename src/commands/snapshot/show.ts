import { unpacked } from "../../outside/snapshot/read-file.ts";
import { contentsOf } from "../../snapshot/read/contents.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { lookOf } from "../observe/print.ts";
import { contentsJson } from "./contents-json.ts";
import { contentsText } from "./contents-text.ts";
import { ofSnapshot } from "./fault.ts";
import type { ShowOptions } from "./options.ts";

/** Runs `holdfast snapshot show`; gives the exit code. */
export async function showSnapshot(file: string, options: ShowOptions): Promise<number> {
  const contents = await ofSnapshot(file, () => contentsOf(readLines(unpacked(file))));
  process.stdout.write(options.output === "json" ? contentsJson(contents) : contentsText(contents, lookOf(options)));
  return 0;
}
