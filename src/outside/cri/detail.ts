import * as z from "zod";
import type { PortMapping, SandboxDetail, Transport } from "../../model/ledger.ts";
import { NamespaceMode } from "./generated/cri_pb.ts";
import type { PodSandboxStatusResponse } from "./generated/cri_pb.ts";
import { NotTold } from "./not-told.ts";

/**
 * The fields of a verbose status that are read. The rest (environment, arguments and annotations of the pod) may hold
 * secrets: it is not kept, and no error names a part of it. Throws {@link NotTold}.
 *
 * `info["info"]` is JSON of containerd (SandboxInfo, 1.6 to 2.4): CRI's messages as Go writes them, so enums are
 * numbers and zeros are left out. A sandbox whose shim is gone has pid 0 and no `config`, or no text at all. CRI-O
 * tells the pid only.
 */
export function detailOf({ status, info }: PodSandboxStatusResponse): SandboxDetail {
  const { pid, runtimeType, config } = read(Object.hasOwn(info, "info") ? (info["info"] ?? "") : "");
  return {
    pid: pid || null,
    cgroupParent: config?.linux?.cgroup_parent || null,
    hostNetwork: isHost(status?.linux?.namespaces?.options?.network),
    portMappings: config ? withHostPort(config.port_mappings ?? []) : null,
    runtimeType: runtimeType || null,
  };
}

const port = z.int().min(0).max(65_535).default(0);
const portMapping = z.object({
  protocol: z.int().default(0),
  container_port: port,
  host_port: port,
  host_ip: z.string().default(""),
});
const verbose = z.object({
  pid: z.int().min(0).default(0),
  runtimeType: z.string().default(""),
  config: z
    .object({
      port_mappings: z.array(portMapping).nullish(),
      linux: z.object({ cgroup_parent: z.string().default("") }).nullish(),
    })
    .nullish(),
});

function read(text: string): z.infer<typeof verbose> {
  if (text === "") return verbose.parse({});
  try {
    return verbose.parse(JSON.parse(text));
  } catch {
    // The error itself quotes what it could not read.
    const said = "the verbose status of a sandbox does not have the form that is known of containerd and CRI-O";
    throw new NotTold("not-understood", said, { supply: "report the runtime and its version" });
  }
}

/** A number without a name here, or no number because the status has no such part: not told. */
function isHost(network: number | undefined): boolean | null {
  if (network === NamespaceMode.NODE) return true;
  return network === NamespaceMode.POD ? false : null;
}

/** CRI's Protocol. */
const transports: readonly Transport[] = ["tcp", "udp", "sctp"];

function withHostPort(mappings: readonly z.infer<typeof portMapping>[]): readonly PortMapping[] | null {
  const told: PortMapping[] = [];
  for (const { protocol, container_port: containerPort, host_port: hostPort, host_ip: hostIp } of mappings) {
    const transport = transports[protocol];
    if (transport === undefined) return null;
    if (hostPort > 0) told.push({ protocol: transport, containerPort, hostPort, hostIp });
  }
  return told;
}
