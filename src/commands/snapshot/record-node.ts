import { isKnown } from "../../model/told.ts";
import { snapshotLines } from "../../snapshot/record/nodes.ts";
import type { PartOutcome } from "../../snapshot/record/part-outcome.ts";
import { version } from "../../version.ts";
import { observeNode } from "../observe/observe-node.ts";
import { joinOptions } from "../observe/options.ts";
import { lookOf } from "../observe/print.ts";
import { ownNodeName, sourcesHere } from "../observe/real-sources.ts";
import type { NodeRecordOptions } from "./options.ts";
import { write } from "./write.ts";

/**
 * Runs `holdfast snapshot --local`; gives the exit code. Of those that hold the first: 2 neither runtime nor kernel could be
 * read, 3 with `--strict` not all could, 0.
 */
export async function recordNode(options: NodeRecordOptions): Promise<number> {
  const at = new Date().toISOString();
  const sources = await sourcesHere(options);
  const observed = await observeNode(options.node ?? ownNodeName(), sources, joinOptions(options));
  const nodes = [{ observed, cgroupRoot: options.cgroupRoot ?? null }];
  const parts: PartOutcome[] = [];
  const onPart = (outcome: PartOutcome): void => void parts.push(outcome);
  const lines = snapshotLines({ toolVersion: version, at, server: sources.server, nodes, onPart });
  const { runtime, kernel } = observed.observation;
  const written = await write(options.output, lines, lookOf(options));
  if (!written || (!isKnown(runtime) && !isKnown(kernel))) return 2;
  return options.strict === true && parts.some((outcome) => outcome !== "read") ? 3 : 0;
}
