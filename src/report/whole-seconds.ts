/** ISO 8601 in UTC without a fraction, as Kubernetes writes its times. */
export function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
