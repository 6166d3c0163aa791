import { version } from "../version.ts";
import { nodeExitCode } from "./observe/exit-code.ts";
import { observed } from "./observe/observed.ts";
import type { ObserveOptions } from "./observe/options.ts";
import { lookOf } from "./observe/print.ts";

/** Runs `holdfast node`; gives the exit code. */
export async function node(name: string | undefined, options: ObserveOptions): Promise<number> {
  const report = () => import("../report/node/assemble.ts");
  const text = () => import("../report/node/node-text.ts");
  const json = () => import("../report/node/json.ts");
  const { view, server } = await observed(name, options, () => void Promise.all([report(), text()]));
  const { assembleNodeReport } = await report();
  const assembled = assembleNodeReport(view, { toolVersion: version, server });
  const shown =
    options.output === "json"
      ? (await json()).nodeJson(assembled)
      : (await text()).nodeText(assembled, lookOf(options));
  process.stdout.write(shown);
  return nodeExitCode(view, options);
}
