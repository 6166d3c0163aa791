import type { RunningCluster, RunningRelease } from "../../model/running-cluster.ts";
import { isKnown, type Reason } from "../../model/told.ts";

/** Something of a cluster that a repository could not be compared with. */
export interface Untold {
  /** `Helm releases`, the plural of a kind, or one release. */
  readonly what: string;
  readonly why: Reason;
}

/** All that could not be told of a cluster: kinds that were not read, objects that were not understood. */
export function untoldOf({ releases, objects }: RunningCluster): readonly Untold[] {
  const ofKinds = [...objects].flatMap(([what, told]): Untold[] => {
    if (!isKnown(told)) return [{ what, why: told.unknown }];
    const { unparsed } = told.known;
    if (unparsed === 0) return [];
    const text = `${unparsed} of them ${unparsed === 1 ? "has" : "have"} not the form of their kind`;
    return [{ what, why: { code: "not-understood", text, at: [] } }];
  });
  const ofHelm = isKnown(releases)
    ? releases.known.flatMap(untoldOfRelease)
    : [{ what: "Helm releases", why: releases.unknown }];
  return [...ofHelm, ...ofKinds];
}

function untoldOfRelease({ namespace, name, deployed, newest }: RunningRelease): Untold[] {
  const { chart, revision } = deployed ?? newest;
  if (isKnown(chart)) return [];
  const why = { ...chart.unknown, text: `revision ${revision}: ${chart.unknown.text}` };
  return [{ what: `Helm release ${namespace}/${name}`, why }];
}
