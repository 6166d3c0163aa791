import * as z from "zod";
import { severities } from "../model/finding.ts";
import { globFault } from "./glob.ts";

const inside = "has to stay inside the directory of holdfast.yaml";
const path = z
  .string()
  .min(1)
  .refine((text) => !/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text), inside);
const glob = path.max(1_000).superRefine((text, context) => {
  const fault = globFault(text);
  if (fault !== null) context.addIssue({ code: "custom", message: fault });
});
export const isRuleId = /^[A-Z]+[0-9]{3}$/;
const globs = z.array(glob);

/** The form of holdfast.yaml. The JSON Schema in docs/schema/holdfast.schema.json is generated from here. */
export const configSchema = z
  .strictObject({
    clusters: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe("Shown in reports; policies reach only what is in their own cluster."),
          paths: globs.describe("Globs of the paths whose releases run in this cluster."),
        }),
      )
      .superRefine((clusters, context) => {
        for (const [index, { name }] of clusters.entries())
          if (clusters.findIndex((other) => other.name === name) < index)
            context.addIssue({
              code: "custom",
              path: [index, "name"],
              message: `a second cluster named ${JSON.stringify(name)}`,
            });
      })
      .optional()
      .describe("Which cluster a path belongs to. Without it the whole repository is one cluster."),
    paths: z
      .strictObject({
        include: globs.optional().describe("Read only these paths."),
        exclude: globs.optional().describe("Leave these paths out."),
      })
      .optional(),
    severity: z
      .record(z.string().regex(isRuleId, "a rule id, such as HELM001"), z.enum(["off", ...severities]))
      .optional()
      .describe("Severity of a rule, in place of the one that the rule gives; `off` leaves it out."),
    failOn: z
      .enum([...severities, "never"])
      .optional()
      .describe("Exit with 1 for findings at least this severe. Default: high."),
    baseline: path.optional().describe("Baseline file, relative to holdfast.yaml."),
    state: z
      .array(z.strictObject({ stack: path, file: path }))
      .optional()
      .describe("State files that tell what a stack has deployed, relative to holdfast.yaml."),
  })
  .describe("Settings of holdfast for one repository.");

export type Config = z.infer<typeof configSchema>;

/** What `severity` names, whatever else is wrong. */
export const severityKeys = z.looseObject({ severity: z.record(z.string(), z.unknown()) });
