import type { ModuleCall, ProviderFact, Stack } from "../../repository/repository.ts";
import { isKnown } from "../../model/told.ts";
import { lockHold } from "../lock-file.ts";
import { unlessOverridden } from "../overridden.ts";
import { isExactConstraint } from "../versions/terraform-constraints.ts";
import type { Cell } from "../matrix.ts";

/** Whether `terraform init` can bring other code for a module. The lock file says nothing of modules. */
export function terraformModuleCell(call: ModuleCall): Cell {
  const { source, at } = call;
  const open = (note: string, trigger: string, republish = false): Cell => ({
    state: "open",
    republish,
    note,
    trigger,
    at: [at],
  });
  switch (source.kind) {
    case "local":
      return { state: "unreached", detail: "the module is a directory of the repository" };
    case "unknown":
      return { state: "unknown", why: source.reason };
    case "archive":
      return /[:/]/.test(source.url)
        ? open("url", "init fetches what the URL serves then", true)
        : refused(source.url, call);
    case "git":
      return gitCell(source.ref, call);
    case "registry": {
      if (!isKnown(call.version)) return { state: "unknown", why: call.version.unknown };
      const version = call.version.known;
      if (version === null) return open("init", "a fresh init takes the newest version of the module");
      if (!isExactConstraint(version)) return open("init", `a fresh init takes the newest version in "${version}"`);
      return (
        unlessOverridden([...call.sourceAt, ...call.version.at], "the pin") ?? {
          state: "held",
          by: "pin",
          note: "pin",
          detail: `version ${version} is exact`,
          at: call.version.at,
        }
      );
    }
  }
}

/** `source = "vpc"`: a path in Terraform 0.11, and nothing that later ones take (moduleaddrs/source_parsing.go). */
function refused(source: string, { at }: ModuleCall): Cell {
  return {
    state: "held",
    by: "plan error",
    note: "error",
    detail: `Terraform refuses the source "${source}": it is no path, no registry address and no URL`,
    at: [at],
  };
}

/** What a git ref is: a whole commit names the content, a tag can be moved, anything else is a branch. */
export type RefKind = "none" | "commit" | "abbreviated commit" | "tag" | "branch";

export function refKind(ref: string | null): RefKind {
  if (ref === null || ref === "") return "none";
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return "commit";
  if (/^\d+$/.test(ref)) return "tag";
  // Git refuses an abbreviation that two objects share, and takes a branch or tag of that name first.
  if (/^[0-9a-f]{7,63}$/.test(ref) && /\d/.test(ref)) return "abbreviated commit";
  return isTag(ref) ? "tag" : "branch";
}

/** `v1`, `v1.2`, `1.2.3-rc1`, `foo/v1.2.3`, `foo-1.2.3`; `release-1.2` is what branches are called. */
function isTag(ref: string): boolean {
  const last = ref.slice(ref.lastIndexOf("/") + 1);
  return /^v?\d+(?:\.\d+)+(?:[-+][\w.+-]*)?$/.test(last) || /^v\d+$/.test(last) || /(?:^|\D)\d+\.\d+\.\d/.test(last);
}

function gitCell(ref: string | null, { at, sourceAt }: ModuleCall): Cell {
  const open = (note: string, trigger: string, republish: boolean): Cell => ({
    state: "open",
    republish,
    note,
    trigger,
    at: [at],
  });
  switch (refKind(ref)) {
    case "commit":
      return (
        unlessOverridden(sourceAt, "the commit") ?? {
          state: "held",
          by: "digest",
          note: "commit",
          detail: "the ref is a commit",
          at: [at],
        }
      );
    case "abbreviated commit":
      return open("commit", "a fresh init takes a branch or a tag of that name, should somebody make one", true);
    case "tag":
      return open("tag", "a fresh init takes what the tag names then, should somebody move it", true);
    case "branch":
      return open("branch", `a fresh init takes the newest commit of "${ref ?? ""}"`, false);
    case "none":
      return open("branch", "a fresh init takes the newest commit of the default branch", false);
  }
}

const lacks = {
  "no lock": "",
  "no entry": "",
  "not committed": "; the lock file is not committed",
  "passed over": "; init runs with -upgrade, which passes over the lock file",
};

/** Whether `terraform init` can bring another version of a provider. */
export function terraformProviderCell(fact: ProviderFact, stack: Stack): Cell {
  const at = [fact.locked?.at ?? fact.at];
  const hold = lockHold(fact, stack);
  if (hold.holds === "yes") {
    return {
      state: "held",
      by: "lock",
      note: "lock",
      detail: `the lock file holds ${hold.version}, for any init without -upgrade`,
      at,
    };
  }
  const exact = fact.constraints.some(({ text }) => isExactConstraint(text));
  if (exact)
    return {
      state: "held",
      by: "pin",
      note: "pin",
      detail: "an exact constraint fixes the provider",
      at: fact.constraints.map((one) => one.at),
    };
  if (hold.holds === "not told") return { state: "conditional", note: "lock", on: hold.on, at };
  const upgrade = hold.lack === "passed over" ? stack.upgrades : undefined;
  const range = [...new Set(fact.constraints.map(({ text }) => text))].join(", ");
  const trigger =
    range === "" ? "a fresh init takes the newest version" : `a fresh init takes the newest version in "${range}"`;
  return {
    state: "open",
    republish: false,
    note: "init",
    trigger: `${trigger}${lacks[hold.lack]}`,
    at: [...at, ...(upgrade ? [upgrade.at] : [])],
  };
}
