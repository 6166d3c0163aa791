import type { Transport } from "../../model/ledger.ts";
import type { BindAddress, UntoldPort } from "../../model/port-claim.ts";
import type { Pointer } from "../../model/json.ts";
import type { Reason } from "../../model/told.ts";
import type { CommandLine, Word } from "./command-line.ts";
import { endpointOf, type Endpoint } from "./endpoint.ts";
import type { Environment } from "./environment.ts";
import { isOf, isOfUdp, listensBy, partsOf, subjectOf, switchOf, type Listens } from "./listening-names.ts";
import type { Said, Sayings } from "./said.ts";

/** A flag with its value, or a variable. */
export interface Setting {
  /** As it is written, with its dashes. */
  readonly name: string;
  readonly value: string;
  readonly missing: Reason | null;
  readonly pointer: Pointer;
}

/** What names of a known program mean, in parts joined by `-`, where they say it to nobody else. */
export type OwnNames = ReadonlyMap<string, OwnName>;

export interface OwnName {
  readonly listens: Listens;
  readonly transport?: Transport;
  /** Where it listens, as the value has only the port. */
  readonly address?: BindAddress;
}

/**
 * The flags on a command line: `--flag=value`, `-flag value`. A word that begins with a dash is no value, and what stands behind
 * a flag without one is taken for its value: for a flag that says where to listen it is.
 */
export function flagsOf({ words }: CommandLine): readonly Setting[] {
  return words.flatMap((word, index): Setting[] => {
    const [, name, separator, value = ""] = flag.exec(word.text) ?? [];
    if (name === undefined) return [];
    if (separator === "=") return [{ name, value, missing: word.missing, pointer: word.pointer }];
    const next: Word | undefined = words[index + 1];
    if (next === undefined || next.text.startsWith("-"))
      return [{ name, value: "", missing: null, pointer: word.pointer }];
    return [{ name, value: next.text, missing: word.missing ?? next.missing, pointer: next.pointer }];
  });
}

const flag = /^(-{1,2}[A-Za-z][\w.-]{0,100})(?:(=)([^]*))?$/;

/** Variables as settings. `ADDRESS` and `ADDR` alone are of a CSI driver's socket, or of what is dialled. */
export function variablesOf({ variables }: Environment): readonly Setting[] {
  return [...variables.values()]
    .filter(({ name }) => !/^addr(?:ess)?$/i.test(name) && name.length <= 200)
    .map(({ name, value, pointer }) => {
      const told = "known" in value;
      return { name, value: told ? value.known : "", missing: told ? null : value.unknown, pointer };
    });
}

/** What settings of a container say of where it listens. The last one of a name counts, but for those that may be repeated. */
export function listenersOf(
  settings: readonly Setting[],
  from: "argument" | "environment",
  container: string,
  own: OwnNames,
): Sayings {
  const off = switchedOff(settings);
  const told = settings
    .map((setting) => listenerOf(setting, own))
    .filter((each) => each !== null)
    .filter(({ parts }) => !off.some((subject) => isOf(subject, parts)));
  const last = new Map<string, Listener>();
  for (const each of told) last.set(isRepeatable(each.parts) ? `${each.name} ${last.size}` : each.name, each);
  const listeners = [...last.values()];
  const addresses = new Map<string, BindAddress>();
  for (const { subject, endpoints } of listeners)
    for (const { address, port } of endpoints) if (port === null) addresses.set(subject, address);
  const said = listeners.flatMap(({ name, pointer, subject, endpoints, transport, fixed }) =>
    endpoints.flatMap((endpoint): Said[] => {
      if (endpoint.port === null) return [];
      const address = endpoint.address === "" ? (fixed ?? addressFor(subject, addresses)) : endpoint.address;
      return [
        { from, container, name, pointer, address, port: endpoint.port, transport: endpoint.transport ?? transport },
      ];
    }),
  );
  return { said, untold: listeners.flatMap(({ untold }) => (untold === null ? [] : [{ ...untold, container }])) };
}

/** What is told not to be served at all, whatever its port: `ENABLE_METRICS=false`, `--disable-pprof=true`. */
function switchedOff(settings: readonly Setting[]): readonly string[] {
  return settings.flatMap(({ name, value, missing }) => {
    const found = missing === null && /^(?:true|false)$/i.test(value) ? switchOf(partsOf(name)) : null;
    return found === null || found.on === value.toLowerCase() ? [] : [found.subject];
  });
}

interface Listener extends Pick<Setting, "name" | "pointer"> {
  readonly parts: readonly string[];
  readonly subject: string;
  readonly endpoints: readonly Endpoint[];
  readonly transport: Transport | null;
  readonly fixed: BindAddress | undefined;
  readonly untold: UntoldPort | null;
}

function listenerOf({ name, value, missing, pointer }: Setting, own: OwnNames): Listener | null {
  const parts = partsOf(name);
  const known = own.get(parts.join("-"));
  const listens = known === undefined ? listensBy(parts) : known.listens;
  if (listens === null) return null;
  const subject = subjectOf(parts);
  const transport = known?.transport ?? (isOfUdp(parts) ? "udp" : null);
  const base = { name, pointer, parts, subject, transport, fixed: known?.address };
  const texts = value.split(",", mostEndpoints);
  const read = texts.map((text) => endpointOf(text));
  const endpoints = read.filter((each) => each !== null && each !== "none");
  const isUnread = missing !== null || read.includes(null);
  if (!isUnread) return { ...base, endpoints, untold: null };
  const reason = missing ?? notUnderstood;
  return {
    ...base,
    endpoints: missing === null ? endpoints : [],
    untold: { container: null, name, pointer, reason },
  };
}

/** More than a program has. */
const mostEndpoints = 64;
const notUnderstood: Reason = { code: "not-understood", text: "its value is no address and no port", at: [] };

/** `--web.listen-address` and the URLs of etcd are given once for each address. */
function isRepeatable(parts: readonly string[]): boolean {
  return parts.includes("listen");
}

/** The port of a program's main listener goes with its bare `--bind-address`. */
function addressFor(subject: string, addresses: ReadonlyMap<string, BindAddress>): BindAddress {
  const own = addresses.get(subject);
  if (own !== undefined) return own;
  return mainSubjects.has(subject) ? (addresses.get("") ?? "") : "";
}

const mainSubjects: ReadonlySet<string> = new Set(["", "http", "https", "insecure", "secure"]);
