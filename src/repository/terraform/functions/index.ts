import { choices } from "./choices.ts";
import { encoding } from "./encoding.ts";
import { files } from "./files.ts";
import { formatting } from "./formatting.ts";
import { anyValue, notTold, type TofuFunction } from "./function.ts";
import { lists } from "./lists.ts";
import { maps } from "./maps.ts";
import { numbers } from "./numbers.ts";
import { patterns } from "./patterns.ts";
import { sets } from "./sets.ts";
import { strings } from "./strings.ts";
import { types } from "./type-functions.ts";

/** Functions whose result is made when OpenTofu runs. */
const environment = ["timestamp", "plantimestamp", "uuid", "bcrypt", "abspath", "pathexpand"];

function atRun(name: string): TofuFunction {
  return {
    parameters: [],
    rest: anyValue,
    call: (args, context) => notTold(context, "environment", `${name}() depends on where and when it runs`, args),
  };
}

/** Functions by name. `try` and `can` are part of the evaluation itself. */
export const functions: ReadonlyMap<string, TofuFunction> = new Map<string, TofuFunction>([
  ...[choices, encoding, files, formatting, lists, maps, numbers, patterns, sets, strings, types].flatMap((group) =>
    Object.entries(group),
  ),
  ...environment.map((name) => [name, atRun(name)] as const),
]);
