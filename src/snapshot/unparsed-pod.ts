import type * as z from "zod";
import type { UnparsedPod } from "../model/ledger.ts";

/** The uid that runtime and cgroups use for a static pod. */
export const configHash = "kubernetes.io/config.hash";

/**
 * Who a pod is that has not the form of one, as far as it says, and where the form is broken.
 *
 * @param ownWords names of fields, so that a complaint never quotes a key that the pod's author chose
 */
export function unparsedPod(
  object: unknown,
  { issues: [issue] }: z.ZodError,
  ownWords: ReadonlySet<string>,
): UnparsedPod {
  const path = (issue?.path ?? []).filter((part) => typeof part === "number" || ownWords.has(String(part))).join(".");
  return { ...whoItIs(object), text: `its ${path === "" ? "form" : path} is not that of a pod` };
}

function whoItIs(object: unknown): Omit<UnparsedPod, "text"> {
  const metadata = fieldOf(object, "metadata");
  const word = (of: unknown, key: string): string | null => {
    const value = fieldOf(of, key);
    return typeof value === "string" ? orNull(value) : null;
  };
  return {
    namespace: word(metadata, "namespace"),
    name: word(metadata, "name"),
    uid: word(metadata, "uid"),
    configHash: word(fieldOf(metadata, "annotations"), configHash),
  };
}

function fieldOf(object: unknown, key: string): unknown {
  const isThere = typeof object === "object" && object !== null && Object.hasOwn(object, key);
  return isThere ? Reflect.get(object, key) : undefined;
}

/** Go leaves empty strings out, or writes them; both mean absent. */
export function orNull(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === "" ? null : value;
}
