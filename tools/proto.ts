import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bring } from "./generated.ts";

/**
 * Writes the TypeScript of the .proto files: `proto/*.proto` of a folder below becomes `generated/*_pb.ts` beside it.
 * `--check` writes nothing and fails when a file differs, or is left over.
 */
const root = path.join(import.meta.dirname, "..");
const folders = ["src/outside/cri", "test/system/containerd"];

/** Enums as objects: `enum` is no TypeScript that Node can run by stripping types. */
const plugin = { local: "protoc-gen-es", opt: ["target=ts", "import_extension=ts", "erasable_syntax=true"], out: "." };

for (const folder of folders) {
  const wanted = generate(path.join(root, folder, "proto"));
  bring(`${folder}/generated`, wanted, { is: "what the .proto files say", run: "npm run proto" });
}

function generate(protos: string): ReadonlyMap<string, string> {
  const output = mkdtempSync(path.join(tmpdir(), "holdfast-proto-"));
  try {
    const template = JSON.stringify({ version: "v2", plugins: [plugin] });
    execFileSync("buf", ["generate", protos, "--template", template, "--output", output], { stdio: "inherit" });
    return new Map(readdirSync(output).map((name) => [name, readFileSync(path.join(output, name), "utf8")]));
  } finally {
    rmSync(output, { recursive: true });
  }
}
