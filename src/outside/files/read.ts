import { readFileSync, statSync } from "node:fs";

/** The text of a file that the person named; a failure text where it cannot be read. UTF-8, 64 MiB at most. */
export function readNamed(path: string): { readonly text: string } | { readonly failure: string } {
  try {
    const { size } = statSync(path);
    if (size > maximumSize) return { failure: `${size} bytes is over the cap of ${maximumSize}` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { failure: "no such file" };
    return { failure: error instanceof Error ? error.message : "could not be read" };
  }
}

const maximumSize = 64 * 1024 * 1024;

/** What stands at a path, links followed. */
export function kindOf(path: string): "directory" | "file" | "other" | "missing" | "unreadable" {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return "directory";
    return status.isFile() ? "file" : "other";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "missing" : "unreadable";
  }
}
