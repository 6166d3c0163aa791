import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "./packages.ts";

/** A package of Debian, unpacked and not installed. */
export interface UnpackedPackage {
  readonly name: string;
  readonly version: string;
  /** Its control file. */
  readonly control: string;
  /** The folder that has its files. */
  readonly files: string;
}

/**
 * Fetches the newest version that the suite has of each package, and unpacks it. apt checks their hashes by the signed
 * index; it keeps what it needs in `work`, so this needs no root and changes nothing of the machine.
 *
 * @param sources a file in the form of sources.list (or .sources), instead of the machine's own
 */
export function fetchPackages(names: readonly string[], work: string, sources: string | null): UnpackedPackage[] {
  const apt = [...privateApt(resolve(work)), ...(sources === null ? [] : sourcesOnly(sources))];
  const archives = emptyFolder(join(work, "archives"));
  try {
    run("apt-get", [...apt, "--quiet=2", "update"]);
    run("apt-get", [...apt, "--quiet=2", "download", ...names], archives);
  } catch (cause) {
    const where = sources ?? "/etc/apt";
    throw new Error(`packages of Debian's ${suite} could not be fetched: ${where} has to name it`, { cause });
  }
  return unpack(names, archives, emptyFolder(join(work, "packages")));
}

function unpack(names: readonly string[], archives: string, to: string): UnpackedPackage[] {
  const found = readdirSync(archives).map((file) => {
    const archive = join(archives, file);
    const control = run("dpkg-deb", ["--field", archive]);
    const field = (key: string): string => new RegExp(`^${key}: (.*)$`, "m").exec(control)?.[1] ?? "";
    const name = field("Package");
    const files = join(to, name);
    run("dpkg-deb", ["--extract", archive, files]);
    return { name, version: field("Version"), control, files };
  });
  return names.map((name) => {
    const unpacked = found.find((each) => each.name === name);
    if (unpacked === undefined) throw new Error(`apt-get download brought no ${name}`);
    return unpacked;
  });
}

/** An apt of its own: nothing is installed, and only Debian's suite can be chosen (apt_preferences(5)). */
function privateApt(work: string): string[] {
  for (const folder of ["state/lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const [installed, preferences] = [join(work, "installed"), join(work, "preferences")];
  writeFileSync(installed, "");
  const pins = [pin(`o=Debian, n=${suite}*`, 500), pin("o=*", -1)];
  writeFileSync(preferences, pins.join("\n"));
  return [
    ...set("APT::Architecture", "amd64"),
    ...set("APT::Architectures", "amd64"),
    // Root is not given up for a user who may not see these folders.
    ...set("APT::Sandbox::User", "root"),
    ...set("Acquire::Languages", "none"),
    ...set("Dir::State", join(work, "state")),
    ...set("Dir::State::status", installed),
    ...set("Dir::Cache", join(work, "cache")),
    ...set("Dir::Etc::Preferences", preferences),
    ...set("Dir::Etc::PreferencesParts", "/dev/null"),
  ];
}

function sourcesOnly(file: string): string[] {
  return [...set("Dir::Etc::SourceList", resolve(file)), ...set("Dir::Etc::SourceParts", "/dev/null")];
}

function set(option: string, value: string): string[] {
  return ["--option", `${option}=${value}`];
}

function pin(release: string, priority: number): string {
  return `Package: *\nPin: release ${release}\nPin-Priority: ${priority}\n`;
}

function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

function run(program: string, args: readonly string[], cwd = "."): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
