import type { DeclaredRelease } from "../model/release.ts";
import type { Span } from "../model/span.ts";
import type { Repository } from "../repository/repository.ts";

/** The call of a module, as what is said about the module names it. */
export interface ModuleCaller {
  readonly at: Span;
  readonly name: string;
}

/** The call that a release's own module was called by; `null` for a release of the root, and where it is not found. */
export function callOf(repository: Repository, { id, stack }: DeclaredRelease): ModuleCaller | null {
  const steps = [
    ...id.address.slice(stack.length + 1).matchAll(/module\.([\w-]+)(?:\["(?:[^"\\]|\\.)*"\]|\[\w+\]|\[\?\])?\./gy),
  ];
  let directory = stack;
  let found: ModuleCaller | null = null;
  for (const [, name = ""] of steps) {
    const address = `module.${name}`;
    const call = repository.modules.find((one) => one.stack === directory && one.address === address);
    if (call === undefined) return null;
    found = { at: call.at, name: address };
    directory = call.source.kind === "local" ? call.source.path : "";
  }
  return found;
}
