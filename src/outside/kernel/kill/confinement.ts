import { readFileSync } from "node:fs";
import { fateOf } from "../kernel-files.ts";
import type { Reason } from "../../../model/told.ts";

/** What security modules call this program. */
export interface OwnLabels {
  /** Throws where there is none, as the file does. */
  read(file: LabelFile): string;
}

export type LabelFile = (typeof labelFiles)[number];
/** The first is there from 5.8 on, for AppArmor alone; the other is of whichever module it was given to. */
const labelFiles = ["/proc/self/attr/apparmor/current", "/proc/self/attr/current"] as const;

export const ownLabels: OwnLabels = { read: (file) => readFileSync(file, "utf8") };

/**
 * Why this program may not signal others: a security module confines it, and it would be asked for each signal. `null`:
 * none does. A profile that only carries the flag `unconfined` (`runc (unconfined)`) is a label of its own, which others'
 * profiles do not accept signals from [apparmor.d(5), peer=].
 */
export function confinement(labels: OwnLabels): Reason | null {
  for (const file of labelFiles) {
    const label = labelIn(labels, file);
    if (label !== null && !isUnconfined(label)) {
      const text = label === "" ? `${file} could not be read` : `this program is confined as ${JSON.stringify(label)}`;
      return {
        code: "not-permitted",
        text,
        at: [],
        supply: "run it on the node itself, or in a pod that no security module confines",
      };
    }
  }
  return null;
}

/** `null`: no module is there. `""`: it cannot be told. */
function labelIn(labels: OwnLabels, file: LabelFile): string | null {
  try {
    return labels
      .read(file)
      .slice(0, 200)
      .replace(/[\n\0]+$/, "");
  } catch (error) {
    // EINVAL: no module that keeps labels is switched on [linux, fs/proc/base.c, proc_pid_attr_read].
    const isAbsent =
      fateOf(error) === "ended" || (error instanceof Error && "code" in error && error.code === "EINVAL");
    return isAbsent ? null : "";
  }
}

/** AppArmor's own word; and the types of SELinux that its policies make for what is not confined [container-selinux, spc_t]. */
function isUnconfined(label: string): boolean {
  return label === "unconfined" || /^[^:]+:[^:]+:(?:unconfined_t|unconfined_service_t|spc_t)(?::|$)/.test(label);
}
