import { isKnown } from "../../model/told.ts";
import { assembleSweepReport } from "../../report/sweep/assemble.ts";
import { sweepJson } from "../../report/sweep/json.ts";
import { everythingTold, sweepText } from "../../report/sweep/sweep-text.ts";
import type { SweepReport } from "../../report/sweep/schema.ts";
import type { Policy } from "../../sweep/policy.ts";
import { sweepNow } from "../../sweep/sweep-now.ts";
import { version } from "../../version.ts";
import { lookOf } from "../observe/print.ts";
import { actHere, nodeOf } from "./act.ts";
import { policyOf, type SweepOptions } from "./options.ts";

/** Runs `holdfast sweep`; gives the exit code. */
export async function sweep(options: SweepOptions): Promise<number> {
  if (options.snapshot !== undefined) return sweepOfSnapshot(options.snapshot, options);
  const node = nodeOf(options);
  const acting = policyOf(node, null, options);
  const policy: Policy = options.enforce === true ? acting : { ...acting, mode: "report" };
  const { result, server } = await actHere(options, policy, (memory) => sweepNow(memory, policy));
  const swept = result.swept.map(({ leftover: { pod }, outcome }) => ({ target: pod, outcome }));
  const mode = policy.mode === "report" ? "list" : policy.mode;
  const { scan, judgement } = result.last;
  const report = assembleSweepReport(scan.view, judgement, swept, { toolVersion: version, server, mode });
  process.stdout.write(options.output === "json" ? sweepJson(report) : sweepText(report, lookOf(options)));
  if (!isKnown(scan.first) && !isKnown(scan.kernel)) return 2;
  return exitCode(report, options);
}

async function sweepOfSnapshot(file: string, options: SweepOptions): Promise<number> {
  const { leftoversIn } = await import("./sweep-snapshot.ts");
  const policyFor = (node: string): Policy => ({ ...policyOf(node, null, options), mode: "report" });
  const { scan, judgement, server } = await leftoversIn(file, options.node, policyFor);
  const report = assembleSweepReport(scan.view, judgement, [], { toolVersion: version, server, mode: "list" });
  process.stdout.write(options.output === "json" ? sweepJson(report) : sweepText(report, lookOf(options)));
  return exitCode(report, options);
}

function exitCode(report: SweepReport, { failOn, strict }: SweepOptions): number {
  if (failOn !== "never" && report.leftovers.length > 0) return 1;
  return strict === true && !everythingTold(report) ? 3 : 0;
}
