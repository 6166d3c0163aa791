import { describe, expect, test } from "vitest";
import { known, unknown } from "../model/told.ts";
import type { Told } from "../model/told.ts";
import { cellKey } from "./matrix.ts";
import { lookUp } from "./online.ts";
import type { AskedChart, AskedImage, ChartVersion, OnlineClients, Question } from "./online.ts";
import type { MoverId } from "./matrix.ts";

const silent: Told<never> = unknown({ code: "not-served", text: "the server answers 500", at: [] });
const now = (): Date => new Date("2026-01-02T03:04:05Z");

/** Clients that answer from memory, and how many were asked at the same time. */
function clients(
  charts: readonly Partial<ChartVersion>[] | null,
  tags: readonly string[] | null = null,
): OnlineClients & { most: () => number; asked: string[] } {
  const asked: string[] = [];
  let current = 0;
  let most = 0;
  const answer = async <T>(what: string, value: T | null): Promise<{ url: string; told: Told<T> }> => {
    asked.push(what);
    most = Math.max(most, ++current);
    await new Promise(setImmediate);
    current--;
    return { url: `https://${what}`, told: value === null ? silent : known(value) };
  };
  const versions =
    charts?.map((version) => ({
      version: "",
      appVersion: null,
      created: null,
      digest: null,
      deprecated: false,
      ...version,
    })) ?? null;
  return {
    asked,
    most: () => most,
    charts: {
      versions: (source) => answer(source.kind === "repository" ? (source.repository ?? "") : source.kind, versions),
      digest: (_, version) => answer(`digest of ${version}`, charts === null ? null : `sha256:${version}`),
    },
    images: {
      tags: (reference) => answer(`tags of ${reference}`, tags),
      digest: (reference) => answer(`digest of ${reference}`, tags === null ? null : "sha256:abc"),
    },
  };
}

const chart: AskedChart = {
  kind: "chart",
  source: { kind: "repository", repository: "charts", chart: "csi" },
  constraint: null,
  devel: false,
};
const image: AskedImage = { kind: "image", reference: "x/y:1.0.0", policy: null };

async function moves(mover: MoverId, what: Question["what"], asked: OnlineClients): Promise<string> {
  const found = await lookUp([{ subject: "s", mover, what }], asked, { now });
  const { version, detail, url, at } = found.get(cellKey("s", mover)) ?? { version: "", detail: "", url: "", at: "" };
  expect(at).toBe("2026-01-02T03:04:05.000Z");
  return `${version ?? "-"} | ${detail} | ${url}`;
}

const three = [
  { version: "1.0.0" },
  { version: "1.1.0", created: "2025-05-17T10:00:00Z", deprecated: true },
  { version: "2.0.0-rc.1" },
];

describe("a chart", () => {
  test.each<[string, MoverId, Partial<AskedChart>, string]>([
    [
      "without a version",
      "terraform",
      {},
      "1.1.0 | newest stable of 3 versions, created 2025-05-17, deprecated | https://charts",
    ],
    ["with devel", "terraform", { devel: true }, "2.0.0-rc.1 | newest of 3 versions | https://charts"],
    [
      "with a range",
      "bot",
      { constraint: "~1.0.0" },
      "1.0.0 | newest that satisfies it of 3 versions | https://charts",
    ],
    [
      "with a range that nothing satisfies",
      "terraform",
      { constraint: ">3" },
      "- | none of 3 versions satisfies it: helm would fail | https://charts",
    ],
    [
      "with what is no version",
      "terraform",
      { constraint: "newest" },
      "- | could not be told: Helm does not read the version as a version or a range | https://charts",
    ],
    [
      "that is pushed again",
      "chart-republish",
      { constraint: "1.0.0" },
      "sha256:1.0.0 | what 1.0.0 is today | https://digest of 1.0.0",
    ],
    [
      "without a version, pushed again",
      "chart-republish",
      {},
      "1.1.0 | newest stable of 3 versions, created 2025-05-17, deprecated | https://charts",
    ],
    [
      "in a registry, by a short version",
      "terraform",
      { source: { kind: "oci", reference: "oci://r.example/c", tag: null, digest: null }, constraint: "1.0" },
      "- | none of 3 versions satisfies it: helm would fail | https://oci",
    ],
    [
      "in a registry, by its tag",
      "terraform",
      { source: { kind: "oci", reference: "oci://r.example/c:1.0.0", tag: "1.0.0", digest: null } },
      "1.0.0 | newest that satisfies it of 3 versions | https://oci",
    ],
  ])("%s", async (_, mover, what, expected) => {
    expect(await moves(mover, { ...chart, ...what }, clients(three))).toBe(expected);
  });

  test("of a server that does not answer could not be told", async () => {
    expect(await moves("terraform", chart, clients(null))).toBe(
      "- | could not be told: the server answers 500 | https://charts",
    );
    expect(await moves("chart-republish", { ...chart, constraint: "1.0.0" }, clients(null))).toBe(
      "- | could not be told: the server answers 500 | https://digest of 1.0.0",
    );
  });
});

describe("an image", () => {
  const tags = ["1.0.0", "1.0.1", "2.0.0"];
  test.each<[string, MoverId, Partial<AskedImage>, string]>([
    [
      "that is pushed again",
      "image-republish",
      {},
      "sha256:abc | what the tag 1.0.0 is today | https://digest of x/y:1.0.0",
    ],
    [
      "without a tag",
      "kubelet",
      { reference: "x/y" },
      "sha256:abc | what the tag latest is today | https://digest of x/y",
    ],
    ["under Keel", "keel", { policy: "patch" }, "1.0.1 | policy patch takes it of 3 tags | https://tags of x/y:1.0.0"],
    [
      "that Keel leaves",
      "keel",
      { policy: "patch", reference: "x/y:2.0.0" },
      "- | nowhere today: policy patch takes none of 3 tags | https://tags of x/y:2.0.0",
    ],
    [
      "that Keel takes by force",
      "keel",
      { policy: "force", keel: { matchTag: true } },
      "sha256:abc | what the tag 1.0.0 is today | https://digest of x/y:1.0.0",
    ],
    [
      "with a digest, under Keel",
      "keel",
      { policy: "all", reference: `x/y:1@sha256:${"a".repeat(64)}` },
      `- | could not be told: how Keel reads an image with a digest depends on its release | https://tags of x/y:1@sha256:${"a".repeat(64)}`,
    ],
  ])("%s", async (_, mover, what, expected) => {
    expect(await moves(mover, { ...image, ...what }, clients(null, tags))).toBe(expected);
  });

  test("of a server that does not answer could not be told", async () => {
    expect(await moves("keel", { ...image, policy: "all" }, clients(null))).toBe(
      "- | could not be told: the server answers 500 | https://tags of x/y:1.0.0",
    );
  });
});

test("repositories are asked at the same time, six at most; the questions about one are not", async () => {
  const ask = (repository: string, subject: string): Question => ({
    subject,
    mover: "terraform",
    what: { ...chart, source: { kind: "repository", repository, chart: "csi" } },
  });
  const many = clients(three);
  const progress: string[] = [];
  const questions = Array.from({ length: 40 }, (_, index) => ask(`r${index % 10}`, `s${index}`));
  const found = await lookUp(questions, many, { now, progress: (done, total) => progress.push(`${done}/${total}`) });
  expect([found.size, many.most(), progress.length, progress.at(-1)]).toEqual([40, 6, 40, "40/40"]);
  const same = clients(three);
  await lookUp(
    Array.from({ length: 5 }, (_, index) => ask("r", `s${index}`)),
    same,
    { now },
  );
  expect(same.most()).toBe(1);
});

test("no question, no answer", async () => {
  const asked = clients(three);
  expect([(await lookUp([], asked, { now })).size, asked.asked]).toEqual([0, []]);
});
