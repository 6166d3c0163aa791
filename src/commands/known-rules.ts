import { rules } from "../audit/rules/index.ts";
import { suppressionRules } from "../audit/suppressions/suppressions.ts";

/** Ids of everything that can be found: what `severity` in holdfast.yaml can name. */
export const knownRules: readonly string[] = [...rules, ...Object.values(suppressionRules)].map(({ id }) => id);
