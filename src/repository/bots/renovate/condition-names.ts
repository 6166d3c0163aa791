/** Names of conditions in older configurations, and what they are called today. */
export const renamedConditions = new Map([
  ["packageNames", "matchPackageNames"],
  ["packagePatterns", "matchPackagePatterns"],
  ["depTypeList", "matchDepTypes"],
  ["managers", "matchManagers"],
  ["datasources", "matchDatasources"],
  ["updateTypes", "matchUpdateTypes"],
  ["paths", "matchFileNames"],
  ["matchPaths", "matchFileNames"],
  ["matchFiles", "matchFileNames"],
]);

/** Conditions on the package's name, and the pattern that each of their texts stands for. */
export const nameConditions = new Map<string, (text: string) => string>([
  ["matchPackageNames", (text) => text],
  ["matchDepNames", (text) => text],
  ["matchPackagePatterns", (text) => (text === "*" ? text : `/${text}/`)],
  ["matchDepPatterns", (text) => (text === "*" ? text : `/${text}/`)],
  ["matchPackagePrefixes", startsWith],
  ["matchDepPrefixes", startsWith],
  ["excludePackageNames", (text) => `!${text}`],
  ["excludeDepNames", (text) => `!${text}`],
  ["excludePackagePatterns", (text) => `!/${text}/`],
  ["excludePackagePrefixes", (text) => `!${startsWith(text)}`],
  ["excludeDepPatterns", (text) => `!/${text}/`],
  ["excludeDepPrefixes", (text) => `!${startsWith(text)}`],
]);

/** Conditions that are plain lists of texts, and what each narrows. */
export const listConditions = new Map<string, ListField>([
  ["matchManagers", "managers"],
  ["matchDatasources", "datasources"],
  ["matchUpdateTypes", "updateTypes"],
  ["matchFileNames", "files"],
  ["matchDepTypes", "depTypes"],
]);

type ListField = "managers" | "datasources" | "updateTypes" | "files" | "depTypes";

function startsWith(text: string): string {
  return `/^${escaped(text)}/`;
}

/** A text as a pattern that finds it literally. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^$()|[\]{}\\]/g, String.raw`\$&`);
}
