import { untilStopped } from "../../outside/node-reader/until-stopped.ts";
import { realWaiting } from "../../outside/waiting.ts";
import { isGoodEnd, orderJson, orderText, type OrderReport } from "../../report/sweep/order-report.ts";
import { orderQuestion } from "../../report/sweep/question-text.ts";
import { styleOf } from "../../report/style.ts";
import { Failure } from "../failure.ts";
import { connectNamed } from "../observe/connect-named.ts";
import { lookOf } from "../observe/print.ts";
import { giveOrder, orderEnded, type OrderSpec } from "./given-order.ts";
import type { SweepOptions } from "./options.ts";
import { terminalOf } from "./person.ts";

/** Seconds for which an order may be begun: an agent hears of it at once, and is at most busy with another. */
const ttlSeconds = 300;

/**
 * Orders the agent of a node to clear what is left there, and waits for what it says came of it. The agent does so within what its own
 * configuration allows. Gives the exit code.
 */
export async function sweepByAgent(options: SweepOptions): Promise<number> {
  const spec = orderSpec(options);
  const look = lookOf(options);
  const style = styleOf({ color: look.color ?? false, ascii: look.ascii ?? false });
  return untilStopped(async (signal) => {
    const connected = await connectNamed(options);
    if ("failure" in connected)
      throw new Failure(connected.failure.code, connected.failure.what, connected.failure.advice);
    const asks = spec.dryRun ? () => Promise.resolve(true) : terminalOf(options, signal);
    if (!(await asks(style.text(orderQuestion(spec))))) return 1;
    const given = await giveOrder(connected.source, spec);
    const { name: sweep, node, mayBeBegunUntil } = given;
    const say = (text: string): void => void process.stderr.write(`holdfast: ${style.text(text)}\n`);
    say(`ordered as the Sweep ${sweep}; waiting for the agent of ${node}`);
    const complain = (reason: string): void => say(`how it goes could not be read, and is asked again: ${reason}`);
    const seen = await orderEnded(connected.source, given, { signal, waiting: realWaiting, complain });
    const { uid = null } = spec;
    const $schema = "urn:holdfast:schema:order-report:1";
    const report: OrderReport = { $schema, sweep, node, uid, mayBeBegunUntil, ...seen };
    process.stdout.write(options.output === "json" ? orderJson(report) : orderText(report, look));
    return isGoodEnd(report) ? 0 : 1;
  });
}

/** What the options order. Throws a {@link Failure} for what no agent does. */
function orderSpec({ node, uid, maxRung, overdue = false, dryRun = false, enforce }: SweepOptions): OrderSpec {
  const refused = (what: string, advice: string): Failure => new Failure("SWEEP005", what, advice);
  if (node === undefined) throw refused("an agent is to be ordered, and no node is named", "Name it: --node NAME.");
  if (enforce !== true)
    throw refused(
      "an agent is ordered to clear, and that was not asked for",
      `Add --enforce; or read what it sees: kubectl get nodereport ${node} -o yaml.`,
    );
  if (maxRung > 2)
    throw refused(
      `an agent is ordered to go to rung 2 at most, and ${maxRung} was asked for`,
      "For rungs 3 and 4, run it on the node, or through a pod there (--image).",
    );
  if (overdue && uid === undefined)
    throw refused("what is overdue is cleared by its uid alone, and none is named", "Name it: --uid UID.");
  return { node, ...(uid === undefined ? {} : { uid }), maxRung, overdue, dryRun, ttlSeconds };
}
