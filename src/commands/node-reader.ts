import { Option, type Command } from "commander";
import { command } from "./command.ts";
import { Failure } from "./failure.ts";
import { nodeName } from "./observe/options.ts";
import type { ServeOptions } from "./sweep/serve-node.ts";

/**
 * What runs in the pod through which a node is read (src/outside/node-reader): no person types these. Their names and what
 * they print are what another version of Holdfast relies on.
 */
export function nodeReaderCommands(): readonly Command[] {
  const wait = command("node-wait")
    .description("keep the pod of a node's reader, for as long as somebody reads in it")
    .addOption(new Option("--longest <seconds>").argParser(Number).default(120))
    .action(async ({ longest }: { readonly longest: number }) => {
      const [{ keepPod }, { endOwnSandbox }, { uidVariable }] = await Promise.all([
        import("../outside/node-reader/lease.ts"),
        import("../outside/node-reader/end-sandbox.ts"),
        import("../outside/node-reader/pod.ts"),
      ]);
      const uid = process.env[uidVariable];
      if (uid === undefined) throw notInPod();
      const why = await keepPod({ longest: longest * 1000 });
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
  const serve = command("node-serve")
    .description("answer what a sweep from elsewhere asks of the node that this pod is on")
    .addOption(new Option("--services <json>", "how its services are handled").makeOptionMandatory())
    .option("--cri-socket <path>", "socket of the container runtime")
    .action(async (options: ServeOptions) => {
      const { serveNodeHere } = await import("./sweep/serve-node.ts");
      if (!(await serveNodeHere(options))) throw notInPod();
      // Connections to the runtime may be open yet, and nobody asks any more.
      process.exit(0);
    });
  return [wait, read, serve];
}

function notInPod(): Failure {
  const what = "this is not the pod that a node is read through, or it is about to end";
  return new Failure("NODE003", what, readItThere);
}

const readItThere = "On a node itself: holdfast snapshot --local -o FILE.";
