import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bed } from "../bed.ts";
import { helm } from "../clients.ts";

/** The chart of the night, in the version before and the one after, and what it names its parts. */
export interface NightCharts {
  /** Archives on this machine. */
  readonly before: string;
  readonly after: string;
  readonly release: string;
  readonly namespace: string;
  /** The Deployment, also the `app` label of its pods. */
  readonly controller: string;
  /** The DaemonSet, also the `app` label of its pods. */
  readonly nodePlugin: string;
  /** The CSI driver that the node plugin registers. */
  readonly driver: string;
}

export const chartSources = ["published", "own"] as const;

export type ChartSource = (typeof chartSources)[number];

/** The published charts where they are on this machine, else a small chart of our own with the same traits. */
export function chartSource(): ChartSource {
  return publishedFolder() === null ? "own" : "published";
}

export async function nightCharts(bed: Bed, source: ChartSource): Promise<NightCharts> {
  if (source === "own") return ownCharts(bed);
  const folder = publishedFolder();
  if (folder === null) throw new Error("the published charts are not here: HOLDFAST_TEST_CHARTS names their folder");
  return {
    before: join(folder, publishedBefore),
    after: join(folder, publishedAfter),
    release: "csi-driver-nfs",
    namespace: "nfs-csi",
    controller: "csi-nfs-controller",
    nodePlugin: "csi-nfs-node",
    driver: "nfs.csi.k8s.io",
  };
}

const publishedBefore = "csi-driver-nfs-4.13.1.r3.tgz";
const publishedAfter = "csi-driver-nfs-4.13.2.r2.tgz";

function publishedFolder(): string | null {
  const folder = process.env["HOLDFAST_TEST_CHARTS"];
  if (folder === undefined) return null;
  return [publishedBefore, publishedAfter].every((name) => existsSync(join(folder, name))) ? folder : null;
}

async function ownCharts(bed: Bed): Promise<NightCharts> {
  const folder = join(bed.directory, "charts");
  mkdirSync(folder, { recursive: true });
  const archive = async (version: string): Promise<string> => {
    const source = join(import.meta.dirname, "chart");
    await helm(bed, ["package", source, `--version=${version}`, `--app-version=${version}`, `--destination=${folder}`]);
    return join(folder, `csi-driver-share-${version}.tgz`);
  };
  return {
    before: await archive("4.13.1"),
    after: await archive("4.13.2"),
    release: "csi-driver-share",
    namespace: "share-csi",
    controller: "csi-share-controller",
    nodePlugin: "csi-share-node",
    driver: "share.csi.example.com",
  };
}
