import * as z from "zod";
import type { Span } from "../../model/span.ts";
import type { Value } from "../value.ts";
import { moduleNames, withoutKeys } from "./addresses.ts";
import {
  declaredAddresses,
  isSensitive,
  readModule,
  writtenArgument,
  type WrittenArgument,
} from "./plan-configuration.ts";
import { plannedValue } from "./planned-value.ts";
import { parseJson, resourcesIn } from "./shown-json.ts";

const planModule = z.object({
  resources: z
    .array(
      z.object({
        address: z.string(),
        mode: z.string(),
        type: z.string(),
        values: z.unknown(),
        sensitive_values: z.unknown().optional(),
      }),
    )
    .optional(),
  child_modules: z.array(z.unknown()).optional(),
});
const planFile = z.object({
  format_version: z.string(),
  variables: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
  planned_values: z.object({ root_module: planModule }),
  prior_state: z.object({ values: z.object({ root_module: planModule }).optional() }).optional(),
  resource_changes: z
    .array(z.object({ address: z.string(), change: z.object({ after_unknown: z.unknown().optional() }) }))
    .optional(),
  configuration: z
    .object({
      root_module: z.unknown(),
      provider_config: z
        .record(
          z.string(),
          z.object({
            full_name: z.string(),
            version_constraint: z.string().optional(),
            module_address: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

/**
 * What `terraform show -json` of a plan answers: the values of root variables and of data sources, and the releases
 * with what is written for their version. A planned `version` of a release is no answer: it is what resolved, pinned or not
 * (terraform-provider-helm v3.1.2, resource_helm_release.go 2257-2263).
 */
export interface PlanAnswers {
  readonly label: string;
  /** Addresses without keys of resources and calls: they tell to which stack the plan belongs. */
  readonly declared: ReadonlySet<string>;
  readonly releases: readonly PlannedRelease[];
  /** Providers that the modules below the root require. */
  readonly requirements: readonly PlannedRequirement[];
  variable(name: string): Value | undefined;
  /** By address, such as `module.a.data.aws_region.current`. */
  data(address: string): Value | undefined;
}

interface PlannedRequirement {
  /** Address of the module without keys: `module.a.module.b`. */
  readonly module: string;
  /** `registry.terraform.io/hashicorp/helm`. */
  readonly source: string;
  /** As written; `null`: none. */
  readonly constraint: string | null;
}

/** A helm release that a plan would leave behind. */
interface PlannedRelease {
  /** `module.a["k"].helm_release.b`. */
  readonly address: string;
  readonly version: WrittenArgument;
  /** The planned arguments and attributes, with the places of all of them; what is sensitive or known at apply only is unknown. */
  values(at: readonly Span[]): Value;
}

type PlannedResource = NonNullable<z.infer<typeof planModule>["resources"]>[number];

/** Reads `terraform show -json PLANFILE`; `null` where the text is something else. */
export function readPlan(text: string, label: string): PlanAnswers | null {
  const read = planFile.safeParse(parseJson(text));
  if (!read.success) return null;
  const { variables = {}, planned_values: planned, prior_state: prior, resource_changes: changes = [] } = read.data;
  const configuration = readModule(read.data.configuration?.root_module);
  const unknowns = new Map(changes.map(({ address, change }) => [address, change.after_unknown]));
  const valueOf = ({ address, values, sensitive_values: sensitive }: PlannedResource, at: readonly Span[] = []) =>
    plannedValue(values, { unknown: unknowns.get(address), sensitive }, at);
  const resources = allResources(planned.root_module);
  // What is planned comes last: a data source that is read again at apply has its old values in the state.
  const data = new Map(
    [...allResources(prior?.values?.root_module), ...resources]
      .filter(({ mode }) => mode === "data")
      .map((resource) => [resource.address, resource]),
  );
  const addresses = resources.map(({ address }) => withoutKeys(address));
  return {
    label,
    declared: new Set([...addresses, ...declaredAddresses(configuration)]),
    releases: resources.filter(isRelease).map((resource) => {
      const address = withoutKeys(resource.address);
      const path = moduleNames(address);
      const own = address.slice(path.reduce((length, name) => length + `module.${name}.`.length, 0));
      return {
        address: resource.address,
        version: writtenArgument(configuration, path, own, "version", variables),
        values: (at) => valueOf(resource, at),
      };
    }),
    requirements: Object.values(read.data.configuration?.provider_config ?? {}).flatMap((provider) => {
      const { full_name: source, version_constraint: constraint = "", module_address: module } = provider;
      return module === undefined ? [] : [{ module, source, constraint: constraint === "" ? null : constraint }];
    }),
    variable: (name) =>
      Object.hasOwn(variables, name)
        ? plannedValue(variables[name]?.value, { sensitive: isSensitive(configuration, name) }, [])
        : undefined,
    data: (address) => {
      const resource = data.get(address);
      return resource && valueOf(resource);
    },
  };
}

function allResources(root: z.infer<typeof planModule> | undefined): readonly PlannedResource[] {
  return root === undefined ? [] : resourcesIn(root, (child) => planModule.safeParse(child).data);
}

function isRelease({ mode, type }: PlannedResource): boolean {
  return mode === "managed" && type === "helm_release";
}
