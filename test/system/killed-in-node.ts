import { NodeOnDisk } from "../sweep/killed/node-on-disk.ts";
import { gaps, policy } from "../sweep/killed/story.ts";

/** A sweep that is killed with its n-th request, or in the middle of the line of the journal that it asks for. */
const [folder = "", at = "", torn = ""] = process.argv.slice(2);

await new NodeOnDisk(folder).run(policy, gaps, ({ count }, isTorn) => {
  // The kernel lets nothing come after it.
  if (count === Number(at) && isTorn === (torn === "torn")) process.kill(process.pid, "SIGKILL");
});
