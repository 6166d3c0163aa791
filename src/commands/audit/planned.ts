import { readNamed } from "../../outside/files/read.ts";
import type { PlanAnswers } from "../../repository/terraform/plan-file.ts";
import { Failure } from "../failure.ts";
import type { AuditOptions } from "./options.ts";

/** What the plans that `--plan` names answer. */
export async function plannedAnswers({ plan = [] }: AuditOptions): Promise<readonly PlanAnswers[]> {
  if (plan.length === 0) return [];
  const { readPlan } = await import("../../repository/terraform/plan-file.ts");
  return plan.map((path) => {
    const read = readNamed(path);
    if ("failure" in read)
      throw new Failure(
        "PLAN001",
        `${path} could not be read (${read.failure})`,
        "Make it with terraform show -json PLANFILE.",
      );
    const answers = readPlan(read.text, path);
    if (answers !== null) return answers;
    throw new Failure(
      "PLAN002",
      `${path} is not what terraform show -json prints of a plan`,
      "Make it with terraform show -json PLANFILE.",
    );
  });
}
