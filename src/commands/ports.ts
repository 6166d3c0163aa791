import { holdings } from "../ledger/holdings.ts";
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
  const report = () => import("../report/node/assemble.ts");
  const text = () => import("../report/node/ports-text.ts");
  const json = () => import("../report/node/json.ts");
  const { view, server } = await observed(options.node, options, () => void Promise.all([report(), text()]));
  const held = holdings(view, port ?? null);
  const { assemblePortsReport } = await report();
  const assembled = assemblePortsReport(view, held, port ?? null, { toolVersion: version, server });
  const shown =
    options.output === "json"
      ? (await json()).portsJson(assembled)
      : (await text()).portsText(assembled, lookOf(options));
  process.stdout.write(shown);
  return portsExitCode(view, held, options);
}
