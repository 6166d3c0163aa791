import * as z from "zod";

/**
 * A list of at most so many, read until the first that is none of them: zod's own list keeps what is wrong with each, which of a
 * million takes more memory than there is.
 */
export function boundedList<T>(item: z.ZodType<T>, most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .transform((given, context): T[] => {
      const read: T[] = [];
      for (const each of given) {
        const { success, data } = item.safeParse(each);
        if (!success) {
          context.addIssue({ code: "custom", message: "one of a list has another form" });
          return z.NEVER;
        }
        read.push(data);
      }
      return read;
    });
}
