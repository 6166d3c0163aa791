import { holdings } from "../ledger/holdings.ts";
import { assemblePortsReport } from "../report/node/assemble.ts";
import { portsJson } from "../report/node/json.ts";
import { portsText } from "../report/node/ports-text.ts";
import { version } from "../version.ts";
import { portsExitCode } from "./observe/exit-code.ts";
import { observed } from "./observe/observed.ts";
import type { ObserveOptions } from "./observe/options.ts";
import { lookOf } from "./observe/print.ts";

/** Runs `holdfast ports`; gives the exit code. */
export async function ports(
  port: number | undefined,
  options: ObserveOptions & { readonly node?: string },
): Promise<number> {
  const { view, server } = await observed(options.node, options);
  const held = holdings(view, port ?? null);
  const report = assemblePortsReport(view, held, port ?? null, { toolVersion: version, server });
  process.stdout.write(options.output === "json" ? portsJson(report) : portsText(report, lookOf(options)));
  return portsExitCode(view, held, options);
}
