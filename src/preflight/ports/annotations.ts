import { pointerTo, type Pointer } from "../../model/json.ts";
import type { Reason } from "../../model/told.ts";
import { isPlaceholder, redacted } from "./environment.ts";
import { portNumber, textOf, untoldAt, type PodPart } from "./pod-parts.ts";
import { nothing, type Sayings } from "./said.ts";

/** Where Prometheus is told to ask the pod for metrics, by an old habit that many charts keep. */
export function annotated({ annotations, annotationsAt }: PodPart, untold: ReadonlyMap<Pointer, Reason>): Sayings {
  const name = "prometheus.io/port";
  const written = Object.hasOwn(annotations, name) ? textOf(annotations[name]) : null;
  if (written === null || textOf(annotations["prometheus.io/scrape"]) === "false") return nothing;
  const pointer = pointerTo(annotationsAt, name);
  const base = { container: null, name, pointer };
  const hidden = untoldAt(untold, pointer) ?? (isPlaceholder(written) ? redacted : null);
  if (hidden !== null) return { said: [], untold: [{ ...base, reason: hidden }] };
  const port = portNumber(written);
  return port === null
    ? nothing
    : { said: [{ ...base, from: "annotation", address: "", port, transport: "tcp" }], untold: [] };
}
