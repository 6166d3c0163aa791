import { expect, test } from "vitest";
import { criServer, emptyNode, message, status } from "../../../test/builders/cri-server.ts";
import type { CriServer } from "../../../test/builders/cri-server.ts";
import { isKnown } from "../../model/told.ts";
import { connectCri } from "./connect.ts";
import { VersionResponseSchema } from "./generated/cri_pb.ts";

/** What is told where these sockets are the well-known ones: the runtime's name, or why it is unknown. */
async function found(...sockets: string[]): Promise<string> {
  const options = { sequence: () => 0, now: () => new Date(0), callDeadline: 2000, sockets };
  const told = await connectCri(null, options).list(new AbortController().signal);
  if (isKnown(told)) return told.known.runtime.name;
  return `${told.unknown.code}: ${told.unknown.text}; ${told.unknown.supply}`;
}

async function servers(): Promise<Record<"containerd" | "crio" | "docker" | "hung", CriServer> & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const crio = message(VersionResponseSchema, { runtimeName: "cri-o", runtimeVersion: "1.31.0" });
  const all = {
    containerd: stack.use(await criServer(emptyNode)),
    crio: stack.use(await criServer({ ...emptyNode, Version: crio })),
    docker: stack.use(await criServer({ Version: status(12, "unknown service runtime.v1.RuntimeService") })),
    hung: stack.use(await criServer({ ...emptyNode, Version: () => {} })),
  };
  const kept = stack.move();
  return { ...all, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

test("the one runtime that is there is taken, and none where it could be another", async () => {
  await using at = await servers();
  const named = (text: string): string =>
    Object.entries(at).reduce((all, [name, { socket }]) => all.replaceAll(socket, name.toUpperCase()), text);
  const cases: Record<string, string[]> = {
    "one of several paths": ["/nowhere/a.sock", at.crio.socket, "/nowhere/b.sock"],
    "beside Docker's containerd, which serves no CRI": [at.docker.socket, at.containerd.socket],
    "two runtimes": [at.containerd.socket, at.crio.socket],
    "a runtime, and one that does not answer": [at.containerd.socket, at.hung.socket],
    "one that does not answer": ["/nowhere/a.sock", at.hung.socket],
    none: ["/nowhere/a.sock", "/nowhere/b.sock"],
    "none that serves CRI": ["/nowhere/a.sock", at.docker.socket],
  };
  const told: Record<string, string> = {};
  for (const [name, sockets] of Object.entries(cases)) told[name] = named(await found(...sockets));
  expect(told).toMatchInlineSnapshot(`
    {
      "a runtime, and one that does not answer": "not-understood: more than one container runtime could be meant: CONTAINERD, HUNG; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "beside Docker's containerd, which serves no CRI": "containerd",
      "none": "not-reached: no container runtime was found: there is no socket /nowhere/a.sock; there is no socket /nowhere/b.sock; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "none that serves CRI": "not-reached: no container runtime was found: there is no socket /nowhere/a.sock; what listens on DOCKER speaks gRPC and serves no CRI: a containerd with its CRI plugin disabled?; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
      "one of several paths": "cri-o",
      "one that does not answer": "timed-out: the runtime at HUNG did not answer Version within 2 s; try again; a runtime that stays so slow has a shim or a disk that hangs: see its log",
      "two runtimes": "not-understood: more than one container runtime could be meant: CONTAINERD, CRIO; name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration",
    }
  `);
});

test("what was found once is asked again", async () => {
  await using at = await servers();
  const sockets = ["/nowhere/a.sock", at.containerd.socket];
  const source = connectCri(null, { sequence: () => 0, now: () => new Date(0), sockets });
  const { signal } = new AbortController();
  await source.list(signal);
  sockets.push(at.crio.socket);
  const again = await source.list(signal);
  expect(isKnown(again) && again.known.endpoint).toBe(at.containerd.socket);
});
