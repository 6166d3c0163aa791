import type { PreflightRule } from "../../rule.ts";

export const rule: PreflightRule = {
  id: "REN001",
  name: "render-fails",
  title: "Helm gives nothing that it would apply",
  severity: "block",
  check({ after, release, chart, files }) {
    if (!("failed" in after)) return [];
    const subject = `${release.namespace}/${release.name}`;
    const [record] = files;
    return [
      {
        rule: "REN001",
        severity: "block",
        confidence: "observed",
        subject,
        what: `helm upgrade of ${release.name} to ${chart.name} ${chart.version} ${headline[after.failed]}`,
        why: after.said,
        do: `run the same with helm upgrade ${release.name} --namespace ${release.namespace} --dry-run=server, and mend chart or values`,
        at: [{ file: record?.id ?? 0, start: 0, end: 0 }],
        cells: [],
        identity: [subject],
      },
    ];
  },
};

const headline = {
  "by Helm": "fails before anything is applied",
  stopped: "was stopped: it gives no answer",
  "not understood": "gives an answer that is not understood",
} as const;
