import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that go together with Apache-2.0 in one program. */
const allowed = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"]);

/**
 * The licence texts of the packages that the files belong to; where a package ships none, what the bundled files of it
 * say at their top, which the bundle itself leaves out. Throws where a package has another licence than those that fit,
 * or has no licence text at all.
 */
export function thirdPartyNotices(files: Iterable<string>): string {
  const packages = Map.groupBy(files, packageOf);
  const notices = [...packages].flatMap(([folder, own]) => (folder === null ? [] : [notice(folder, own)])).toSorted();
  return ["The published holdfast contains these packages, each under its own licence.", ...notices].join(
    `\n\n${"-".repeat(80)}\n\n`,
  );
}

/** The folder of the package that a file was installed with; `null` for the project's own files. */
function packageOf(file: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

function notice(folder: string, files: readonly string[]): string {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const { name, version, license } = manifest;
  if (license === undefined || !licencesIn(license).every((each) => allowed.has(each))) {
    throw new Error(`${name} ${version}: the licence "${license}" is not one of ${[...allowed].join(", ")}`);
  }
  const shipped = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  const texts = shipped.length > 0 ? shipped : [...new Set(files.flatMap(licenceHeader))].toSorted();
  if (texts.length === 0) throw new Error(`${name} ${version}: no licence text in ${folder}`);
  return [`${name} ${version} (${licencesIn(license).join(" and ")})`, ...texts].join("\n\n");
}

/** Of "MIT", or of "(Apache-2.0 AND BSD-3-Clause)", where all of them hold. */
function licencesIn(expression: string): string[] {
  return expression.replace(/^\((.*)\)$/, "$1").split(" AND ");
}

/** The comment lines at the top of a file, where they name a copyright. */
function licenceHeader(file: string): string[] {
  const [header = ""] = /^(?:\/\/.*\n)*/.exec(readFileSync(file, "utf8")) ?? [];
  return header.startsWith("// Copyright") ? [header.replaceAll(/^\/\/ ?/gm, "").trim()] : [];
}
