import type { Transport } from "../../model/ledger.ts";
import type { BindAddress } from "../../model/port-claim.ts";
import type { OwnName, OwnNames, Setting } from "./arguments.ts";
import type { CommandLine } from "./command-line.ts";
import { partsOf } from "./listening-names.ts";
import { programs } from "./programs.ts";
import type { Said } from "./said.ts";

/** What a program listens on when nobody tells it to, or tells it in a file. Each was read in its source. */
export interface Program {
  /** How its image's name ends: in whole parts (`sig-storage/livenessprobe`), or in any of them after `*`. */
  readonly images: readonly string[];
  /** A word that its command line has, where one image holds several programs. */
  readonly word?: string;
  /** `repository commit, file`: where the defaults were read. */
  readonly source: string;
  readonly defaults: readonly DefaultPort[];
  /** Names of its own flags and variables, in parts joined by `-`. */
  readonly own?: Readonly<Record<string, OwnName>>;
}

export interface DefaultPort {
  readonly port: number;
  readonly transport?: Transport;
  /** Not given: everywhere. */
  readonly address?: BindAddress;
  /** Flags and variables that say another port, or none: given, the default is not. */
  readonly unless?: readonly string[];
  /** A flag or a variable that has to have one of these values; a flag without a value has `true`. */
  readonly only?: { readonly name: string; readonly is: readonly string[] };
  /** Has one of these values: it is switched off. */
  readonly off?: { readonly name: string; readonly is: readonly string[] };
  /** The flag that tells the address alone. */
  readonly addressBy?: string;
}

/** The programs that a container may be, by its image and its command line. */
export function programsOf(image: string, { words }: CommandLine): readonly Program[] {
  const name = nameOf(image);
  return programs.filter(
    ({ images, word }) =>
      images.some((ending) => endsIn(name, ending)) &&
      (word === undefined || words.some(({ text }) => text === word || text.endsWith(`/${word}`))),
  );
}

/** `*-x`: its last part ends so. */
function endsIn(name: string, ending: string): boolean {
  return ending.startsWith("*") ? name.endsWith(ending.slice(1)) : name === ending || name.endsWith(`/${ending}`);
}

/** Without tag and digest. */
function nameOf(image: string): string {
  const name = image.slice(0, 1000).replace(/@.*$/, "");
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}

export function ownNamesOf(found: readonly Program[]): OwnNames {
  return new Map(found.flatMap(({ own }) => Object.entries(own ?? {})));
}

/** The ports that a program listens on though nothing in the pod says so. */
export function defaultsOf(
  found: readonly Program[],
  settings: readonly Setting[],
  container: string,
  pointer: string,
): readonly Said[] {
  const given = new Map(settings.map((setting) => [partsOf(setting.name).join("-"), setting]));
  const has = ({ name, is }: { readonly name: string; readonly is: readonly string[] }) => {
    const setting = given.get(name);
    return setting !== undefined && setting.missing === null && is.includes(setting.value.toLowerCase() || "true");
  };
  return found.flatMap(({ defaults, source }) =>
    defaults
      .filter(({ unless = [], only, off }) => {
        if (unless.some((name) => given.has(name))) return false;
        return (only === undefined || has(only)) && (off === undefined || !has(off));
      })
      .map(({ port, transport = "tcp", address = "*", addressBy }): Said => {
        const own = addressBy === undefined ? undefined : given.get(addressBy)?.value;
        return {
          from: "image",
          container,
          name: source,
          pointer,
          address: own === "127.0.0.1" || own === "::1" ? own : address,
          port,
          transport,
        };
      }),
  );
}
