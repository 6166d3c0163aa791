import * as z from "zod";
import type { DeployedRelease, DeployedSource } from "../../model/deployed.ts";
import { parseJson, resourcesIn } from "./shown-json.ts";

const attributes = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  chart: z.string().nullish(),
  version: z.string().nullish(),
});
type Attributes = z.infer<typeof attributes>;

/** Only the fields that are used; other resources are passed over before they are looked into. */
const stateFile = z.object({
  version: z.literal(4),
  serial: z.number().optional(),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({ index_key: z.union([z.string(), z.number()]).optional(), attributes: z.unknown() }),
      ),
    }),
  ),
});

const shownModule = z.object({
  resources: z.array(z.object({ address: z.string(), type: z.string(), values: z.unknown() })).optional(),
  child_modules: z.array(z.unknown()).optional(),
});
const shown = z.object({ format_version: z.string(), values: z.object({ root_module: shownModule }).optional() });

/**
 * The helm releases in a state file, or in what `terraform show -json` prints of one. `null`: the text is
 * neither.
 *
 * @param label how the source is named to people, such as the file's path
 * @param stack directory of the stack that the state belongs to; `null` where not known
 */
export function readState(text: string, label: string, stack: string | null): DeployedSource | null {
  const json = parseJson(text);
  const state = stateFile.safeParse(json);
  if (state.success) {
    const { serial, resources } = state.data;
    const source = serial === undefined ? label : `${label}, serial ${serial}`;
    return {
      releases: resources
        .filter(({ type, mode }) => type === "helm_release" && mode === "managed")
        .flatMap((resource) =>
          resource.instances.flatMap(({ index_key: key, attributes: found }) => {
            const suffix = key === undefined ? "" : `[${JSON.stringify(key)}]`;
            const module = resource.module === undefined ? "" : `${resource.module}.`;
            return deployed(found, `${module}helm_release.${resource.name}${suffix}`, source, stack);
          }),
        ),
    };
  }
  const shownState = shown.safeParse(json);
  if (!shownState.success) return null;
  const root = shownState.data.values?.root_module;
  if (root === undefined) return { releases: [] };
  const releases = resourcesIn(root, (child) => shownModule.safeParse(child).data)
    .filter(({ type }) => type === "helm_release")
    .flatMap(({ address, values }) => deployed(values, address, label, stack));
  return { releases };
}

function deployed(found: unknown, address: string, source: string, stack: string | null): DeployedRelease[] {
  const read = attributes.safeParse(found);
  if (!read.success || !isVersion(read.data)) return [];
  const { name, namespace, chart, version } = read.data;
  return [{ name, namespace: namespace ?? "default", chart: chart ?? "", version, address, stack, source }];
}

function isVersion(read: Attributes): read is Attributes & { version: string } {
  return typeof read.version === "string" && read.version !== "";
}
