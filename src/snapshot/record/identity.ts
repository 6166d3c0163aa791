import * as z from "zod";

/** What tells an object from every other, and one of its states from the next. */
interface Identity {
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

const identity = z.object({
  metadata: z.object({
    namespace: z.string().nullish(),
    name: z.string().min(1),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
  }),
});

/** `null`: it has none that can be read. */
export function identityOf(object: unknown): Identity | null {
  const read = identity.safeParse(object);
  if (!read.success) return null;
  const { namespace = null, ...rest } = read.data.metadata;
  return { namespace, ...rest };
}
