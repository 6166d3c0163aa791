import { expect, onTestFinished, test, vi } from "vitest";
import * as z from "zod";
import { forbidden, kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import type { KubeReason } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import type { Announcement, Standing } from "../../report/sweep/kube-events.ts";
import { Announcer } from "./announce.ts";

type Answer = "taken" | KubeReason;

const standing = (key: string): Standing => ({ ...warning(key), key });
const warning = (message: string): Announcement => ({ pod: null, type: "Warning", reason: "LeftOver", message });
const written = z.object({ message: z.string(), metadata: z.object({ name: z.string() }) });

/** An agent whose API server answers as `answer` is set; what it was asked to write in each step. */
function announcer() {
  const names = new Set<string>();
  let asked: string[] = [];
  const server = { answer: "taken" as Answer };
  const create = (_: unknown, __: unknown, object: unknown) => {
    const { message, metadata } = written.parse(object);
    asked.push(message);
    names.add(metadata.name);
    return Promise.resolve(server.answer === "taken" ? known(served({})) : { unknown: server.answer });
  };
  const made = new Announcer(kubeSource({ create }), "w1", () => {});
  const inStep = async (step: () => Promise<void>): Promise<string> => {
    asked = [];
    await step();
    return asked.join(" ");
  };
  return {
    server,
    names,
    cycle: (...keys: string[]) => inStep(() => made.cycle(keys.map(standing))),
    once: (message: string) => inStep(() => made.once(warning(message))),
  };
}

test("what is so is told once, and again when it is so again", async () => {
  const { cycle } = announcer();
  expect([await cycle("a"), await cycle("a", "b"), await cycle("a", "b"), await cycle("b"), await cycle("a")]).toEqual([
    "a",
    "b",
    "",
    "",
    "a",
  ]);
});

test.each<[string, Answer, readonly string[]]>([
  ["does not answer, it is asked once a cycle until it does", silence, ["a", "a", "a", "a", "a", "a", "a", "a b", ""]],
  ["refuses, they are tried five times", forbidden, ["a b", "a b", "a b", "a b", "a b", "", "", "", ""]],
  [
    "has it already, whoever was not told so",
    { ...forbidden, status: 409, said: "AlreadyExists" },
    ["a b", "", "", "", "", "", "", "", ""],
  ],
])("where the API server %s", async (_, answer, expected) => {
  const { server, names, cycle, once } = announcer();
  server.answer = answer;
  const seen: string[] = [];
  for (let count = 0; count < 7; count++) seen.push(await cycle("a", "b"));
  server.answer = "taken";
  for (let count = 0; count < 2; count++) seen.push(await cycle("a", "b"));
  // Each is one Event, however often it is tried.
  expect([seen, names.size]).toEqual([expected, 2]);
  // It can be told of another all the same.
  expect(await once("c")).toBe("c");
});

test("what happened meanwhile is told with the next cycles, in its order", async () => {
  const { server, cycle, once } = announcer();
  server.answer = silence;
  const seen = [await once("1"), await once("2"), await cycle(), await once("3")];
  server.answer = "taken";
  expect([...seen, await cycle(), await cycle()]).toEqual(["1", "", "1", "", "1 2 3", ""]);
});

test("thirty are written a minute, and the others after it", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { cycle } = announcer();
  const keys = Array.from({ length: 40 }, (_, number) => String(number));
  const first = await cycle(...keys);
  const second = await cycle(...keys);
  vi.advanceTimersByTime(61_000);
  expect([first, second, await cycle(...keys)]).toEqual([keys.slice(0, 30).join(" "), "", keys.slice(30).join(" ")]);
});
