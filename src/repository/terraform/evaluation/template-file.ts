import type { SourceFile } from "../../../model/source.ts";
import { parseTemplate } from "../../hcl/parse.ts";
import { unknownValue } from "../../value-tree.ts";
import type { UnknownValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import type { Scope } from "../scope.ts";
import type { Evaluation } from "./evaluation.ts";
import { spanOf } from "./places.ts";

/** Template files that render each other. */
const maximumTemplates = 10;

/** What `templatefile` makes of a file with these names in scope; `rest` stands for those that could not be told. */
export function renderTemplate(
  file: SourceFile,
  names: ReadonlyMap<string, Value>,
  rest: UnknownValue | undefined,
  evaluation: Evaluation,
): Value {
  const { scope: outer, budget } = evaluation;
  if (budget.templates >= maximumTemplates)
    throw new NotToldError("limit", "template files render each other too deeply");
  const { template, problems } = parseTemplate(file.text);
  const [problem] = problems;
  if (problem !== undefined) {
    return unknownValue("syntax-error", problem.message, { at: spanOf(problem, file) });
  }
  const scope: Scope = {
    file,
    lookup: (root) => {
      const value = names.get(root) ?? rest;
      if (value === undefined) throw new EvaluationError(`the template names ${root}, which it is not given`);
      return { value, used: 0 };
    },
    open: (path) => outer.open(path),
    list: (directory) => outer.list(directory),
    ...(outer.call && { call: outer.call }),
  };
  budget.templates += 1;
  try {
    return evaluation.within(scope).value(template, undefined);
  } finally {
    budget.templates -= 1;
  }
}
