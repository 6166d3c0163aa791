import type { ObservedNode } from "../../model/ledger.ts";
import { isKnown } from "../../model/told.ts";
import { snapshotLines } from "../../snapshot/record/nodes.ts";
import { version } from "../../version.ts";
import { observeNode } from "../observe/observe-node.ts";
import { joinOptions } from "../observe/options.ts";
import { lookOf } from "../observe/print.ts";
import { ownNodeName, sourcesHere } from "../observe/real-sources.ts";
import type { NodeRecordOptions } from "./options.ts";
import { write } from "./write.ts";

/** Runs `holdfast snapshot --local`; gives the exit code. */
export async function recordNode(options: NodeRecordOptions): Promise<number> {
  const at = new Date().toISOString();
  const sources = await sourcesHere(options);
  const observed = await observeNode(options.node ?? ownNodeName(), sources, joinOptions(options));
  const nodes = [{ observed, cgroupRoot: options.cgroupRoot ?? null }];
  const lines = snapshotLines({ toolVersion: version, at, server: sources.server, nodes });
  return (await write(options.output, lines, lookOf(options))) ? exitCode(observed, options) : 2;
}

/** Of those that hold the first: 2 neither runtime nor kernel could be read, 3 with `--strict` not all could, 0. */
function exitCode({ knowledge, observation }: ObservedNode, { strict }: NodeRecordOptions): number {
  const { before, after } = knowledge;
  const { runtime, kernel } = observation;
  if (!isKnown(runtime) && !isKnown(kernel)) return 2;
  const whole = isKnown(before) && isKnown(after) && isKnown(runtime) && isKnown(kernel);
  return strict === true && !whole ? 3 : 0;
}
