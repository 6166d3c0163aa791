import { connect } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { once } from "node:events";
import { expect, test } from "vitest";
import { folderOf } from "../../../test/builders/kube.ts";
import { inPod, keepPod } from "./lease.ts";

const longer = 600_000;

test("a pod lives as long as somebody works in it", async () => {
  const folder = folderOf({});
  const done: string[] = [];
  const pod = keepPod({ patience: longer, longest: longer }, folder).then(() => done.push("pod"));
  const first = inPod(() => Promise.resolve(done.push("first")), nobodyLeaves(), folder);
  const second = inPod(() => first.then(() => done.push("second")), nobodyLeaves(), folder);
  await Promise.all([first, second, pod]);
  expect(done).toEqual(["first", "second", "pod"]);
});

test("it ends when who works in it dies", async () => {
  const folder = folderOf({});
  const pod = keepPod({ patience: longer, longest: longer }, folder);
  const socket = connect(join(folder, "lease.sock"));
  await once(socket, "connect");
  socket.destroy();
  expect(await pod).toBeNull();
});

test.each([
  ["nobody comes", { patience: 10, longest: longer }, 0],
  ["somebody does not leave", { patience: longer, longest: 50 }, 1],
])("it ends when %s", async (_, life, comes) => {
  const folder = folderOf({});
  const pod = keepPod(life, folder);
  if (comes === 1) connect(join(folder, "lease.sock")).on("error", () => {});
  expect(await pod).toBeNull();
});

test("where nobody can come it says why, and does not wait", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
  const before = timers();
  const folder = folderOf({ "lease.sock": "" });
  expect(await keepPod({ patience: longer, longest: longer }, folder)).toBe("EADDRINUSE");
  expect(await keepPod({ patience: longer, longest: longer }, join(folder, "nowhere"))).toBe("no permission");
  expect(timers()).toBe(before);
});

test("who works in it hears when whoever asked has left", async () => {
  const folder = folderOf({});
  const pod = keepPod({ patience: longer, longest: longer }, folder);
  const input = new PassThrough();
  const heard = Promise.withResolvers<string>();
  const work = inPod(() => heard.promise, { input, leave: () => heard.resolve("left") }, folder);
  input.end();
  expect([await work, await pod]).toEqual(["left", null]);
});

test("nothing is done outside of such a pod", async () => {
  expect(await inPod(() => Promise.resolve("done"), nobodyLeaves(), folderOf({}))).toBeNull();
});

function nobodyLeaves(): Parameters<typeof inPod>[1] {
  return { input: new PassThrough(), leave: () => {} };
}
