import type { DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import type { Cell } from "../matrix.ts";
import { unlessOverridden } from "../overridden.ts";

/**
 * Whether other bytes under the same version can get in. Chart repositories allow it and some do it; Helm 3 compares
 * no digest with what it downloads (pkg/downloader/chart_downloader.go), so only a digest in the reference holds.
 */
export function chartRepublishCell(release: DeclaredRelease): Cell {
  if (!isKnown(release.chart)) return { state: "unknown", why: release.chart.unknown };
  const chart = release.chart.known;
  const at = release.chart.at.length > 0 ? release.chart.at : [release.at];
  switch (chart.kind) {
    case "local":
      return (
        unlessOverridden(at, "a directory of the repository") ?? {
          state: "unreached",
          detail: "the chart is a directory of the repository",
        }
      );
    case "oci":
      if (chart.digest !== null)
        return { state: "held", by: "digest", note: "digest", detail: "the reference names the content", at };
      return open("the registry serves another chart under the same tag", at);
    case "archive":
      return open("the server has another archive under the same URL", at);
    case "repository":
      if (chart.chart === "") return { state: "unreached", detail: "no chart is named" };
      return open("the repository serves another archive under the same version", at);
  }
}

function open(event: string, at: readonly Span[]): Cell {
  return {
    state: "open",
    republish: true,
    note: "re-push",
    trigger: `${event}: the next install or upgrade takes it`,
    at,
  };
}
