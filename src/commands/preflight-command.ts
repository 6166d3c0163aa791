import { Option, type Command } from "commander";
import { severities } from "../model/finding.ts";
import { colorOption, command } from "./command.ts";
import { preflightFormats, type PreflightOptions } from "./preflight/options.ts";

export function preflightCommand(): Command {
  return command("preflight")
    .description("say what an upgrade of a Helm release would change and break, before it happens")
    .argument("<release>", "the release: its name, or namespace/name")
    .addOption(new Option("--snapshot <file>", "the cluster, as holdfast snapshot recorded it").makeOptionMandatory())
    .option("-n, --namespace <name>", "namespace of the release, where several have its name")
    .option("--to <version>", "version of the chart; with --chart, the one that it has to have")
    .option("--chart <path>", "archive or folder of the chart (default: that of Helm's record)")
    .option(
      "-f, --values <file>",
      "values, as for helm upgrade (may be repeated; default: those of the record)",
      collect,
    )
    .addOption(
      new Option("--reuse-values", "as for helm upgrade: the values of the record below those given").conflicts(
        "resetThenReuseValues",
      ),
    )
    .option("--reset-then-reuse-values", "as for helm upgrade: the same, on the defaults of the new chart")
    .addOption(new Option("-o, --output <format>", "form of the report").choices(preflightFormats).default("text"))
    .addOption(
      new Option("--fail-on <severity>", "exit with 1 for findings at least this severe")
        .choices([...severities, "never"])
        .default("high"),
    )
    .option("--strict", "exit with 3 when something that the verdict needs could not be told")
    .addOption(colorOption())
    .addHelpText("after", preflightExamples)
    .action(async (release: string, options: PreflightOptions) => {
      const { preflight } = await import("./preflight/run.ts");
      process.exitCode = await preflight(release, options);
    });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

const preflightExamples = `
It asks your own helm (3.14 or later, or 4) what helm upgrade would apply, out of the snapshot: nothing is applied, and no cluster
is asked.

Examples:
  holdfast snapshot -o home.snapshot              the cluster, recorded
  holdfast preflight csi-driver-nfs --snapshot home.snapshot --chart csi-driver-nfs-4.13.2.tgz
  holdfast preflight nfs-csi/csi-driver-nfs --snapshot home.snapshot -f values.yaml
                                                  the chart that runs, with other values
  holdfast preflight grafana --snapshot home.snapshot --chart ./charts/grafana --to 9.2.0 -o json

Exit codes, the first that holds:
  2  wrong usage, or nothing could be read
  1  findings at or above --fail-on
  3  something that the verdict needs could not be told, with --strict
  0  none of these`;
