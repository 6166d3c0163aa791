import type { AuditReport, ReportEvidence } from "./audit-report.ts";
import type { Style } from "./style.ts";

type Place = AuditReport["rows"][number]["place"];
type ReportObject = NonNullable<Place["object"]>;

/** `path:line`, as editors and terminals follow it; `Deployment shop/web` where it is an object of a cluster. */
export function placeText(place: Place, style: Style): string {
  if (place.object !== undefined) return style.text(objectName(place.object));
  return `${style.text(place.path)}:${place.line}`;
}

/** From the place of use to the origin: `stacks/x/main.tf:4`, `variables.tf:2 (root variable default)`. */
export function chain(evidence: readonly ReportEvidence[], style: Style): readonly string[] {
  return evidence.map((entry, index) => {
    if (entry.object !== undefined) return style.text(versionedName(entry.object));
    const before = evidence[index - 1];
    const path =
      before !== undefined && folderOf(before.path) === folderOf(entry.path) ? baseOf(entry.path) : entry.path;
    return `${style.text(path)}:${entry.line}${entry.role === undefined ? "" : ` (${style.text(entry.role)})`}`;
  });
}

/** `Deployment shop/web`. */
export function objectName({ kind, namespace, name }: ReportObject): string {
  return `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
}

/** `Deployment shop/web (resourceVersion 1182733, home.snapshot)`: what it takes to look at the very same again. */
export function objectText(object: ReportObject): string {
  const { resourceVersion, source } = object;
  const version = resourceVersion === null ? "" : `resourceVersion ${resourceVersion}, `;
  return `${objectName(object)} (${version}${source})`;
}

/** Without the source, which the report names once. */
function versionedName(object: ReportObject): string {
  const { resourceVersion } = object;
  return resourceVersion === null ? objectName(object) : `${objectName(object)} (resourceVersion ${resourceVersion})`;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
