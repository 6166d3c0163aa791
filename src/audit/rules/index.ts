import type { Rule } from "../rule.ts";
import { rule as BOT001 } from "./BOT001/rule.ts";
import { rule as HELM001 } from "./HELM001/rule.ts";
import { rule as HELM002 } from "./HELM002/rule.ts";
import { rule as HELM003 } from "./HELM003/rule.ts";
import { rule as HELM004 } from "./HELM004/rule.ts";
import { rule as IMG001 } from "./IMG001/rule.ts";
import { rule as IMG002 } from "./IMG002/rule.ts";
import { rule as IMG003 } from "./IMG003/rule.ts";
import { rule as KEEL001 } from "./KEEL001/rule.ts";
import { rule as KEEL002 } from "./KEEL002/rule.ts";
import { rule as KEEL003 } from "./KEEL003/rule.ts";
import { rule as KEEL004 } from "./KEEL004/rule.ts";
import { rule as KYV001 } from "./KYV001/rule.ts";
import { rule as KYV002 } from "./KYV002/rule.ts";
import { rule as KYV003 } from "./KYV003/rule.ts";
import { rule as LIVE001 } from "./LIVE001/rule.ts";
import { rule as LIVE002 } from "./LIVE002/rule.ts";
import { rule as LIVE003 } from "./LIVE003/rule.ts";
import { rule as LIVE004 } from "./LIVE004/rule.ts";
import { rule as TF001 } from "./TF001/rule.ts";
import { rule as TF002 } from "./TF002/rule.ts";
import { rule as TF010 } from "./TF010/rule.ts";

/** Every rule of audit, in the order in which lists show them. A new one is added here and nowhere else. */
export const rules: readonly Rule[] = [
  HELM001,
  HELM002,
  HELM003,
  HELM004,
  TF001,
  TF002,
  TF010,
  IMG001,
  IMG002,
  IMG003,
  KEEL001,
  KEEL002,
  KEEL003,
  KEEL004,
  KYV001,
  KYV002,
  KYV003,
  BOT001,
  LIVE001,
  LIVE002,
  LIVE003,
  LIVE004,
];
