import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that go together with Apache-2.0 in one program. */
const allowed = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"]);

/**
 * The licence texts of the packages that the files belong to. Throws where a package has another licence than
 * those that fit, or ships no licence text.
 */
export function thirdPartyNotices(files: Iterable<string>): string {
  const packages = new Set([...files].map(packageOf).filter((folder) => folder !== null));
  const notices = [...packages].map(notice).toSorted();
  return ["The published holdfast contains these packages, each under its own licence.", ...notices].join(
    `\n\n${"-".repeat(80)}\n\n`,
  );
}

/** The folder of the package that a file was installed with; `null` for the project's own files. */
function packageOf(file: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

function notice(folder: string): string {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const { name, version, license } = manifest;
  if (license === undefined || !allowed.has(license)) {
    throw new Error(`${name} ${version}: the licence "${license}" is not one of ${[...allowed].join(", ")}`);
  }
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) throw new Error(`${name} ${version}: no licence text in ${folder}`);
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}
