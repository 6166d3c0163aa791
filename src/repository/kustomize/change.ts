import type { Reason } from "../../model/told.ts";

/** What a kustomization may do to the objects that it names; what it makes of them is not read yet. */
export type Change = ChangedField & {
  /** Only objects of this kind and name; `null`: any. Not given: all objects. */
  readonly of?: { readonly kind: string | null; readonly name: string | null };
  readonly why: Reason;
};

type ChangedField =
  /** `name`: of the image, without tag; `null`: any image, or its pull policy. */
  | { readonly field: "image"; readonly name: string | null }
  /** `key`: `null` for any. */
  | { readonly field: "label" | "annotation"; readonly key: string | null }
  /** `value`: what it becomes; `null` where that is not told. */
  | { readonly field: "namespace"; readonly value: string | null }
  | { readonly field: "name" };

/** Everything that is looked at here. */
export function anyChange(why: Reason): readonly Change[] {
  return [
    { field: "image", name: null, why },
    { field: "label", key: null, why },
    { field: "annotation", key: null, why },
    { field: "namespace", value: null, why },
    { field: "name", why },
  ];
}
