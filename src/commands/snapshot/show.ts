import { unpacked } from "../../outside/snapshot/read-file.ts";
import { contentsText } from "./contents-text.ts";
import type { TextOptions } from "../../report/text.ts";
import { contentsOf } from "../../snapshot/read/contents.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { ofSnapshot } from "./fault.ts";

/** Runs `holdfast snapshot show`; gives the exit code. */
export async function showSnapshot(file: string, look: TextOptions): Promise<number> {
  const contents = await ofSnapshot(file, () => contentsOf(readLines(unpacked(file))));
  process.stdout.write(contentsText(contents, look));
  return 0;
}
