import { expect, test } from "vitest";
import { kubeSource, wholeList } from "../../../test/builders/kube-source.ts";
import type { Killing } from "../../model/node-word.ts";
import { known } from "../../model/told.ts";
import { killingsOf } from "./killing.ts";

const stopping = {
  involvedObject: { uid: "u1" },
  reason: "Killing",
  message: "Stopping container main",
  source: { component: "kubelet", host: "w1" },
  firstTimestamp: "2026-05-17T08:59:00Z",
  lastTimestamp: "2026-05-17T08:59:30Z",
};
const said: Killing = { container: "main", first: "2026-05-17T08:59:00Z", last: "2026-05-17T08:59:30Z" };

test.each<[string, object, readonly Killing[]]>([
  ["ends a container with its pod", {}, [said]],
  ["starts it again after a probe", { message: "Container main failed liveness probe, will be restarted" }, []],
  ["ends it after a hook", { message: "FailedPostStartHook" }, []],
  ["is of another node", { source: { component: "kubelet", host: "w2" } }, []],
  ["is none", { source: { component: "kubectl", host: "w1" } }, []],
  ["is of no host", { source: { component: "kubelet" } }, []],
  ["says it of another pod", { involvedObject: { uid: "u2" } }, []],
  ["says something else", { reason: "Started" }, []],
  ["does not say when", { firstTimestamp: null }, []],
  ["says when in words", { firstTimestamp: "yesterday" }, []],
  ["names two", { message: "Stopping container main\nStopping container side" }, []],
])("a kubelet that %s", async (_, change, expected) => {
  const asked: unknown[] = [];
  const kube = kubeSource({
    async *list({ resource }, { namespace, fieldSelector }) {
      asked.push([resource, namespace, fieldSelector]);
      yield* wholeList([{ ...stopping, ...change }]);
    },
  });
  expect(await killingsOf(kube, { namespace: "apps", uid: "u1", node: "w1" })).toEqual(known(expected));
  expect(asked).toEqual([["events", "apps", "involvedObject.uid=u1,reason=Killing"]]);
});
