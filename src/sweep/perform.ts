import type { Program, RequestKind, RequestOf, World } from "./requests.ts";

/** Drives a program to its end, with answers of the world. */
export async function perform<T>(program: Program<T>, world: World): Promise<T> {
  let step = program.next();
  while (step.done !== true) step = program.next(await answer(world, step.value));
  return step.value;
}

function answer<K extends RequestKind>(world: World, request: RequestOf<K>): Promise<unknown> {
  return world[request.kind](request);
}
