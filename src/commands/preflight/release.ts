import { nearest } from "../../config/nearest.ts";
import type { ClusterObject, ClusterObjects } from "../../model/cluster-objects.ts";
import { isJsonObject } from "../../model/json.ts";
import type { RecordedRelease } from "../../model/recorded-release.ts";
import type { ObjectReference, RunningRelease } from "../../model/running-cluster.ts";
import { isKnown } from "../../model/told.ts";
import { openRelease, releasesInStorage } from "../../snapshot/read/helm-storage.ts";
import { Failure } from "../failure.ts";

/** The release that is meant by `name` or `namespace/name`, as the newest revision that was deployed has it. */
export function releaseOf(objects: ClusterObjects, named: string, namespace: string | undefined): RecordedRelease {
  const storage = { secrets: listOf(objects, "secrets"), configMaps: listOf(objects, "configmaps") };
  const { releases, unparsed } = releasesInStorage(storage, objects.source);
  const chosen = chosenRelease(releases, named, namespace, unparsed);
  const record = (chosen.deployed ?? chosen.newest).record;
  const found = (record.kind === "Secret" ? storage.secrets : storage.configMaps).find((one) => isAt(one, record));
  const opened = found === undefined ? null : openRelease(found, objects.source);
  if (opened !== null && isKnown(opened)) return opened.known;
  const why = opened === null ? "it is not there" : opened.unknown.text;
  throw new Failure(
    "RELEASE001",
    `Helm's record of ${chosen.namespace}/${chosen.name}, the ${record.kind} ${record.namespace}/${record.name}, could not be read: ${why}`,
    "Look at it with helm get all; a snapshot that was cut is recorded anew.",
  );
}

function listOf(objects: ClusterObjects, resource: string): readonly ClusterObject[] {
  const told = objects.of({ group: "", resource });
  if (isKnown(told)) return told.known.objects;
  throw new Failure(
    "CLUSTER001",
    `Helm's records in ${resource} are not told: ${told.unknown.text}`,
    told.unknown.supply === undefined ? "Record the snapshot with the right to list them." : `${told.unknown.supply}.`,
  );
}

function isAt({ object }: ClusterObject, { namespace, name }: ObjectReference): boolean {
  const metadata = isJsonObject(object) ? object["metadata"] : null;
  return isJsonObject(metadata) && metadata["namespace"] === namespace && metadata["name"] === name;
}

function chosenRelease(
  releases: readonly RunningRelease[],
  named: string,
  namespace: string | undefined,
  unparsed: number,
): RunningRelease {
  const slash = named.indexOf("/");
  const [space, name] = slash === -1 ? [namespace, named] : [named.slice(0, slash), named.slice(slash + 1)];
  const found = releases.filter((each) => each.name === name && (space === undefined || each.namespace === space));
  const [only, ...more] = found;
  if (only === undefined) {
    const names = releases.map((each) => `${each.namespace}/${each.name}`);
    const like = nearest(space === undefined ? name : `${space}/${name}`, names);
    const records = unparsed === 0 ? "" : ` (${unparsed} of Helm's records could not be read)`;
    throw new Failure(
      "PRE001",
      `the cluster has no release ${named}${records}`,
      like.length === 0
        ? "It has none that can be read."
        : `Name one that it has: ${like.join(", ")}${names.length > like.length ? ", …" : ""}.`,
    );
  }
  if (more.length > 0) {
    const names = found.map((each) => `${each.namespace}/${each.name}`);
    throw new Failure(
      "PRE002",
      `the cluster has ${found.length} releases ${name}`,
      `Name one of them: ${names.join(", ")}.`,
    );
  }
  return only;
}
