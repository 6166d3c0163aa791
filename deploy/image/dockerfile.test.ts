import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { config, descriptionOf } from "./description.ts";

test("the Dockerfile makes the image that the script describes", () => {
  const { labels = {} } = descriptionOf({ id: "${REVISION}", at: "" });
  const version = "org.opencontainers.image.version";
  const described = Object.entries({ ...labels, [version]: "${VERSION}" });
  expect(lastStage(readFileSync(join(here, "Dockerfile"), "utf8"))).toEqual([
    ...["base", "node", "holdfast"].map((layer) => `COPY --from=build /layers/${layer}/ /`),
    `USER ${config.User}`,
    ...config.Env.map((variable) => `ENV ${variable}`),
    `ENTRYPOINT ${JSON.stringify(config.Entrypoint)}`,
    "ARG VERSION",
    "ARG REVISION",
    ...described.map(([key, text]) => `LABEL ${key}="${text}"`),
  ]);
});

test("what it takes of a checkout is enough to run the script", () => {
  const checkout = mkdtempSync(join(tmpdir(), "holdfast-image-"));
  onTestFinished(() => rmSync(checkout, { recursive: true }));
  const taken = readFileSync(join(here, "Dockerfile.dockerignore"), "utf8").matchAll(/^!(.+)$/gm);
  // Not what npm makes: it is large, and the script only reads it.
  for (const [, path = ""] of taken) {
    if (!/^(?:dist|node_modules)\b/.test(path)) cpSync(path, join(checkout, path), { recursive: true });
  }
  const script = join(checkout, "deploy/image/main.ts");
  const said = execFileSync(process.execPath, [script, "--help"], { cwd: checkout, encoding: "utf8" });
  expect(said).toContain("--unpack FOLDER");
});

const here = import.meta.dirname;

/** The instructions of the last stage, behind its FROM. */
function lastStage(dockerfile: string): string[] {
  const [, stage = ""] = dockerfile.split(/^FROM scratch$/m);
  return stage.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
