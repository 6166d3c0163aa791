import { readFileSync } from "node:fs";
import { known, unknown, type Told } from "../../model/told.ts";
import { failureText } from "../files/read.ts";
import type { BootClock } from "./restart-limit.ts";

/** Of the kernel that runs this; it counts while the machine sleeps, too [linux, fs/proc/uptime.c]. */
export function bootClock(): Told<BootClock> {
  try {
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const seconds = Number.parseFloat(readFileSync("/proc/uptime", "utf8"));
    if (bootId !== "" && seconds >= 0) return known({ bootId, seconds });
    return unknown({ code: "not-understood", text: "the kernel did not say how long it is up", at: [] });
  } catch (error) {
    const text = `how long the kernel is up could not be read: ${failureText(error)}`;
    return unknown({ code: "not-reached", text, at: [] });
  }
}
