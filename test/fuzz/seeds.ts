import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { named } from "./judge-input.ts";
import type { Files } from "./mutations.ts";

const example = join(import.meta.dirname, "../../examples/homelab");

/** What inputs are made from: the example, and files such as a person names. */
export function seedFiles(): Files {
  const files: Files = new Map();
  for (const entry of readdirSync(example, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(relative(example, full).split(sep).join("/"), Uint8Array.from(readFileSync(full)));
  }
  const state = files.get("stacks/nfs-csi/terraform.tfstate");
  if (state !== undefined) files.set(named.state, state);
  files.set(named.plan, new TextEncoder().encode(JSON.stringify(plan)));
  files.set(
    named.baseline,
    new TextEncoder().encode(
      JSON.stringify({ version: 1, findings: [{ fingerprint: "a", rule: "HELM001", path: "a", subject: "a" }] }),
    ),
  );
  return files;
}

const release = {
  address: "helm_release.csi_driver_nfs",
  mode: "managed",
  type: "helm_release",
  values: { name: "csi-driver-nfs", version: "4.13.1" },
};
const data = { address: "data.aws_region.current", mode: "data", type: "aws_region", values: { name: "eu-central-1" } };
const plan = {
  format_version: "1.2",
  variables: { chart_version: { value: "4.13.1" } },
  planned_values: { root_module: { resources: [release], child_modules: [{ resources: [release] }] } },
  prior_state: { values: { root_module: { resources: [data] } } },
};
