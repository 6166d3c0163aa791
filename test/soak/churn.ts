import * as z from "zod";
import type { Random } from "../../bench/random.ts";
import { getJson, kubectl } from "../testbed/clients.ts";
import type { Bed } from "../testbed/bed.ts";
import { busyboxImage } from "../testbed/images.ts";

const namespace = "churn";
/** Seconds that each pod is given, and uses, so that what was deleted by force is there for a while: it does not heed the signal. */
export const podGrace = 10;

/** What people and controllers do to pods all day: scaling, jobs, rollouts, forced deletions. */
export class Churn {
  readonly #bed: Bed;
  readonly #random: Random;
  #jobs = 0;
  #rollouts = 0;
  readonly counts = new Map<string, number>();

  constructor(bed: Bed, random: Random) {
    this.#bed = bed;
    this.#random = random;
  }

  async begin(): Promise<void> {
    await kubectl(this.#bed, ["create", "namespace", namespace]);
    for (const name of deployments) {
      const labels = { app: name };
      const spec = {
        replicas: 3,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec("sleep 100000") },
      };
      await this.#apply({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec });
    }
  }

  /** One thing, at random. */
  async once(): Promise<void> {
    const act = this.#random.pick(["scale", "scale", "job", "delete", "force", "force", "rollout"] as const);
    this.counts.set(act, (this.counts.get(act) ?? 0) + 1);
    await this[act]();
  }

  async scale(): Promise<void> {
    const replicas = this.#random.between(0, 11);
    await kubectl(this.#bed, [
      "scale",
      `deployment/${this.#random.pick(deployments)}`,
      `--namespace=${namespace}`,
      `--replicas=${replicas}`,
    ]);
  }

  /** Not by `kubectl rollout restart`, which refuses a second one within a second. */
  async rollout(): Promise<void> {
    this.#rollouts += 1;
    const annotations = { rollout: String(this.#rollouts) };
    const patch = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
    const name = this.#random.pick(deployments);
    await kubectl(this.#bed, ["patch", `deployment/${name}`, `--namespace=${namespace}`, `--patch=${patch}`]);
  }

  async job(): Promise<void> {
    this.#jobs += 1;
    const spec = { ttlSecondsAfterFinished: 5, template: { spec: { ...podSpec("sleep 2"), restartPolicy: "Never" } } };
    await this.#apply({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: `job-${this.#jobs}`, namespace },
      spec,
    });
  }

  async delete(): Promise<void> {
    await this.#remove([]);
  }

  async force(): Promise<void> {
    await this.#remove(["--force", "--grace-period=0"]);
  }

  async #remove(how: readonly string[]): Promise<void> {
    const pods = list.parse(await getJson(this.#bed, ["pods", `--namespace=${namespace}`])).items;
    const [first, ...others] = pods;
    if (first === undefined) return;
    const { name } = this.#random.pick([first, ...others]).metadata;
    await kubectl(this.#bed, [
      "delete",
      "pod",
      name,
      `--namespace=${namespace}`,
      "--wait=false",
      "--ignore-not-found",
      ...how,
    ]);
  }

  async #apply(object: object): Promise<void> {
    await kubectl(this.#bed, ["apply", "--filename=-"], { input: JSON.stringify(object) });
  }
}

const deployments = ["red", "green", "blue"] as const;
const list = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

function podSpec(command: string): object {
  const container = {
    name: "main",
    image: busyboxImage,
    command: ["sh", "-c", `trap '' TERM; ${command} & wait; wait`],
  };
  return { terminationGracePeriodSeconds: podGrace, tolerations: [{ operator: "Exists" }], containers: [container] };
}
