import { execFileSync } from "node:child_process";
import manifest from "../../package.json" with { type: "json" };
import type { Image } from "../../tools/oci/layout.ts";
import { user } from "./layers.ts";
import { packages } from "./packages.ts";

/** How the image is run. The Dockerfile says the same. */
export const config = {
  User: `${user}:${user}`,
  Env: ["PATH=/usr/local/bin:/usr/bin"],
  Entrypoint: ["/usr/local/bin/holdfast"],
} as const;

/** Of Holdfast, of Node and of what is taken of Debian's packages; the texts are in the image. */
const licences: string = [
  ...new Set([manifest.license, "MIT", ...Object.values(packages).map(({ licence }) => licence)]),
].join(" AND ");

/** A commit, and when it was made. */
export interface Revision {
  /** With `-dirty` behind it where files differ from the commit. */
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
}

/** `null` where git does not tell. */
export function revisionOf(checkout: string): Revision | null {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", checkout, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  try {
    const id = git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*");
    const seconds = Number(git("show", "--no-patch", "--format=%ct", "HEAD"));
    return { id, at: new Date(seconds * 1000).toISOString() };
  } catch {
    return null;
  }
}

/** What is said of the image in it (opencontainers/image-spec 1.1, annotations.md). Its date is the commit's. */
export function descriptionOf(revision: Revision | null): Pick<Image, "config" | "labels" | "created"> {
  const labels = {
    title: manifest.name,
    description: manifest.description,
    version: manifest.version,
    licenses: licences,
    ...(revision === null ? {} : { revision: revision.id }),
  };
  return {
    config,
    labels: Object.fromEntries(Object.entries(labels).map(([key, text]) => [`org.opencontainers.image.${key}`, text])),
    ...(revision === null ? {} : { created: revision.at }),
  };
}
