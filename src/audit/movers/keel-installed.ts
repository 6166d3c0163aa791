import type { DeclaredImage, DeclaredRelease, KeelInstallation, KeelMark } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { parseImage } from "../../repository/manifests/images.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Cell } from "../matrix.ts";

/** A switch of the Keel that runs in a cluster, as far as the repository shows it; `null`: it does not. */
export type Switch = { readonly on: boolean; readonly at: readonly Span[] } | null;

export interface KeelSwitches {
  readonly helmProvider: Switch;
  readonly polls: Switch;
}

/** The switches of Keel by cluster. A Keel that plain objects install has settings that are not read. */
export function keelSwitches({ releases, workloads }: Repository): ReadonlyMap<string | null, KeelSwitches> {
  const byHand = new Set(
    workloads.filter(({ images }) => images.some(isKeelItself)).map(({ id: { cluster } }) => cluster),
  );
  const installed = releases.filter(({ keel, deployed }) => keel !== null && !(isKnown(deployed) && !deployed.known));
  const clusters = Map.groupBy(installed, ({ id: { cluster } }) => cluster);
  return new Map(
    [...clusters].flatMap(([cluster, found]) =>
      byHand.has(cluster)
        ? []
        : [[cluster, { helmProvider: together(found, "helmProvider"), polls: together(found, "polls") }] as const],
    ),
  );
}

function isKeelItself({ reference }: DeclaredImage): boolean {
  const image = isKnown(reference) ? parseImage(reference.known) : undefined;
  return image !== undefined && /(?:^|\/)keel-?hq\/keel$/.test(image.repository ?? "");
}

/** On where one Keel has it on, off where all have it off. */
function together(found: readonly DeclaredRelease[], name: keyof KeelInstallation): Switch {
  const told = found.flatMap(({ keel, at }) => (keel === null ? [] : [placed(keel[name], at)]));
  const on = told.find((one) => one?.on === true);
  if (on !== undefined) return on;
  return told.includes(null) ? null : { on: false, at: told.flatMap((one) => one?.at ?? []) };
}

function placed(told: Told<boolean>, release: Span): Switch {
  return isKnown(told) ? { on: told.known, at: told.at.length === 0 ? [release] : told.at } : null;
}

/** Without polling Keel acts on push notifications only, whatever the trigger says (keel 0.22.1, cmd/keel/main.go). */
export function withoutPolling(cell: Cell, polls: Switch): Cell {
  if (cell.state !== "open" || polls === null || polls.on) return cell;
  const on = `no push notification reaches Keel, whose polling is switched off; else ${cell.trigger}`;
  return { state: "conditional", note: cell.note, on, at: [...cell.at, ...polls.at] };
}

/** What Keel's Helm provider, where it is shown to be on, makes of `keel:` in the values: it updates what `images` names. */
export function isNamedInValues(
  { images }: KeelMark,
  release: DeclaredRelease,
  image: DeclaredImage | null,
): boolean | null {
  if (images === undefined || !isKnown(images)) return null;
  const names = (path: string, one: DeclaredImage) => path === one.path || path.startsWith(`${one.path}.`);
  return image === null
    ? images.known.some((path) => !release.images.some((one) => names(path, one)))
    : images.known.some((path) => names(path, image));
}
