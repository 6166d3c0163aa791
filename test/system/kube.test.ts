import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configMaps, leases, namespaces } from "../../src/model/kube-kinds.ts";
import type { KubeKind, KubeSource, KubeTold, ListStep, Update } from "../../src/model/kube-source.ts";
import type { ServedObject } from "../../src/model/served-object.ts";
import { versionOf } from "../../src/outside/kube/version-of.ts";
import { projectPods } from "../../src/snapshot/project-pod.ts";
import { kubeApiserver } from "../builders/kube-apiserver.ts";
import type { KubeApiserver } from "../builders/kube-apiserver.ts";
import { kubeconfig, kubeFrom, pods, stepsOf, told } from "../builders/kube.ts";

const pod = (name: string): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { automountServiceAccountToken: false, containers: [{ name: "main", image: "example/main:1" }] },
});

describe("a real API server", () => {
  let server: KubeApiserver;
  let admin: KubeSource;

  /** Asks with a token. */
  async function as(token: string): Promise<KubeSource> {
    const authority = Buffer.from(server.certificate).toString("base64");
    const config = kubeconfig(server.url, { cluster: { "certificate-authority-data": authority }, user: { token } });
    const file = join(server.folder, `${token}.conf`);
    writeFileSync(file, config);
    return (await kubeFrom({ kubeconfig: file, environment: {}, waiting: {} })).source;
  }

  async function listed(source: KubeSource, kind: KubeKind, limit: number): Promise<ListStep[]> {
    const steps: ListStep[] = [];
    for await (const step of source.list(kind, { freshness: "most-recent", namespace: "default", limit }))
      steps.push(step);
    return steps;
  }

  beforeAll(async () => {
    server = await kubeApiserver({ nobody: "nobody" });
    admin = await as("admin");
    // The namespace is made by the API server itself, some moments after it answers.
    for (;;) {
      const answer = await admin.get(namespaces, { namespace: null, name: "default" });
      if ("known" in answer && answer.known !== null) break;
      await sleep(100);
    }
    for (const name of ["a", "b", "c", "d", "e"]) {
      await made(admin.create(configMaps, "default", { apiVersion: "v1", kind: "ConfigMap", metadata: { name } }));
    }
  });

  afterAll(() => server[Symbol.asyncDispose]());

  test("tells its version and what it serves", async () => {
    const answer = await admin.discover();
    if (!("known" in answer)) throw new Error(told(answer));
    const { version, groupVersions } = answer.known;
    const kinds = groupVersions.flatMap((each) => ("known" in each.kinds ? each.kinds.known : []));
    expect(told(version)).toMatch(/^known "v1\.\d+\.\d+/);
    expect(kinds.find(({ kind, group }) => kind === "Pod" && group === "")).toMatchObject(pods);
    expect(kinds.find(({ resource }) => resource === "deployments")).toMatchObject({
      group: "apps",
      version: "v1",
      namespaced: true,
    });
  });

  test("gives a list page by page, at one revision", async () => {
    const steps = await listed(admin, configMaps, 2);
    expect(steps.map(({ step }) => step)).toEqual(["begin", "page", "page", "page", "end"]);
    expect(steps.at(-1)).toMatchObject({ count: 5 });
  });

  test("a list begins anew where etcd was compacted between its pages", async () => {
    const steps: string[] = [];
    for await (const step of admin.list(configMaps, { freshness: "most-recent", namespace: "default", limit: 2 })) {
      steps.push(step.step === "begin" ? `begin ${step.attempt} ${step.because?.said ?? "-"}` : step.step);
      if (steps.length === 2) await compact(server.etcd, admin);
    }
    expect(steps).toEqual(["begin 1 -", "page", "begin 2 Expired", "page", "page", "page", "end"]);
  });

  test("runs nothing in a pod that is on no node, or is not there, or for who may not", async () => {
    await made(admin.create(pods, "default", pod("unbound")));
    const program = { container: "main", command: ["true"] };
    const ask = (source: KubeSource, name: string) => stepsOf(source.exec({ namespace: "default", name }, program));
    expect(await ask(admin, "unbound")).toEqual([
      "ended not-served 400 BadRequest: the API server refused with status 400: pod unbound does not have a host assigned",
    ]);
    expect(await ask(admin, "gone")).toEqual([
      'ended not-served 404 NotFound: the API server refused with status 404: pods "gone" not found',
    ]);
    expect(await ask(await as("nobody"), "unbound")).toEqual([
      expect.stringMatching(
        /^ended not-permitted 403 Forbidden: .*User "nobody" cannot \w+ resource "pods\/exec".* \(grant an RBAC rule \{apiGroups: \[""\], resources: \[pods\/exec\], verbs: \[create\]\}\)$/,
      ),
    ]);
  });

  test("says who may not list what", async () => {
    const steps = await stepsOf((await as("nobody")).list(pods, { freshness: "most-recent", limit: 2 }));
    expect(steps[1]).toBe(
      'failed not-permitted 403 Forbidden: the API server does not permit it (403: pods is forbidden: User "nobody" cannot list resource "pods" in API group "" at the cluster scope) (grant an RBAC rule {apiGroups: [""], resources: [pods], verbs: [list]})',
    );
  });

  test("does not know a token", async () => {
    expect(told(await (await as("stranger")).get(pods, { namespace: "default", name: "a" }))).toMatch(
      /^not-permitted 401 Unauthorized: /,
    );
  });

  test("does not serve a kind", async () => {
    const kind: KubeKind = {
      group: "kyverno.io",
      version: "v1",
      resource: "clusterpolicies",
      kind: "ClusterPolicy",
      namespaced: false,
    };
    expect(told(await admin.get(kind, { namespace: null, name: "a" }))).toBe(
      "not-served 404 -: the API server does not serve this kind (404)",
    );
  });

  test("makes a pod, watches it, and deletes this one only", async () => {
    const before = (await listed(admin, pods, 500)).at(-1);
    if (before?.step !== "end") throw new Error("no whole list");
    const served = await made(admin.create(pods, "default", pod("reader")));
    expect(told(await admin.create(pods, "default", pod("reader")))).toMatch(/^not-served 409 AlreadyExists: /);
    const {
      pods: [projected],
    } = projectPods([served.unredacted().object]);
    const reader = { namespace: "default", name: "reader", uid: projected?.uid ?? "" };
    expect(projected).toMatchObject({ namespace: "default", name: "reader", phase: "Pending" });
    expect(told(await admin.delete(pods, { ...reader, uid: "another" }))).toBe('known "replaced"');
    expect(told(await admin.delete(pods, reader))).toBe('known "accepted"');
    expect(told(await admin.get(pods, reader))).toBe("known null");
    expect(told(await admin.delete(pods, reader))).toBe('known "absent"');
    const seen: string[] = [];
    for await (const step of admin.watch(pods, before.resourceVersion, { namespace: "default", seconds: 1 })) {
      seen.push(step.step === "event" ? step.type : step.step);
    }
    expect(seen.filter((step) => step !== "bookmark" && step !== "MODIFIED")).toEqual(["ADDED", "DELETED", "ended"]);
  });

  test("puts an object in the place of the one that was read, and of no other", async () => {
    const first = versionOf(await made(admin.create(leases, "default", { metadata: { name: "update" } })));
    const second = await changed(admin.update(leases, first, { spec: { holderIdentity: "me" } }));
    expect([versionOf(second).uid, told(await admin.get(leases, first))]).toEqual([
      first.uid,
      expect.stringContaining("holderIdentity"),
    ]);
    const attempts = [
      first,
      { ...versionOf(second), uid: "2e0ab8ac-6b0f-4a3e-9a8b-0c5b3c9d1f00" },
      // A Lease that is not there would be made by another PUT: AllowCreateOnUpdate.
      { ...versionOf(second), name: "gone" },
    ];
    for (const version of attempts) expect(told(await admin.update(leases, version, {}))).toBe('known "conflict"');
    expect(told(await admin.get(leases, { namespace: "default", name: "gone" }))).toBe("known null");
    await admin.delete(leases, first);
    expect(told(await admin.update(leases, versionOf(second), {}))).toBe('known "conflict"');
    expect(told(await admin.get(leases, first))).toBe("known null");
    expect(told(await (await as("nobody")).update(leases, first, {}))).toMatch(
      /^not-permitted 403 Forbidden: .*resources: \[leases\], verbs: \[update\]/,
    );
  });

  test("puts a status", async () => {
    const read = versionOf(await made(admin.create(pods, "default", pod("status"))));
    const object = { status: { phase: "Failed" }, spec: { containers: [] } };
    const now = await changed(admin.update(pods, read, object, { subresource: "status" }));
    expect(projectPods([now.unredacted().object]).pods).toMatchObject([{ name: "status", phase: "Failed" }]);
    await admin.delete(pods, read);
  });

  test("ends a watch from a revision that was compacted", async () => {
    await compact(server.etcd, admin);
    const secrets = { ...configMaps, resource: "secrets", kind: "Secret" };
    const steps = await stepsOf(admin.watch(secrets, "1", { seconds: 1 }));
    expect(steps).toEqual([expect.stringMatching(/^ended not-served 410 (?:Expired|Gone): /)]);
  });
});

async function made(creating: Promise<KubeTold<ServedObject>>): Promise<ServedObject> {
  const answer = await creating;
  if (!("known" in answer)) throw new Error(told(answer));
  return answer.known;
}

async function changed(updating: Promise<KubeTold<Update>>): Promise<ServedObject> {
  const answer = await updating;
  if (!("known" in answer) || answer.known === "conflict") throw new Error(told(answer));
  return answer.known;
}

/** Writes something, so that the newest revision is a new one, and forgets all before it. */
async function compact(etcd: string, admin: KubeSource): Promise<void> {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "later-" } };
  const { json } = (await made(admin.create(configMaps, "kube-system", object))).unredacted();
  const revision = /"resourceVersion":"(\d+)"/.exec(json)?.[1];
  const answer = await fetch(`${etcd}/v3/kv/compaction`, {
    method: "POST",
    body: JSON.stringify({ revision, physical: true }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("header")]);
}
