import { homedir } from "node:os";
import { join } from "node:path";
import { cellKey } from "../../audit/matrix.ts";
import { lookUp, whyUntold, type MovesTo, type Question } from "../../audit/online.ts";
import type { PinTarget } from "../../audit/fix.ts";
import type { Judged } from "../../audit/judge.ts";
import type { DeclaredRelease } from "../../model/release.ts";
import { isKnown } from "../../model/told.ts";
import { readNamed } from "../../outside/files/read.ts";
import { registryClients } from "../../outside/registry/clients.ts";
import { dockerConfigCredentials } from "../../outside/registry/docker-config.ts";
import { httpClient } from "../../outside/registry/http-client.ts";
import { openQuestions } from "../../audit/open-questions.ts";
import { printable } from "../../report/safe.ts";
import { progress } from "../progress.ts";

/** Asks what each open cell would move to today; by `cellKey`. Progress on stderr, on a terminal only. */
export async function lookedUp(judged: Judged): Promise<ReadonlyMap<string, MovesTo>> {
  return ask(openQuestions(judged));
}

/** How many questions were answered, and why the first that was not; `null`: all were. */
export function unansweredNote(answers: ReadonlyMap<string, MovesTo>): string | null {
  const untold = [...answers.values()].flatMap((answer) => {
    const why = whyUntold(answer);
    return why === null ? [] : [`${why} (${answer.url})`];
  });
  const [first] = untold;
  if (first === undefined) return null;
  return `holdfast: online: ${answers.size - untold.length} of ${answers.size} questions answered; not told: ${printable(first)}\n`;
}

/** For `--fix-to newest`: the version that an unpinned release would take today. */
export async function newestTargets({ repository }: Judged): Promise<(release: DeclaredRelease) => PinTarget | string> {
  const questions = repository.releases.flatMap((release): Question[] => {
    if (!isKnown(release.chart) || !isKnown(release.version)) return [];
    // What the release would take by itself: a range stays one, and prereleases are for those that ask for them.
    const constraint = release.version.known === "" ? null : release.version.known;
    const devel = isKnown(release.devel) && release.devel.known;
    const what = { kind: "chart", source: release.chart.known, constraint, devel } as const;
    return [{ subject: `chart ${release.id.address}`, mover: "terraform", what }];
  });
  const answers = await ask(questions);
  return (release) => {
    const answer = answers.get(cellKey(`chart ${release.id.address}`, "terraform"));
    if (answer === undefined || answer.version === null) {
      const why = answer === undefined ? "the chart is not known" : (whyUntold(answer) ?? answer.detail);
      return `the newest version could not be told: ${why}`;
    }
    return { version: answer.version, source: `newest served by ${answer.url}`, safe: false };
  };
}

async function ask(questions: readonly Question[]): Promise<Map<string, MovesTo>> {
  const config = readNamed(join(homedir(), ".docker", "config.json"));
  const credentials = "text" in config ? dockerConfigCredentials(config.text) : new Map();
  const line = progress();
  const found = await lookUp(
    questions,
    registryClients({ credentials, http: httpClient({ proxied: usesProxy(process.env) }) }),
    { now: () => new Date(), progress: (done, total) => line.show(`asking registries: ${done} of ${total}`) },
  );
  line.done();
  return found;
}

/** Node sends requests through a proxy when it is told to; names are then resolved there. */
function usesProxy(env: NodeJS.ProcessEnv): boolean {
  const named = [env["HTTP_PROXY"], env["HTTPS_PROXY"], env["http_proxy"], env["https_proxy"]].some(
    (proxy) => proxy !== undefined && proxy !== "",
  );
  return env["NODE_USE_ENV_PROXY"] === "1" && named;
}
