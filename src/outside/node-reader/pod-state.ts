import * as z from "zod";
import type { Reason, ReasonCode } from "../../model/told.ts";
import { redactExcerpt } from "../../report/redact.ts";
import { readerContainer } from "./pod.ts";

/** How far a reader has come. */
export type PodState =
  | { readonly is: "starting"; readonly at: string }
  | { readonly is: "running" }
  /** `why`: what a person can do; it ended before it was asked, or will never start. */
  | { readonly is: "failed"; readonly why: Reason }
  /** As it was meant to. */
  | { readonly is: "ended" };

export const servedPod = z.object({
  metadata: z.object({ name: z.string(), uid: z.string().min(1), creationTimestamp: z.iso.datetime() }),
  spec: z.object({
    activeDeadlineSeconds: z.int().optional(),
    containers: z.array(z.object({ name: z.string() })),
    initContainers: z.array(z.object({ name: z.string() })).optional(),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      containerStatuses: z
        .array(
          z.object({
            name: z.string(),
            state: z
              .object({
                waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
                running: z.object({}).optional(),
                terminated: z
                  .object({ exitCode: z.int(), reason: z.string().optional(), message: z.string().optional() })
                  .optional(),
              })
              .optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

export type ServedPod = z.infer<typeof servedPod>;

/** What the API says of a reader, and where that is bad, what it means. */
export function stateOf({ spec, status = {} }: ServedPod, image: string): PodState {
  const added = [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name !== readerContainer);
  if (added !== undefined) return failed("not-permitted", `its pod was given the container ${added.name}`, exempt);
  const { state = {} } = status.containerStatuses?.find(({ name }) => name === readerContainer) ?? {};
  const { waiting, running, terminated } = state;
  if (terminated !== undefined) return afterEnd(terminated);
  if (status.phase === "Succeeded") return { is: "ended" };
  if (status.phase === "Failed") return refusedBy(status);
  if (running !== undefined) return { is: "running" };
  const reason = waiting?.reason ?? "";
  const said = shown(waiting?.message);
  if (imageReasons.has(reason))
    return failed(
      "not-reached",
      `the image ${image} is not on the node and could not be pulled (${reason}${said})`,
      preload,
    );
  if (containerReasons.has(reason))
    return failed(
      "not-reached",
      `its container could not be made (${reason}${said})`,
      "see the events of the namespace",
    );
  return { is: "starting", at: reason === "" ? "Pending" : `${reason}${said}` };
}

/** kubernetes v1.36.3, pkg/kubelet/images/types.go. A pull that failed once may succeed: the back-off says that it did not. */
const imageReasons = new Set(["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"]);
/** kubernetes v1.36.3, pkg/kubelet/kuberuntime/kuberuntime_container.go. */
const containerReasons = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);

interface Said {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function afterEnd({ exitCode, reason = "", message }: Said & { readonly exitCode: number }): PodState {
  if (exitCode === 0) return { is: "ended" };
  const said = shown(message);
  return reason === "StartError" || reason === "ContainerCannotRun"
    ? failed("not-reached", `its container could not be started (${reason}${said})`, withHoldfast)
    : failed("incomplete", `its container ended with code ${exitCode} (${reason}${said})`, withHoldfast);
}

/** The kubelet's admission, which comes after the API server's [kubernetes v1.36.3, pkg/kubelet/lifecycle/predicate.go]. */
function refusedBy({ reason = "Failed", message }: Said): PodState {
  const what = `the kubelet did not take its pod (${reason}${shown(message)})`;
  return failed(
    "not-reached",
    what,
    supplies.get(reason) ?? "see what the node has no room for, or read it on the node itself",
  );
}

const supplies: ReadonlyMap<string, string> = new Map([
  ["OutOfpods", "the node has as many pods as it may: remove one, or read it on the node itself"],
  ["DeadlineExceeded", "see why it took so long, and try again"],
  ["Evicted", "the node is short of what the message says: read it on the node itself"],
  ["NodeShutdown", "the node is shutting down"],
]);

const preload = "name one that the node has or can pull (--image), or read it on the node itself";
const withHoldfast = "name an image that has holdfast in its PATH (--image), of this version or near it";
const exempt = "exempt the namespace from what adds containers to pods, or name another (--reader-namespace)";

function failed(code: ReasonCode, text: string, supply: string): PodState {
  return { is: "failed", why: { code, text, at: [], supply } };
}

/** What a program or a person wrote, in one line and without secrets. */
export function shown(message = ""): string {
  const line = redactExcerpt(message).replace(/\s+/g, " ").trim();
  return line === "" ? "" : `: ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
}
