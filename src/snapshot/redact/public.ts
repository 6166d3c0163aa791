import { textOf } from "./placeholder.ts";

/** Whether a text is what everybody may know by its key and its form: an object's identity, a time, an authority. */
export function isPublic(key: string, value: string): boolean {
  return identities.has(key) ? identity.test(value) : key === "caBundle" && isCertificates(value);
}

// Half of a cluster's texts: they are unique, and none is free to hold anything.
const identities: ReadonlySet<string> = new Set(
  [
    "name namespace generateName uid resourceVersion apiVersion kind nodeName hostname ip podIP hostIP",
    "creationTimestamp deletionTimestamp lastTransitionTime lastProbeTime lastUpdateTime lastHeartbeatTime",
    "firstTimestamp lastTimestamp eventTime renewTime acquireTime startTime startedAt finishedAt completionTime time",
  ].flatMap((keys) => keys.split(" ")),
);
const identity = /^[\w.:+/-]{1,253}$/;

/** Of authorities alone. */
function isCertificates(base64: string): boolean {
  const text = textOf(base64);
  return text !== null && text.startsWith("-----BEGIN CERTIFICATE-----") && !text.includes("PRIVATE");
}
