/** A module as `terraform show -json` prints it, of a plan or of a state: resources, and the modules below. */
interface ShownModule<R> {
  readonly resources?: readonly R[] | undefined;
  readonly child_modules?: readonly unknown[] | undefined;
}

/** Modules below this depth are left out. */
const maximumDepth = 30;

/**
 * Every resource of a module and of those below it. `readModule` checks the form of a module below; what does
 * not have it is passed over.
 */
export function resourcesIn<R>(
  module: ShownModule<R>,
  readModule: (child: unknown) => ShownModule<R> | undefined,
  depth = 0,
): readonly R[] {
  const own = module.resources ?? [];
  if (depth === maximumDepth) return own;
  const below = (module.child_modules ?? []).flatMap((child) => {
    const read = readModule(child);
    return read === undefined ? [] : resourcesIn(read, readModule, depth + 1);
  });
  return [...own, ...below];
}

/** The text as JSON; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
