import { parse } from "yaml";
import { readNamed } from "../../outside/files/read.ts";
import { Failure } from "../failure.ts";

/** The texts of files of values, each of which is a mapping. */
export function valuesOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const read = readNamed(path);
    if ("failure" in read)
      throw new Failure(
        "PRE005",
        `the values file ${path} cannot be read (${read.failure})`,
        "Name a file of YAML or JSON.",
      );
    const value = yamlOf(read.text, path);
    if (value !== null && (typeof value !== "object" || Array.isArray(value)))
      throw new Failure("PRE005", `the values file ${path} is no mapping`, "Write values as key: value.");
    return read.text;
  });
}

function yamlOf(text: string, path: string): unknown {
  try {
    return parse(text, { version: "1.1", merge: true, uniqueKeys: false, maxAliasCount: 1000, logLevel: "error" });
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : "").split("\n");
    throw new Failure("PRE005", `the values file ${path} is no YAML (${line})`, "Mend it; helm would refuse it too.", {
      cause: error,
    });
  }
}
