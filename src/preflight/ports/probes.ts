import { pointerTo, type Json, type JsonObject, type Pointer } from "../../model/json.ts";
import type { Reason } from "../../model/told.ts";
import { namedPort } from "./declared.ts";
import { isObject, portNumber, textOf, untoldAt, type ContainerPart } from "./pod-parts.ts";
import { nothing, together, type Said, type Sayings } from "./said.ts";

/**
 * The ports that the kubelet asks when it probes a container: something of the pod should answer there. One that is sent to
 * another host says nothing of this one.
 */
export function probed(container: ContainerPart, untold: ReadonlyMap<Pointer, Reason>): Sayings {
  return together(
    ["startupProbe", "livenessProbe", "readinessProbe"].map((kind) => {
      const probe = container.value[kind];
      return isObject(probe) ? probedBy(kind, probe, pointerTo(container.at, kind), container, untold) : nothing;
    }),
  );
}

function probedBy(
  kind: string,
  probe: JsonObject,
  at: Pointer,
  container: ContainerPart,
  untold: ReadonlyMap<Pointer, Reason>,
): Sayings {
  const how = ["httpGet", "tcpSocket", "grpc"].find((each) => isObject(probe[each]));
  const action = how === undefined ? undefined : probe[how];
  if (how === undefined || !isObject(action)) return nothing;
  const pointer = pointerTo(pointerTo(at, how), "port");
  const base = { container: container.name, name: kind, pointer };
  if (!isOfThisHost(textOf(action["host"]) ?? "")) return nothing;
  const hidden = untoldAt(untold, pointer);
  if (hidden !== null) return { said: [], untold: [{ ...base, reason: hidden }] };
  const port = portOfProbe(action["port"], container);
  // Such a probe fails at once, and no other port is meant.
  if (port === null) return nothing;
  const said: Said = { ...base, from: "probe", address: "", port, transport: "tcp" };
  return { said: [said], untold: [] };
}

/** A name first, then a number in quotes [kubernetes v1.36.3, pkg/probe/util.go, ResolveContainerPort]. */
function portOfProbe(port: Json | undefined, container: ContainerPart): number | null {
  return (typeof port === "string" ? namedPort(container, port) : null) ?? portNumber(port);
}

/** Without a host it is the address of the pod [pkg/probe/http/request.go, NewRequestForHTTPGetAction]. */
function isOfThisHost(host: string): boolean {
  return /^(?:|localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|\[::1\]|\$\(\w+\))$/.test(host);
}
