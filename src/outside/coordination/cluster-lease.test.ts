import { describe, expect, test } from "vitest";
import { silence } from "../../../test/builders/kube-source.ts";
import { leaseKube, type LeaseFacts, type LeaseKube } from "../../../test/builders/lease-kube.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { clusterLease, type ClusterLease } from "./cluster-lease.ts";

let clock = 0;

/** A process that starts now, and asks for a lease of 60 s. */
function holder(server: LeaseKube, name = "w1_aa"): ClusterLease {
  return clusterLease(server.kube, { holder: name, elapsed: () => clock, now: () => new Date("2026-05-17T09:00:39Z") });
}

function said(told: Told<string | null>): string {
  if (isKnown(told)) return told.known ?? "ours";
  return `${told.unknown.code}: ${told.unknown.text}`;
}

const theirs = {
  holderIdentity: "w2_bb",
  leaseDurationSeconds: 30,
  acquireTime: "2020-01-01T00:00:00.000000Z",
  renewTime: "2020-01-01T00:00:00.000000Z",
  leaseTransitions: 4,
};
const ours = { ...theirs, holderIdentity: "w1_aa" };
const taken = {
  holderIdentity: "w1_aa",
  leaseDurationSeconds: 60,
  acquireTime: "2026-05-17T09:00:39.000000Z",
  renewTime: "2026-05-17T09:00:39.000000Z",
  leaseTransitions: 5,
};
const later = { code: "changed-meanwhile", text: "", at: [], status: null, said: null } as const;

describe("taking", () => {
  test.each<[string, object | null, object]>([
    ["none that is there", null, { ...taken, leaseTransitions: 0 }],
    ["one that was given back", { ...theirs, holderIdentity: "" }, taken],
    ["one that says nothing", {}, { ...taken, leaseTransitions: 1 }],
    ["our own: it is renewed", ours, { ...taken, acquireTime: ours.acquireTime, leaseTransitions: 4 }],
  ])("takes %s", async (_, spec, expected) => {
    const server = leaseKube(spec);
    expect([said(await holder(server).take()), server.spec()]).toEqual(["ours", expected]);
  });

  test("another's is over once it was seen unchanged for as long as it says, whatever its times say", async () => {
    const server = leaseKube(theirs);
    const lease = holder(server);
    const answers: string[] = [];
    for (const step of [0, 15_000, 14_999, 1]) {
      clock += step;
      answers.push(said(await lease.take()));
    }
    expect([answers, server.spec()]).toEqual([["w2_bb", "w2_bb", "w2_bb", "ours"], taken]);
  });

  test("another's that is renewed is not", async () => {
    const server = leaseKube(theirs);
    const lease = holder(server);
    for (let count = 0; count < 5; count++) {
      expect(said(await lease.take())).toBe("w2_bb");
      clock += 20_000;
      server.write({ ...theirs, renewTime: `2020-01-01T00:00:0${count}.000000Z` });
    }
  });

  test("what another process saw says nothing to this one", async () => {
    const server = leaseKube(theirs);
    await holder(server).take();
    clock += 60_000;
    expect(said(await holder(server).take())).toBe("w2_bb");
  });

  test("the clock starts when the answer has come, and stops when the next one is asked for", async () => {
    const slow = leaseKube(theirs);
    const get = slow.kube.get.bind(slow.kube);
    const kube = { ...slow.kube, get: (...asked: Parameters<typeof get>) => ((clock += 20_000), get(...asked)) };
    const lease = holder({ ...slow, kube });
    expect(said(await lease.take())).toBe("w2_bb");
    expect(said(await lease.take())).toBe("w2_bb");
    clock += 10_000;
    expect(said(await lease.take())).toBe("ours");
  });

  test("it is put back with all else that it had", async () => {
    const server = leaseKube(ours);
    const put: unknown[] = [];
    const kube: typeof server.kube = {
      ...server.kube,
      update: (kind, version, object) => (put.push(object), server.kube.update(kind, version, object)),
    };
    await holder({ ...server, kube }).take();
    expect(put).toEqual([
      expect.objectContaining({ metadata: expect.objectContaining({ labels: { theirs: "kept" } }) }),
    ]);
  });
});

describe("two at a time", () => {
  test("of two that make it one has it", async () => {
    const server: LeaseKube = leaseKube(null, { before: { create: () => server.write(theirs) } });
    expect([said(await holder(server).take()), server.asked]).toEqual(["w2_bb", ["get", "create", "get"]]);
  });

  test("of two that take it one has it", async () => {
    const free = { ...theirs, holderIdentity: "" };
    const server: LeaseKube = leaseKube(free, { before: { update: () => server.write(theirs) } });
    expect([said(await holder(server).take()), server.spec()]).toEqual(["w2_bb", theirs]);
  });

  test("of one that others change all the time nothing is known", async () => {
    const server: LeaseKube = leaseKube(ours, { before: { update: () => server.write(ours) } });
    expect(said(await holder(server).take())).toBe(
      "changed-meanwhile: others changed the Lease kube-system/holdfast-sweep meanwhile",
    );
  });
});

describe("a doubt is unknown", () => {
  const dropSpec = (spec: object): object => ({ ...spec, holderIdentity: "webhook" });
  test.each<[string, object | null, LeaseFacts, string, object | null]>([
    ["it is not read", ours, { refuse: { get: silence } }, "timed-out: it gave no answer", ours],
    ["it is not made", null, { refuse: { create: silence } }, "timed-out: it gave no answer", null],
    [
      "it is made, and nobody says so",
      null,
      { lose: { create: silence } },
      "timed-out: it gave no answer",
      { ...taken, leaseTransitions: 0 },
    ],
    ["it is not put", ours, { refuse: { update: silence } }, "timed-out: it gave no answer", ours],
    ["it is no Lease", { holderIdentity: 7 }, {}, "not-understood: what was served is no Lease", { holderIdentity: 7 }],
    [
      "it is for no time",
      { ...theirs, leaseDurationSeconds: 0 },
      {},
      "not-understood: what was served is no Lease",
      { ...theirs, leaseDurationSeconds: 0 },
    ],
    [
      "it does not say for how long",
      { holderIdentity: "w2_bb" },
      {},
      "not-understood: the Lease kube-system/holdfast-sweep does not say for how long somebody has it",
      { holderIdentity: "w2_bb" },
    ],
    [
      "it becomes another's",
      null,
      { admit: dropSpec },
      "contradicted: the Lease kube-system/holdfast-sweep is another's though the API server took that it is ours",
      { ...taken, leaseTransitions: 0, holderIdentity: "webhook" },
    ],
  ])("where %s", async (_, spec, facts, expected, after) => {
    const server = leaseKube(spec, facts);
    expect([said(await holder(server).take()), server.spec()]).toEqual([expected, after]);
  });

  test("one that was taken without an answer is ours when it is asked for again", async () => {
    const lost: LeaseFacts["lose"] = {};
    const server = leaseKube(null, { lose: Object.assign(lost, { create: later }) });
    const lease = holder(server);
    expect(said(await lease.take())).toBe("changed-meanwhile: ");
    expect(said(await lease.take())).toBe("ours");
    expect(said(await holder(server, "w2_bb").take())).toBe("w1_aa");
  });
});

describe("renewing", () => {
  test.each<[string, object | null, string, string[]]>([
    ["what is ours", ours, "ours", ["get", "update"]],
    ["what is another's by now", theirs, "w2_bb", ["get"]],
    [
      "what was given back",
      { ...theirs, holderIdentity: "" },
      "changed-meanwhile: the Lease kube-system/holdfast-sweep is nobody's any more",
      ["get"],
    ],
    ["what was removed", null, "changed-meanwhile: the Lease kube-system/holdfast-sweep is nobody's any more", ["get"]],
  ])("%s", async (_, spec, expected, asked) => {
    const server = leaseKube(spec);
    expect([said(await holder(server).renew()), server.asked]).toEqual([expected, asked]);
  });

  test("another's is not taken, however old it is", async () => {
    const lease = holder(leaseKube(theirs));
    await lease.renew();
    clock += 60_000;
    expect(said(await lease.renew())).toBe("w2_bb");
  });
});

describe("giving back", () => {
  const free = { ...taken, holderIdentity: "", leaseDurationSeconds: 1, leaseTransitions: 4 };
  test.each<[string, object | null, LeaseFacts, string, object | null]>([
    ["what is ours", ours, {}, "ours", free],
    ["what is nobody's", free, {}, "ours", free],
    ["what is gone", null, {}, "ours", null],
    ["what is another's", theirs, {}, "w2_bb", theirs],
    ["without an answer", ours, { refuse: { update: silence } }, "timed-out: it gave no answer", ours],
    ["without being told whose it is", ours, { refuse: { get: silence } }, "timed-out: it gave no answer", ours],
  ])("%s", async (_, spec, facts, expected, after) => {
    const server = leaseKube(spec, facts);
    expect([said(await holder(server).giveBack()), server.spec()]).toEqual([expected, after]);
  });

  test("what was given back can be taken at once", async () => {
    const server = leaseKube(ours);
    await holder(server).giveBack();
    expect(said(await holder(server, "w2_bb").take())).toBe("ours");
  });
});
