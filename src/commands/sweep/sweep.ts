import { isKnown } from "../../model/told.ts";
import { assembleSweepReport } from "../../report/sweep/assemble.ts";
import { sweepJson } from "../../report/sweep/json.ts";
import { everythingTold, sweepText } from "../../report/sweep/sweep-text.ts";
import type { SweepReport } from "../../report/sweep/schema.ts";
import type { Policy } from "../../sweep/policy.ts";
import { sweepNow } from "../../sweep/sweep-now.ts";
import { version } from "../../version.ts";
import { lookOf } from "../observe/print.ts";
import { act, nodeNamed } from "./act.ts";
import { policyOf, type SweepOptions } from "./options.ts";

/** Runs `holdfast sweep`; gives the exit code. */
export async function sweep(options: SweepOptions): Promise<number> {
  if (options.snapshot !== undefined) return sweepOfSnapshot(options.snapshot, options);
  if (options.byAgent === true) {
    const { sweepByAgent } = await import("./by-agent.ts");
    return sweepByAgent(options);
  }
  const { result, node, server } = await act(options, {
    node: () => Promise.resolve(nodeNamed(options)),
    policy: (name, self) => sweepPolicy(name, self, options),
    program: sweepNow,
  });
  const swept = result.swept.map(({ leftover: { pod }, outcome }) => ({ target: pod, outcome }));
  const mode = modeOf(options);
  const { image, readerNamespace } = options;
  const reach = image === undefined ? null : { node, image, readerNamespace };
  const { scan, judgement } = result.last;
  const report = assembleSweepReport(scan.view, judgement, swept, { toolVersion: version, server, mode, reach });
  process.stdout.write(options.output === "json" ? sweepJson(report) : sweepText(report, lookOf(options)));
  if (!isKnown(scan.first) && !isKnown(scan.kernel)) return 2;
  return exitCode(report, options);
}

function sweepPolicy(node: string, self: string | null, options: SweepOptions): Policy {
  const acting = policyOf(node, self, options);
  return options.enforce === true ? acting : { ...acting, mode: "report" };
}

function modeOf({ enforce, dryRun }: SweepOptions): SweepReport["mode"] {
  if (enforce !== true) return "list";
  return dryRun === true ? "dry-run" : "enforce";
}

async function sweepOfSnapshot(file: string, options: SweepOptions): Promise<number> {
  const { leftoversIn } = await import("./sweep-snapshot.ts");
  const policyFor = (node: string): Policy => ({ ...policyOf(node, null, options), mode: "report" });
  const { scan, judgement, server } = await leftoversIn(file, options.node, policyFor);
  const report = assembleSweepReport(scan.view, judgement, [], {
    toolVersion: version,
    server,
    mode: "list",
    reach: null,
  });
  process.stdout.write(options.output === "json" ? sweepJson(report) : sweepText(report, lookOf(options)));
  return exitCode(report, options);
}

function exitCode(report: SweepReport, { failOn, strict }: SweepOptions): number {
  if (failOn !== "never" && report.leftovers.length > 0) return 1;
  return strict === true && !everythingTold(report) ? 3 : 0;
}
