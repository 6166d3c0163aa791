import { holdings } from "../ledger/holdings.ts";
import { assemblePortsReport } from "../report/node/assemble.ts";
import { portsJson } from "../report/node/json.ts";
import { portsText } from "../report/node/ports-text.ts";
import { version } from "../version.ts";
import { portsExitCode } from "./observe/exit-code.ts";
import { observeNode } from "./observe/observe-node.ts";
import { joinOptions, type ObserveOptions } from "./observe/options.ts";
import { lookOf } from "./observe/print.ts";
import { ownNodeName, realSources } from "./observe/real-sources.ts";

/** Runs `holdfast ports`; gives the exit code. */
export async function ports(
  port: number | undefined,
  options: ObserveOptions & { readonly node?: string },
): Promise<number> {
  const sources = await realSources(options);
  const view = await observeNode(options.node ?? ownNodeName(), sources, joinOptions(options));
  const held = holdings(view, port ?? null);
  const report = assemblePortsReport(view, held, port ?? null, { toolVersion: version, server: sources.server });
  process.stdout.write(options.output === "json" ? portsJson(report) : portsText(report, lookOf(options)));
  return portsExitCode(view, held, options);
}
