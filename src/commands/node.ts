import { assembleNodeReport } from "../report/node/assemble.ts";
import { nodeJson } from "../report/node/json.ts";
import { nodeText } from "../report/node/node-text.ts";
import { version } from "../version.ts";
import { nodeExitCode } from "./observe/exit-code.ts";
import { observed } from "./observe/observed.ts";
import type { ObserveOptions } from "./observe/options.ts";
import { lookOf } from "./observe/print.ts";

/** Runs `holdfast node`; gives the exit code. */
export async function node(name: string | undefined, options: ObserveOptions): Promise<number> {
  const { view, server } = await observed(name, options);
  const report = assembleNodeReport(view, { toolVersion: version, server });
  process.stdout.write(options.output === "json" ? nodeJson(report) : nodeText(report, lookOf(options)));
  return nodeExitCode(view, options);
}
