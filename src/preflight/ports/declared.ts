import { pointerTo, type Pointer } from "../../model/json.ts";
import type { Transport } from "../../model/ledger.ts";
import type { Reason } from "../../model/told.ts";
import { bindAddress } from "./endpoint.ts";
import { isObject, listOf, portNumber, textOf, untoldAt, type ContainerPart } from "./pod-parts.ts";
import type { Sayings } from "./said.ts";

/**
 * The ports that a container declares. With host network a container port without a host port is one, as the API server writes
 * it into the pod and not into the template [kubernetes v1.36.3, pkg/apis/core/v1/defaults.go, SetDefaults_Pod]. `hostIP` is
 * only for the scheduler and for CNI: where the process listens it does not say.
 */
export function declared(
  { name, value, at }: ContainerPart,
  hostNetwork: boolean,
  untold: ReadonlyMap<Pointer, Reason>,
): Sayings {
  const read = listOf(value, at, "ports").map(([port, pointer]) => {
    const key =
      port["hostPort"] === undefined || port["hostPort"] === null || port["hostPort"] === 0 ? null : "hostPort";
    if (key === null && !hostNetwork) return null;
    const place = pointerTo(pointer, key ?? "containerPort");
    const base = { container: name, name: "ports", pointer: place };
    const number = portNumber(port[key ?? "containerPort"]);
    const reason = untoldAt(untold, place) ?? (number === null ? noPort : null);
    if (reason !== null || number === null) return { ...base, reason: reason ?? noPort };
    const hostIp = textOf(port["hostIP"]) ?? "";
    const address = hostNetwork || hostIp === "" ? "" : bindAddress(hostIp);
    const from = key === null ? ("defaulted" as const) : ("declared" as const);
    return { ...base, from, address, port: number, transport: transportOf(textOf(port["protocol"])) };
  });
  const told = read.filter((each) => each !== null);
  return {
    said: told.filter((each) => "port" in each),
    untold: told.filter((each) => "reason" in each),
  };
}

const noPort: Reason = { code: "not-understood", text: "it is no port", at: [] };

function transportOf(protocol: string | null): Transport {
  if (protocol === "UDP") return "udp";
  return protocol === "SCTP" ? "sctp" : "tcp";
}

/** The port that a name stands for in the same container: names of others are not looked at [pkg/probe/util.go, ResolveContainerPort]. */
export function namedPort({ value, at }: ContainerPart, name: string): number | null {
  const found = listOf(value, at, "ports").find(([port]) => isObject(port) && port["name"] === name);
  return found === undefined ? null : portNumber(found[0]["containerPort"]);
}
