import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { apparmorProfiles } from "./apparmor-profiles.ts";

test("profiles by their names, of those who are there and confined", () => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-profiles-"));
  const files = {
    "7/attr/apparmor/current": "cri-containerd.apparmor.d (enforce)\n",
    "7/attr/current": "another module's\n",
    "8/attr/current": "runc (unconfined)\n\0",
    "9/attr/current": "unconfined\n",
    "10/attr/current": "",
    "11/attr/current": "of somebody else (enforce)\n",
  };
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, "proc", file)), { recursive: true });
      writeFileSync(join(root, "proc", file), text);
    }
    expect(apparmorProfiles(root, [7, 8, 9, 10, 77])).toEqual(new Set(["cri-containerd.apparmor.d", "runc"]));
  } finally {
    rmSync(root, { recursive: true });
  }
});
