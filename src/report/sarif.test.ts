import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import formats from "ajv-formats";
import * as fc from "fast-check";
import type { Log, Run } from "sarif";
import { expect, test } from "vitest";
import { finding, homelab, placeAt, report } from "../../test/builders/audit-report.ts";
import { hostileReport } from "../../test/builders/hostile-report.ts";
import type { RuleMetadata } from "../audit/rule.ts";
import type { AuditReport } from "./audit-report.ts";
import { auditSarif } from "./sarif.ts";

const rules: readonly RuleMetadata[] = [
  {
    id: "HELM001",
    name: "helm-release-without-version",
    title: "A helm_release has no version",
    severity: "high",
    fix: "pin",
  },
  {
    id: "IMG002",
    name: "image-partial-tag",
    title: "An image has a partial tag",
    severity: "low",
    severityNote: "medium on latest",
    fix: "none",
  },
  {
    id: "IMG003",
    name: "image-without-digest",
    title: "An image has a tag and no digest",
    severity: "off",
    fix: "none",
  },
];

/** The published schema is of JSON Schema draft 4, of which it uses only what draft 7 has too, but for `id`. */
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const { id: _id, $schema: _draft, ...draft7 } = schema;
const isSarif = ajv.compile(draft7);

function sarifOf(audit: AuditReport): Run {
  const log = JSON.parse(auditSarif(audit, rules)) as Log;
  isSarif(log);
  expect(isSarif.errors).toBeNull();
  const [run] = log.runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

test("the schema is checked: a result without a message is refused", () => {
  expect(isSarif({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [{}] }] })).toBe(false);
});

test("a whole log", () => {
  const first = homelab().findings.find((each) => each.rule === "HELM004");
  if (first === undefined) throw new Error("no HELM004");
  const suppressedFindings = [
    {
      ...finding("IMG002", "low", "image x has the partial tag 7"),
      suppressed: { kind: "comment" as const, reason: "until the move", until: "2027-01-31" },
    },
  ];
  const log = auditSarif(
    { ...report({ findings: [first], problems: homelab().problems }), suppressedFindings },
    rules.slice(0, 2),
  );
  expect(isSarif(JSON.parse(log))).toBe(true);
  expect(log).toMatchInlineSnapshot(`
    "{
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        {
          "tool": {
            "driver": {
              "name": "holdfast",
              "semanticVersion": "0.1.0",
              "rules": [
                {
                  "id": "HELM001",
                  "name": "helm-release-without-version",
                  "shortDescription": {
                    "text": "A helm_release has no version"
                  },
                  "fullDescription": {
                    "text": "A helm_release has no version"
                  },
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "help": {
                    "text": "A helm_release has no version.\\nSeverity: high.",
                    "markdown": "**A helm_release has no version**\\n\\nSeverity: high."
                  },
                  "properties": {
                    "severity": "high",
                    "fix": "pin"
                  }
                },
                {
                  "id": "IMG002",
                  "name": "image-partial-tag",
                  "shortDescription": {
                    "text": "An image has a partial tag"
                  },
                  "fullDescription": {
                    "text": "An image has a partial tag. medium on latest"
                  },
                  "defaultConfiguration": {
                    "level": "note"
                  },
                  "help": {
                    "text": "An image has a partial tag.\\nSeverity: low (medium on latest).\\nWhat it means and how to mend it: https://holdfast.example/rules/IMG002",
                    "markdown": "**An image has a partial tag**\\n\\nSeverity: low (medium on latest).\\n\\nWhat it means and how to mend it: <https://holdfast.example/rules/IMG002>"
                  },
                  "helpUri": "https://holdfast.example/rules/IMG002",
                  "properties": {
                    "severity": "low",
                    "severityNote": "medium on latest",
                    "fix": "none"
                  }
                },
                {
                  "id": "HELM004",
                  "help": {
                    "text": "What it means and how to mend it: https://holdfast.example/rules/HELM004"
                  },
                  "helpUri": "https://holdfast.example/rules/HELM004"
                }
              ]
            }
          },
          "columnKind": "utf16CodeUnits",
          "originalUriBaseIds": {
            "%SRCROOT%": {
              "description": {
                "text": "The repository, or the directory that was audited."
              }
            }
          },
          "invocations": [
            {
              "executionSuccessful": true,
              "toolExecutionNotifications": [
                {
                  "descriptor": {
                    "id": "READ003"
                  },
                  "level": "warning",
                  "message": {
                    "text": "encrypted with SOPS; releases that take values from it are unknown there"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "secrets/grafana.enc.yaml",
                          "uriBaseId": "%SRCROOT%"
                        }
                      }
                    }
                  ]
                },
                {
                  "descriptor": {
                    "id": "HCL001"
                  },
                  "level": "warning",
                  "message": {
                    "text": "a block is not closed; the rest of the file was read"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "stacks/broken/main.tf",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 31,
                          "startColumn": 1,
                          "endLine": 31,
                          "endColumn": 11
                        }
                      }
                    }
                  ]
                }
              ]
            }
          ],
          "results": [
            {
              "ruleId": "HELM004",
              "ruleIndex": 2,
              "level": "error",
              "message": {
                "text": "monitoring/grafana floats: var.chart_version is null unless it is given.\\nthe module passes chart_version on, and no caller gives one, so each plan takes the newest chart.\\nTo do: give chart_version in the call of module grafana"
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "stacks/monitoring/main.tf",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 4,
                      "startColumn": 1,
                      "endLine": 4,
                      "endColumn": 11
                    }
                  }
                }
              ],
              "relatedLocations": [
                {
                  "id": 0,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "stacks/monitoring/main.tf",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 4,
                      "startColumn": 1,
                      "endLine": 4,
                      "endColumn": 11,
                      "snippet": {
                        "text": "module \\"grafana\\" {"
                      }
                    }
                  },
                  "message": {
                    "text": "module argument"
                  }
                },
                {
                  "id": 1,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "modules/grafana/main.tf",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 21,
                      "startColumn": 1,
                      "endLine": 21,
                      "endColumn": 11,
                      "snippet": {
                        "text": "version = var.chart_version"
                      }
                    }
                  },
                  "message": {
                    "text": "read here"
                  }
                },
                {
                  "id": 2,
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "modules/grafana/variables.tf",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 2,
                      "startColumn": 1,
                      "endLine": 2,
                      "endColumn": 11,
                      "snippet": {
                        "text": "default = null"
                      }
                    }
                  },
                  "message": {
                    "text": "variable default var.chart_version"
                  }
                }
              ],
              "partialFingerprints": {
                "holdfast/v1": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
              },
              "properties": {
                "severity": "high",
                "confidence": "observed",
                "subject": "monitoring/grafana",
                "cells": [],
                "fix": {
                  "kind": "pin",
                  "safe": false,
                  "detail": "refused: no deployed version of monitoring/grafana is proven",
                  "version": null
                }
              }
            },
            {
              "ruleId": "IMG002",
              "ruleIndex": 1,
              "level": "note",
              "message": {
                "text": "image x has the partial tag 7.\\nIt matters.\\nTo do: Mend it."
              },
              "locations": [
                {
                  "physicalLocation": {
                    "artifactLocation": {
                      "uri": "main.tf",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "startLine": 1,
                      "startColumn": 1,
                      "endLine": 1,
                      "endColumn": 11
                    }
                  }
                }
              ],
              "partialFingerprints": {
                "holdfast/v1": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
              },
              "properties": {
                "severity": "low",
                "confidence": "observed",
                "subject": "image",
                "cells": []
              },
              "suppressions": [
                {
                  "kind": "inSource",
                  "status": "accepted",
                  "justification": "until the move, until 2027-01-31"
                }
              ]
            }
          ]
        }
      ]
    }
    "
  `);
});

test.each([
  ["block", "error"],
  ["high", "error"],
  ["medium", "warning"],
  ["low", "note"],
  ["info", "note"],
] as const)("%s is level %s", (severity, level) => {
  expect(sarifOf(report({ findings: [finding("HELM001", severity, "x")] })).results?.[0]?.level).toBe(level);
});

test.each([
  ["stacks/a b/main.tf", "stacks/a%20b/main.tf"],
  ["größe/ü?.tf", "gr%C3%B6%C3%9Fe/%C3%BC%3F.tf"],
  ["c:x/#1.tf", "c%3Ax/%231.tf"],
  ["a\n\u{d800}.tf", "a%0A%EF%BF%BD.tf"],
  ["a\\b%41.tf", "a%5Cb%2541.tf"],
])("path %j is the URI %s", (path, uri) => {
  const run = sarifOf(report({ findings: [finding("HELM001", "high", "x", { place: { ...placeAt("x:1"), path } })] }));
  expect(run.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation).toEqual({ uri, uriBaseId: "%SRCROOT%" });
});

test("every result points at its rule", () => {
  const run = sarifOf(homelab());
  for (const result of run.results ?? [])
    expect(run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
  expect(run.results).toHaveLength(4);
});

test.each([
  ["docs/rules/IMG002.md", undefined],
  ["javascript:alert(1)", undefined],
  ["https://holdfast.example/rules/IMG002", "https://holdfast.example/rules/IMG002"],
])("a rule documented at %s says what it is, and its page is %s", (documentation, helpUri) => {
  const run = sarifOf(report({ findings: [finding("IMG002", "low", "x", { documentation })] }));
  const rule = run.tool.driver.rules?.find(({ id }) => id === "IMG002");
  const more = helpUri === undefined ? "" : "What it means and how to mend it: ";
  expect(rule?.helpUri).toBe(helpUri);
  expect(rule?.help).toEqual({
    text: `An image has a partial tag.\nSeverity: low (medium on latest).${more && `\n${more}${helpUri}`}`,
    markdown: `**An image has a partial tag**\n\nSeverity: low (medium on latest).${more && `\n\n${more}<${helpUri}>`}`,
  });
});

test("hostile text gives valid SARIF without links", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const result of sarifOf(hostileReport(text)).results ?? []) expect(result.message.text).not.toMatch(/\]\(/);
    }),
  );
});

test("what the report does not cover is a note of the run", () => {
  const empty = report({});
  const summary = { ...empty.summary, modulesNotSeen: 1, unreadKinds: { HelmRelease: 2 } };
  const [invocation] = sarifOf({ ...empty, summary }).invocations ?? [];
  expect(invocation?.toolExecutionNotifications?.map(({ level, message }) => `${level}: ${message.text}`)).toEqual([
    "note: 2 objects of kinds that are not read yet: 2 HelmRelease.",
    "note: 1 module is not in the repository: what it declares is not seen, --plan shows it.",
  ]);
});
