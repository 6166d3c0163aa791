import { Option, type Command } from "commander";
import { command } from "./command.ts";
import { Failure } from "./failure.ts";
import { nodeName } from "./observe/options.ts";

/**
 * What runs in the pod through which a node is read (src/outside/node-reader): no person types these two. Their names and what
 * they print are what another version of Holdfast relies on.
 */
export function nodeReaderCommands(): readonly Command[] {
  const wait = command("node-wait")
    .description("keep the pod of a node's reader, for as long as somebody reads in it")
    .action(async () => {
      const [{ keepPod }, { endOwnSandbox }, { uidVariable }] = await Promise.all([
        import("../outside/node-reader/lease.ts"),
        import("../outside/node-reader/end-sandbox.ts"),
        import("../outside/node-reader/pod.ts"),
      ]);
      const uid = process.env[uidVariable];
      if (uid === undefined) throw notInPod();
      const why = await keepPod();
      endOwnSandbox(uid);
      if (why !== null) throw new Failure("NODE003", `nobody can meet in this pod (${why})`, readItThere);
    });
  const read = command("node-read")
    .description("print a snapshot of the node that this pod is on")
    .addOption(new Option("--node <name>", "its name in the API").argParser(nodeName).makeOptionMandatory())
    .action(async ({ node }: { readonly node: string }) => {
      const [{ inPod }, { recordNode }] = await Promise.all([
        import("../outside/node-reader/lease.ts"),
        import("./snapshot/record-node.ts"),
      ]);
      const toAsker = { input: process.stdin, leave: () => process.exit(1) };
      // The files and sockets of the node's pid 1.
      const options = { node, root: "/proc/1/root", withoutApi: true, output: "-", color: "never" } as const;
      const code = await inPod(() => recordNode(options), toAsker);
      if (code === null) throw notInPod();
      process.exitCode = code;
    });
  return [wait, read];
}

function notInPod(): Failure {
  const what = "this is not the pod that a node is read through, or it is about to end";
  return new Failure("NODE003", what, readItThere);
}

const readItThere = "On a node itself: holdfast snapshot --local -o FILE.";
