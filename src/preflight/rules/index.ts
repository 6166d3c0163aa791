import type { PreflightRule } from "../rule.ts";
import { rule as PRT002 } from "./PRT002/rule.ts";
import { rule as PRT003 } from "./PRT003/rule.ts";
import { rule as PRT005 } from "./PRT005/rule.ts";
import { rule as REN001 } from "./REN001/rule.ts";
import { rule as REN002 } from "./REN002/rule.ts";
import { rule as SCH001 } from "./SCH001/rule.ts";
import { rule as SCH002 } from "./SCH002/rule.ts";

/** Every rule of preflight, in the order in which lists show them. A new one is added here and nowhere else. */
export const rules: readonly PreflightRule[] = [REN001, REN002, SCH001, SCH002, PRT002, PRT003, PRT005];
