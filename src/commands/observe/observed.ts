import type { NodeView } from "../../ledger/node-view.ts";
import { observeNode } from "./observe-node.ts";
import { joinOptions, type ObserveOptions } from "./options.ts";
import { ownNodeName, realSources } from "./real-sources.ts";

interface Observed {
  readonly view: NodeView;
  /** The address of the API server; `null`: none was asked. */
  readonly server: string | null;
}

/** The node that is named, or the one that this is: read now, or as it stands in the snapshot that is named. */
export async function observed(name: string | undefined, options: ObserveOptions): Promise<Observed> {
  if (options.snapshot !== undefined) {
    const { fromSnapshot } = await import("../snapshot/from-snapshot.ts");
    return fromSnapshot(options.snapshot, name, joinOptions(options));
  }
  const sources = await realSources(options);
  const { view } = await observeNode(name ?? ownNodeName(), sources, joinOptions(options));
  return { view, server: sources.server };
}
