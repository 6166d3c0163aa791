import { holdings } from "../../src/ledger/holdings.ts";
import { joinLedgers } from "../../src/ledger/join.ts";
import { assembleNodeReport, assemblePortsReport } from "../../src/report/node/assemble.ts";
import type { NodeReport } from "../../src/report/node/node-report.ts";
import type { PortsReport } from "../../src/report/node/ports-report.ts";
import type { Ledgers } from "./ledgers.ts";

const options = { toolVersion: "0.1.0", server: "https://10.0.0.1:6443" };

/** The report of `holdfast node` on these ledgers. */
export function nodeReportOf({ knowledge, observation }: Ledgers): NodeReport {
  return assembleNodeReport(joinLedgers(knowledge, observation), options);
}

/** The report of `holdfast ports`; `null`: of all ports. */
export function portsReportOf({ knowledge, observation }: Ledgers, port: number | null): PortsReport {
  const view = joinLedgers(knowledge, observation);
  return assemblePortsReport(view, holdings(view, port), port, options);
}
