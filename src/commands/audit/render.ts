import { rules } from "../../audit/rules/index.ts";
import { suppressionRules } from "../../audit/suppressions/suppressions.ts";
import { writeWhole } from "../../outside/files/write.ts";
import type { AuditReport } from "../../report/audit-report.ts";
import { auditCompact } from "../../report/compact.ts";
import { explainText } from "../../report/explain.ts";
import { auditMarkdown } from "../../report/markdown.ts";
import { auditSarif } from "../../report/sarif.ts";
import { wantsAscii, wantsColor } from "../../report/style.ts";
import { auditText } from "../../report/text.ts";
import { Failure } from "../failure.ts";
import type { Fixed } from "./fix.ts";
import type { AuditOptions } from "./options.ts";

/**
 * Prints the report in the form that was asked for. False where `--explain` found no one release: what could have been
 * meant is told on stderr instead, `leftOut` among it: the rows that settings leave out.
 */
export async function render(
  report: AuditReport,
  fix: Fixed,
  options: AuditOptions,
  leftOut: () => AuditReport["rows"],
): Promise<boolean> {
  const look = {
    color:
      options.outputFile === undefined &&
      wantsColor({ ...process.env, isTTY: process.stdout.isTTY, flag: options.color }),
    ascii: wantsAscii(process.env),
    width: Math.min(process.stdout.columns ?? 100, 100),
    all: options.all === true,
    program: typedProgram(process.env),
    reading: readingOptions(options),
  };
  const explained =
    options.explain === undefined ? undefined : explainText(report, options.explain, { ...look, leftOut });
  if (explained?.found === false) {
    process.stderr.write(`holdfast: EXPLAIN001: ${explained.text}`);
    return false;
  }
  const text = explained?.text ?? fix.text ?? (await formatted(report, look, options));
  if (options.outputFile === undefined) process.stdout.write(text);
  else writeReport(options.outputFile, text);
  return true;
}

/** What a person types to run this program: in a checkout, where it is not installed, the script that package.json has. */
function typedProgram(env: Readonly<Record<string, string | undefined>>): string {
  const script = env["npm_package_name"] === "holdfast" ? env["npm_lifecycle_event"] : undefined;
  return script === "holdfast" || script === "demo" ? "npm run --silent holdfast --" : "holdfast";
}

/** What was read and what it was held against: without these a suggested command would tell something else. */
function readingOptions(options: AuditOptions): readonly string[] {
  const { plan = [], state = [], snapshot, live, kubeconfig, context, cluster, config, baseline } = options;
  const named = { snapshot, kubeconfig, context, cluster, config, baseline };
  return [
    ...plan.flatMap((file) => ["--plan", file]),
    ...state.flatMap((file) => ["--state", file]),
    ...(live === true ? ["--live"] : []),
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  ];
}

function writeReport(path: string, text: string): void {
  const failure = writeWhole(path, text);
  if (failure !== null)
    throw new Failure("WRITE001", `${path} could not be written (${failure})`, "Name a file that this user can write.");
}

type Look = Parameters<typeof auditText>[1];

async function formatted(report: AuditReport, look: Look, { output }: AuditOptions): Promise<string> {
  switch (output) {
    case "text":
      return auditText(report, look);
    case "compact":
      return auditCompact(report);
    case "json": {
      const { auditJson } = await import("../../report/json.ts");
      return auditJson(report);
    }
    case "sarif":
      return auditSarif(report, [...rules, ...Object.values(suppressionRules)]);
    case "markdown":
      return auditMarkdown(report);
  }
}
