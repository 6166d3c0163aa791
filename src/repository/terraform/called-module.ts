import type { Reason } from "../../model/told.ts";
import { resolvePath } from "../paths.ts";
import type { Configuration } from "./configuration.ts";
import { headerSpan, type Module, type PlacedBlock } from "./module.ts";
import type { Caller } from "./surroundings.ts";

/** The module that a call leads to, or why it is not seen. A local one that is not there is a problem besides. */
export function calledModule(configuration: Configuration, call: PlacedBlock, caller: Caller): Module | Reason {
  const target = localTarget(call, caller);
  const found = typeof target === "string" ? configuration.module(target) : undefined;
  if (found !== undefined) return found;
  const name = `module.${call.block.labels[0] ?? ""}`;
  const at = headerSpan(call);
  if (target === undefined)
    return {
      code: "module-not-in-repository",
      text: `the source of ${name} is not in the repository`,
      at: [at],
      supply: "--plan plan.json",
    };
  const text = missingModule(name, target);
  configuration.sources.note({ code: "HCL005", path: call.source.path, text: `${text}: not seen`, at });
  return { code: "module-not-in-repository", text, at: [at] };
}

/** What to say of a local source without a module: where it leads to, or `null` for a place outside of what is read. */
export function missingModule(name: string, target: string | null): string {
  return target === null
    ? `the source of ${name} leads out of what was read`
    : `the source of ${name} leads to ${target}, where no configuration was found`;
}

/**
 * Directory of a call whose `source` is a local path; `null` where it leads out of the repository, and `undefined` for any
 * other source. OpenTofu allows variables and locals in it.
 */
export function localTarget(call: PlacedBlock, caller: Caller): string | null | undefined {
  const source = caller.attribute(call, "source");
  if (source?.kind !== "string" || !/^\.\.?(?:\/|$)/.test(source.value)) return undefined;
  return resolvePath(caller.module.directory, source.value);
}
