import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { git } from "../../../test/builders/git-copy.ts";
import {
  removeFolder,
  repositoryFolder,
  writeInside,
  type FolderFiles,
} from "../../../test/builders/repository-folder.ts";
import { directoryTree } from "./directory.ts";
import { revisionTree } from "./revision.ts";

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));

function repository(files: FolderFiles, links: Readonly<Record<string, string>> = {}): string {
  const root = repositoryFolder(files);
  folders.push(root);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  git(root, "init", "-q");
  commit(root);
  return root;
}

function commit(root: string): void {
  git(root, "add", "--all");
  git(root, "commit", "-q", "-m", "eve");
}

test("submodules and nested repositories are problems, and no entries", () => {
  const root = repository({ "main.tf": "" });
  for (const path of ["modules/added", "vendor/beside", "modules/empty"]) {
    writeInside(root, `${path}/main.tf`, "");
    git(join(root, path), "init", "-q");
    commit(join(root, path));
  }
  git(root, "add", "--no-warn-embedded-repo", "modules");
  git(root, "commit", "-q", "-m", "submodules");
  removeFolder(join(root, "modules/empty"));
  mkdirSync(join(root, "modules/empty"));
  writeInside(root, ".terraform/modules/x/main.tf", "");
  git(join(root, ".terraform/modules/x"), "init", "-q");
  const tree = directoryTree(root);
  expect(tree.entries().map(({ path }) => path)).toEqual(["main.tf"]);
  expect(tree.problems).toEqual(
    ["vendor/beside", "modules/added", "modules/empty"].map((path) => ({
      code: "READ009",
      path,
      text: "a git submodule or nested repository: not read",
    })),
  );
});

test("a revision reads links as the directory does", () => {
  const root = repository(
    { "shared/values.yaml": "replicas: 1\n", "shared/note": "x", "stacks/a/main.tf": "" },
    {
      "stacks/a/values.yaml": "../../shared/values.yaml",
      "stacks/a/again.yaml": "values.yaml",
      "stacks/a/folder": "../../shared",
      "stacks/a/through.yaml": "folder/./values.yaml",
      "stacks/a/nowhere.yaml": "missing.yaml",
      "stacks/a/circle.yaml": "circle.yaml",
      "stacks/a/out.yaml": "../../../../../etc/hostname",
      "stacks/a/absolute.yaml": "/etc/hostname",
    },
  );
  const now = directoryTree(root);
  const then = revisionTree(root, "HEAD");
  if ("failure" in then) throw new Error(then.failure);
  const read = (tree: typeof now | typeof then) =>
    tree.entries().map(({ path, size, unreadable }) => {
      const bytes = tree.read(path);
      return `${path} ${size} ${unreadable?.code ?? ("code" in bytes ? bytes.code : Buffer.from(bytes).toString().trim())}`;
    });
  expect(read(then)).toEqual(read(now));
  expect(read(then)).toMatchInlineSnapshot(`
    [
      "shared/note 1 x",
      "shared/values.yaml 12 replicas: 1",
      "stacks/a/absolute.yaml 0 READ005",
      "stacks/a/again.yaml 12 replicas: 1",
      "stacks/a/circle.yaml 0 READ005",
      "stacks/a/main.tf 0 ",
      "stacks/a/nowhere.yaml 0 READ005",
      "stacks/a/out.yaml 0 READ005",
      "stacks/a/through.yaml 12 replicas: 1",
      "stacks/a/values.yaml 12 replicas: 1",
    ]
  `);
});

test("a link of a revision is not followed out of the directory that is audited", () => {
  const root = repository({ "secret.yaml": "a: 1", "stack/main.tf": "" }, { "stack/link.yaml": "../secret.yaml" });
  const tree = revisionTree(join(root, "stack"), "HEAD");
  if ("failure" in tree) throw new Error(tree.failure);
  expect(tree.read("link.yaml")).toEqual({
    code: "READ005",
    text: "a link that leaves the revision or loops: not followed",
  });
});
