import { expect, test } from "vitest";
import { perform } from "../../sweep/perform.ts";
import { ask, type Request, type World } from "../../sweep/requests.ts";
import { Life } from "./life.ts";

const stop = (...graces: number[]): Request => ({
  kind: "stop-containers",
  containers: graces.map((graceSeconds) => ({ id: "a", graceSeconds })),
});

/** For how many seconds it is taken to live after this, as a kubelet sees it that asks every minute. */
function livesFor(begin: (life: Life) => unknown): number {
  let seconds = 0;
  const life = new Life(() => seconds * 1000);
  seconds = 1000;
  begin(life);
  while (life.isThere()) seconds += 60;
  return seconds - 1000;
}

/** Asks in a world where each question has this answer. */
function asks(life: Life, request: Request, answer: Promise<unknown>): Promise<unknown> {
  const world = life.over(new Proxy({}, { get: () => () => answer }) as World);
  return perform(ask(request), world);
}

const never = new Promise<unknown>(() => {});

test.each<[string, Request, number]>([
  ["a reading", { kind: "runtime" }, 300],
  ["the runtime for a sandbox", { kind: "stop-sandbox", id: "a" }, 300],
  ["a container with a grace of half a minute", stop(30), 480],
  ["a container with a grace of ten minutes", stop(600), 1020],
  ["containers, the longest of which has two hours", stop(30, 7200, 600), 7620],
  ["no container", stop(), 420],
  ["time to pass", { kind: "wait", milliseconds: 3_600_000 }, 3900],
])("waiting for %s it lives as long as that may take, and five minutes", (_, request, expected) => {
  expect(livesFor((life) => void asks(life, request, never))).toBe(expected);
});

test("an answer counts from when it came, however long its question might have taken", async () => {
  let seconds = 0;
  const life = new Life(() => seconds * 1000);
  const answered = Promise.withResolvers<unknown>();
  const answer = asks(life, stop(7200), answered.promise);
  seconds = 60;
  answered.resolve({ said: "done" });
  await answer;
  const seen: boolean[] = [];
  for (seconds of [359, 360]) seen.push(life.isThere());
  expect(seen).toEqual([true, false]);
});

test.each([
  ["a minute", 60_000, 360],
  ["a day", 86_400_000, 86_700],
])("where it rests for %s it lives as long, and five minutes", (_, milliseconds, expected) => {
  expect(livesFor((life) => life.goesOn(milliseconds))).toBe(expected);
});
