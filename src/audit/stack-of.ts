import type { Repository, Stack } from "../repository/repository.ts";

const byKey = new WeakMap<Repository, ReadonlyMap<string, Stack>>();

/** The stack with a key. It is asked for by every release: a list would be searched once for each. */
export function stackOf(repository: Repository, key: string): Stack | undefined {
  let stacks = byKey.get(repository);
  if (stacks === undefined) {
    // Of two with one key the first counts.
    stacks = new Map(repository.stacks.toReversed().map((stack) => [stack.key, stack]));
    byKey.set(repository, stacks);
  }
  return stacks.get(key);
}
