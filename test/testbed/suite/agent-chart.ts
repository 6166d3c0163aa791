import { join } from "node:path";
import type { Bed } from "../bed.ts";
import { checkout } from "../checkout.ts";
import { helm, kubectl } from "../clients.ts";
import { readerImage } from "./reader-image.ts";

/** What helm is given for the checkout's chart with the reader's image, and these values of `agent`: `{ testInterval: "2s" }`. */
export function agentChart(values: Readonly<Record<string, string>> = {}): readonly string[] {
  const [repository = "", tag = ""] = readerImage.split(/:(?=[^:]*$)/);
  const image = [`--set=image.repository=${repository}`, `--set=image.tag=${tag}`, "--set=image.pullPolicy=Never"];
  const agent = Object.entries(values).map(([name, value]) => `--set=agent.${name}=${value}`);
  const chart = join(checkout, "deploy/chart");
  return [chart, "--namespace=holdfast", ...image, ...agent, "--wait", "--timeout=120s"];
}

/** Installs it in a namespace of its own; the image has to be on the nodes. */
export async function installAgent(bed: Bed, values: Readonly<Record<string, string>>): Promise<void> {
  await kubectl(bed, ["create", "namespace", "holdfast"]);
  await helm(bed, ["install", "holdfast", ...agentChart(values)]);
}
