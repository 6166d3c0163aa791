import { assembleNodeReport } from "../report/node/assemble.ts";
import { nodeJson } from "../report/node/json.ts";
import { nodeText } from "../report/node/node-text.ts";
import { version } from "../version.ts";
import { nodeExitCode } from "./observe/exit-code.ts";
import { observeNode } from "./observe/observe-node.ts";
import { joinOptions, type ObserveOptions } from "./observe/options.ts";
import { lookOf } from "./observe/print.ts";
import { ownNodeName, realSources } from "./observe/real-sources.ts";

/** Runs `holdfast node`; gives the exit code. */
export async function node(name: string | undefined, options: ObserveOptions): Promise<number> {
  const sources = await realSources(options);
  const view = await observeNode(name ?? ownNodeName(), sources, joinOptions(options));
  const report = assembleNodeReport(view, { toolVersion: version, server: sources.server });
  process.stdout.write(options.output === "json" ? nodeJson(report) : nodeText(report, lookOf(options)));
  return nodeExitCode(view, options);
}
