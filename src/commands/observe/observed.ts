import type { NodeView } from "../../ledger/node-view.ts";
import { observeNode, type NodeSource } from "./observe-node.ts";
import { joinOptions, type ObserveOptions } from "./options.ts";
import { readerLeft } from "./reader-left.ts";
import { ownNodeName, sourcesByPod, sourcesHere } from "./real-sources.ts";

interface Observed {
  readonly view: NodeView;
  /** The address of the API server; `null`: none was asked. */
  readonly server: string | null;
}

/**
 * The node that is named, or the one that this is: read now, here or through a pod on it, or as it stands in the snapshot
 * that is named. `meanwhile` is called while the node is read: there is nothing else to do by then.
 */
export async function observed(
  name: string | undefined,
  options: ObserveOptions,
  meanwhile: () => void,
): Promise<Observed> {
  if (options.snapshot !== undefined) {
    const { fromSnapshot } = await import("../snapshot/from-snapshot.ts");
    return fromSnapshot(options.snapshot, name, joinOptions(options));
  }
  const node = name ?? ownNodeName();
  const sources = await (isHere(node, options) ? sourcesHere(options) : sourcesByPod(options));
  const reader: NodeSource = {
    read: (asked, list) => {
      void list.then(meanwhile);
      return sources.node.read(asked, list);
    },
  };
  const { view, left } = await observeNode(node, { ...sources, node: reader }, joinOptions(options));
  return { view: { ...view, warnings: [...view.warnings, ...left.map(readerLeft)] }, server: sources.server };
}

/** What says where this machine's files are is about this machine. */
function isHere(node: string, { local, root, criSocket }: ObserveOptions): boolean {
  return local === true || root !== undefined || criSocket !== undefined || node === ownNodeName();
}
