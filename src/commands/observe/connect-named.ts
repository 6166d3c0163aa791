import type { Connected } from "../../outside/kube/connect.ts";
import type { LiveOptions } from "./options.ts";

/** The API server that the options name, or that the environment does where they name none. Loaded only where one is asked. */
export async function connectNamed({
  kubeconfig,
  context,
}: Pick<LiveOptions, "kubeconfig" | "context">): Promise<Connected> {
  const { connectKube } = await import("../../outside/kube/connect.ts");
  return connectKube({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    environment: process.env,
  });
}
