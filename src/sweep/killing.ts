import type { Container } from "../model/ledger.ts";
import type { Killing } from "../model/node-word.ts";

/** Seconds: an event's time has none smaller. */
const resolution = 1;

/**
 * Seconds since the kubelet first said that it ends a container, at least; 0: it has not said so since the container was made. One of the same
 * name that was made again shares the events of the one before.
 *
 * @param now milliseconds since 1970, by the node's clock
 */
export function sinceKilling(
  { name, createdAt }: Pick<Container, "name" | "createdAt">,
  killings: readonly Killing[],
  now: number,
): number {
  const made = Number(BigInt(createdAt) / 1_000_000n);
  const begun = killings
    .filter(({ container }) => container === name)
    .flatMap(({ first, last }) => [Date.parse(first), Date.parse(last)])
    .filter((at) => at >= made);
  return begun.length === 0 ? 0 : Math.max(0, (now - Math.min(...begun)) / 1000 - resolution);
}
