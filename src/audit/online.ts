import { isKnown } from "../model/told.ts";
import type { ChartSource } from "../model/release.ts";
import type { Told } from "../model/told.ts";
import { parseNamedImage } from "../repository/manifests/images.ts";
import { keelTag } from "./versions/keel-tag.ts";
import type { KeelOptions } from "./versions/keel-tag.ts";
import { cellKey, type MoverId } from "./matrix.ts";
import { isExactVersion, resolve } from "./versions/chart-version.ts";

/** One open cell, and what has to be asked to say where it would move to. */
export interface Question {
  /** Key of the subject. */
  readonly subject: string;
  readonly mover: MoverId;
  readonly what: AskedChart | AskedImage;
}

export interface AskedChart {
  readonly kind: "chart";
  readonly source: ChartSource;
  /** The version as written; `null` for none. */
  readonly constraint: string | null;
  readonly devel: boolean;
}

export interface AskedImage {
  readonly kind: "image";
  /** As written; without a tag it is `latest`. */
  readonly reference: string;
  /** Keel's policy, for the tag that Keel would take; `null`: what the written tag is today. */
  readonly policy: string | null;
  readonly keel?: KeelOptions;
}

/** What a cell would move to today, as the report prints it. */
export interface MovesTo {
  /** A chart version, an image tag or a digest; `null`: nowhere, or it could not be told (`detail` says which). */
  readonly version: string | null;
  readonly detail: string;
  /** What was asked; without credentials. */
  readonly url: string;
  /** When: ISO 8601, UTC. */
  readonly at: string;
}

/** What a server answered, and where it was asked. A failed request is unknown with the code `not-served`. */
export interface Served<T> {
  /** Without credentials and query. */
  readonly url: string;
  readonly told: Told<T>;
}

export interface ChartVersion {
  readonly version: string;
  readonly appVersion: string | null;
  /** As the index writes it. */
  readonly created: string | null;
  /** Of the archive, as the index writes it; `null` in an OCI registry's list. */
  readonly digest: string | null;
  readonly deprecated: boolean;
}

/** Chart repositories and OCI registries that hold charts. Never throws. */
export interface ChartIndex {
  /** Every version that Helm would see, in no order. */
  versions(source: ChartSource): Promise<Served<readonly ChartVersion[]>>;
  /** What is served under one exact version: the archive's sha256 or the manifest's digest. */
  digest(source: ChartSource, version: string): Promise<Served<string>>;
}

/** Container registries. Never throws. References are as in manifests. */
export interface ImageRegistry {
  /** In the registry's order. */
  tags(reference: string): Promise<Served<readonly string[]>>;
  /** The digest that the reference's tag (`latest` without one) stands for. */
  digest(reference: string): Promise<Served<string>>;
}

export interface OnlineClients {
  readonly charts: ChartIndex;
  readonly images: ImageRegistry;
}

export interface LookUpOptions {
  readonly now: () => Date;
  /** How many repositories are asked at once; 1 to 16. Default 6. */
  readonly concurrency?: number;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Says for every question what the cell would move to today. Questions about one repository are asked one
 * after the other, so that its index is fetched once; different repositories at the same time. By {@link cellKey}.
 */
export async function lookUp(
  questions: readonly Question[],
  clients: OnlineClients,
  { now, concurrency = 6, progress }: LookUpOptions,
): Promise<Map<string, MovesTo>> {
  const found = new Map<string, MovesTo>();
  const groups = [...Map.groupBy(questions, placeOf).values()].values();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const group of groups) {
      for (const question of group) {
        const answer = await (question.what.kind === "chart"
          ? chart(question, question.what, clients)
          : image(question.what, clients));
        found.set(cellKey(question.subject, question.mover), { ...answer, at: now().toISOString() });
        progress?.(++done, questions.length);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return found;
}

type Move = Omit<MovesTo, "at">;

function placeOf({ what }: Question): string {
  if (what.kind === "image") {
    const name = parseNamedImage(what.reference);
    return name === null ? what.reference : `${name.registry}/${name.repository}`;
  }
  const { source } = what;
  switch (source.kind) {
    case "repository":
      return source.repository ?? "";
    case "oci":
      return source.reference;
    case "archive":
      return source.url;
    case "local":
      return source.path;
  }
}

async function chart(
  question: Question,
  { source, constraint, devel }: AskedChart,
  { charts }: OnlineClients,
): Promise<Move> {
  const written = constraint?.trim() || tagOf(source);
  if (question.mover === "chart-republish" && isExactVersion(written)) {
    const { url, told } = await charts.digest(source, written);
    return moveOf(url, told, `what ${written} is today`);
  }
  const { url, told } = await charts.versions(source);
  if (!isKnown(told)) return moveOf(url, told, "");
  const from = source.kind === "oci" ? "oci" : "repository";
  const chosen = resolve(
    written,
    told.known.map(({ version }) => version),
    { devel, from },
  );
  if (isKnown(chosen) && chosen.known === null) {
    return { version: null, detail: `none of ${count(told.known, "version")} satisfies it: helm would fail`, url };
  }
  const entry = isKnown(chosen) ? told.known.find(({ version }) => version === chosen.known) : undefined;
  return moveOf(
    url,
    chosen,
    describe(told.known, entry, written === "" ? (devel ? "newest" : "newest stable") : "newest that satisfies it"),
  );
}

/** An `oci://` reference may end in a tag: Helm takes it for the version. */
function tagOf(source: ChartSource): string {
  return source.kind === "oci" ? (source.tag ?? "") : "";
}

function describe(versions: readonly ChartVersion[], entry: ChartVersion | undefined, rank: string): string {
  const created =
    entry?.created === undefined || entry.created === null ? "" : `, created ${entry.created.slice(0, 10)}`;
  const deprecated = entry?.deprecated === true ? ", deprecated" : "";
  return `${rank} of ${count(versions, "version")}${created}${deprecated}`;
}

async function image({ reference, policy, keel }: AskedImage, { images }: OnlineClients): Promise<Move> {
  const name = parseNamedImage(reference);
  const tag = name?.tag ?? "latest";
  if (policy === null || (policy === "force" && keel?.matchTag === true)) {
    const { url, told } = await images.digest(reference);
    return moveOf(url, told, `what the tag ${tag} is today`);
  }
  const { url, told } = await images.tags(reference);
  if (!isKnown(told)) return moveOf(url, told, "");
  if (name !== null && name.digest !== null) {
    return {
      version: null,
      detail: `${untold}how Keel reads an image with a digest depends on its release`,
      url,
    };
  }
  const chosen = keelTag(policy, tag, told.known, keel);
  if (isKnown(chosen) && chosen.known === null) {
    return { version: null, detail: `nowhere today: policy ${policy} takes none of ${count(told.known, "tag")}`, url };
  }
  return moveOf(url, chosen, `policy ${policy} takes it of ${count(told.known, "tag")}`);
}

/** Why a question was not answered; `null`: it was. */
export function whyUntold({ version, detail }: Pick<MovesTo, "version" | "detail">): string | null {
  return version === null && detail.startsWith(untold) ? detail.slice(untold.length) : null;
}

const untold = "could not be told: ";

function moveOf(url: string, told: Told<string | null>, detail: string): Move {
  if (isKnown(told)) return { version: told.known, detail, url };
  return { version: null, detail: `${untold}${told.unknown.text}`, url };
}

function count(list: readonly unknown[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;
}
