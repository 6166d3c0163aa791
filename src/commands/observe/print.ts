import { wantsAscii, wantsColor } from "../../report/style.ts";
import type { TextOptions } from "../../report/text.ts";
import type { ObserveOptions } from "./options.ts";

/** How a text is printed here: the flag, the terminal and the locale decide. */
export function lookOf({ color, all }: Pick<ObserveOptions, "color" | "all">): TextOptions {
  return {
    color: wantsColor({ ...process.env, isTTY: process.stdout.isTTY, flag: color }),
    ascii: wantsAscii(process.env),
    width: Math.min(process.stdout.columns ?? 100, 100),
    all: all === true,
  };
}
