import { join, resolve } from "node:path";
import { controlPlane, type Bed } from "../bed.ts";
import { adminKubeconfig } from "../kubeconfig.ts";
import { inNetwork } from "../network.ts";
import { readerImage } from "./reader-image.ts";

/**
 * The command that runs the checkout's Holdfast where the API server can be reached and that is no node, as the bed's
 * administrator. Other nodes are read through pods with the bed's own image.
 */
export function workstationCommand(bed: Bed, args: readonly string[]): string[] {
  const program = [join(checkout, "node_modules/.bin/node"), join(checkout, "bin/holdfast.js")];
  const cluster = [`--kubeconfig=${adminKubeconfig(bed)}`, ...(args.some(isImage) ? [] : [`--image=${readerImage}`])];
  return inNetwork(controlPlane(bed), [...program, ...args, ...cluster]);
}

const checkout = resolve(import.meta.dirname, "../../..");

function isImage(arg: string): boolean {
  return arg.startsWith("--image");
}
