import { describe, expect, test } from "vitest";
import { metricsPage, podsPage } from "../../../test/builders/kubelet-pages.ts";
import { kubeSource, silence } from "../../../test/builders/kube-source.ts";
import { isKnown, known } from "../../model/told.ts";
import { throughApiServer } from "./through-api-server.ts";
import { kubeletWord } from "./word.ts";

/** The word of the kubelet of w1 that serves these pages, in a line. */
async function word(pods: string, metrics: string): Promise<string> {
  const pages = { pods, metrics };
  const kube = kubeSource({ kubeletPage: (_, page) => Promise.resolve(known(pages[page])) });
  const told = await kubeletWord(throughApiServer(kube, "w1"), "w1", AbortSignal.timeout(10_000));
  if (!isKnown(told)) return `${told.unknown.code}: ${told.unknown.text}`;
  const working = told.known.working
    .filter(({ count }) => count > 0)
    .map((each) => `${each.count} ${each.config} ${each.lifecycle} ${each.static}`);
  return [`pods ${told.known.pods.join(" ")}`, ...working].join("; ");
}

const pods = podsPage({ a: "uid-of-a" });
const metrics = metricsPage();

test("a kubelet says which pods it has, and what it works on", async () => {
  const counts = {
    "desired sync": 4,
    "desired sync true": 1,
    "orphan terminating": 2,
    "runtime_only terminating unknown": 3,
  };
  expect(await word(podsPage({ a: "uid-of-a", etcd: "hash-of-etcd" }), metricsPage(counts))).toBe(
    "pods uid-of-a hash-of-etcd; 1 desired sync true; 4 desired sync false; 2 orphan terminating false; 3 runtime_only terminating null",
  );
});

test("all series are told, those of none too", async () => {
  const kube = kubeSource({ kubeletPage: (_, page) => Promise.resolve(known({ pods, metrics }[page])) });
  const told = await kubeletWord(throughApiServer(kube, "w1"), "w1", AbortSignal.timeout(10_000));
  expect(isKnown(told) ? told.known.working.length : told).toBe(15);
});

test("a page that is not given is not told", async () => {
  const kube = kubeSource({
    kubeletPage: (_, page) => Promise.resolve(page === "pods" ? known(pods) : { unknown: silence }),
  });
  expect(await kubeletWord(throughApiServer(kube, "w1"), "w1", AbortSignal.timeout(10_000))).toEqual({
    unknown: { ...silence, text: "/metrics of the kubelet: it gave no answer" },
  });
});

describe("pods", () => {
  test.each<[string, string, string]>([
    ["of an empty node", podsPage({}), "pods "],
    ["with an unknown field", pods.replace('"items"', '"more":1,"items"'), "pods uid-of-a"],
    ["as a page of a proxy", "<html>", "not-understood: /pods of the kubelet: the answer is no list of pods"],
    ["as nothing", "", "not-understood: /pods of the kubelet: the answer is no list of pods"],
    ["that are cut", pods.slice(0, -20), "not-understood: /pods of the kubelet: the answer is no list of pods"],
    [
      "without items",
      '{"kind":"PodList","apiVersion":"v1"}',
      "not-understood: /pods of the kubelet: the answer is no list of pods",
    ],
    [
      "as another list",
      pods.replace("PodList", "NodeList"),
      "not-understood: /pods of the kubelet: the answer is no list of pods",
    ],
    [
      "where one has no uid",
      podsPage({ a: "uid-of-a", b: "" }),
      "not-understood: /pods of the kubelet: the answer is no list of pods",
    ],
    [
      "of another node",
      podsPage({ a: "uid-of-a" }, "w2"),
      "contradicted: /pods of the kubelet: it has a pod that is not of the node w1",
    ],
  ])("%s", async (_, page, expected) => {
    expect(await word(page, metrics)).toBe(expected);
  });
});

const odd = "not-understood: /metrics of the kubelet: ";
const series = 'kubelet_working_pods{config="orphan",lifecycle="terminating",static=""} ';
const broken = (from: string, to: string): string => {
  const changed = metrics.replace(from, to);
  if (changed === metrics) throw new Error(`there is no ${from}`);
  return changed;
};

describe("metrics", () => {
  test.each<[string, string, string]>([
    [
      "in another order",
      broken(
        'config="orphan",lifecycle="terminating",static=""} 0',
        'static="",lifecycle="terminating",config="orphan"} 7',
      ),
      "pods uid-of-a; 7 orphan terminating false",
    ],
    [
      "with spaces, a comma at the end and a time",
      broken(
        `${series}0`,
        'kubelet_working_pods { config = "orphan" , lifecycle="terminating",static="", }  7 1700000000'.replace(
          "pods {",
          "pods{",
        ),
      ),
      "pods uid-of-a; 7 orphan terminating false",
    ],
    ["where one series is missing", broken(`${series}0\n`, ""), "pods uid-of-a"],
    [
      "beside labels with anything in them",
      broken("go_gc_duration_seconds_sum", 'a{b="}\\"\\\\,\\n 1",c="ü"} 1\ngo_gc_duration_seconds_sum'),
      "pods uid-of-a",
    ],
    [
      "without the metric",
      "# TYPE a gauge\na 1\n",
      "not-served: /metrics of the kubelet: there is no kubelet_working_pods",
    ],
    [
      "with its type alone",
      "# TYPE kubelet_working_pods gauge\n",
      "not-served: /metrics of the kubelet: there is no kubelet_working_pods",
    ],
    ["as nothing", "", `${odd}the answer is no page of metrics`],
    ["as a page of a proxy", "<html>\n", `${odd}the answer is no page of metrics`],
    ["that are cut in a line", metrics.slice(0, -30), `${odd}the answer is no page of metrics`],
    ["without the end of the last line", metrics.slice(0, -1), `${odd}the answer is no page of metrics`],
    [
      "where another line is none",
      broken("go_gc_duration_seconds_sum 0.004", "go_gc_duration_seconds_sum"),
      `${odd}the answer is no page of metrics`,
    ],
    [
      "where a label is there twice",
      broken('quantile="0"', 'quantile="0",quantile="1"'),
      `${odd}the answer is no page of metrics`,
    ],
    ["where a label does not end", broken('quantile="0"', 'quantile="0'), `${odd}the answer is no page of metrics`],
    [
      "where two labels have nothing between them",
      broken('quantile="0"', 'quantile="0"a="b"'),
      `${odd}the answer is no page of metrics`,
    ],
    [
      "where a type is there twice",
      broken(
        "# TYPE kubelet_working_pods gauge",
        "# TYPE kubelet_working_pods gauge\n# TYPE kubelet_working_pods gauge",
      ),
      `${odd}the answer is no page of metrics`,
    ],
    [
      "where it is a counter",
      broken("kubelet_working_pods gauge", "kubelet_working_pods counter"),
      `${odd}kubelet_working_pods is no gauge`,
    ],
    ["without its type", broken("# TYPE kubelet_working_pods gauge\n", ""), `${odd}kubelet_working_pods is no gauge`],
    [
      "with a state that is not known",
      broken('"terminating"', '"ending"'),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "with a config that is not known",
      broken('"orphan"', '"orphaned"'),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "with another static",
      broken('"unknown"', '"perhaps"'),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "without a label",
      broken('config="orphan",', ""),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "with another label",
      broken('config="orphan",', 'config="orphan",node="w1",'),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "of less than none",
      broken(`${series}0`, `${series}-1`),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "of no number",
      broken(`${series}0`, `${series}NaN`),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "of a part of one",
      broken(`${series}0`, `${series}0.5`),
      `${odd}a series of kubelet_working_pods is not of a form that is known`,
    ],
    [
      "where a series is there twice",
      broken(`${series}0`, `${series}0\n${series}3`),
      `${odd}a series of kubelet_working_pods is there twice`,
    ],
  ])("%s", async (_, page, expected) => {
    expect(await word(pods, page)).toBe(expected);
  });

  test("of many megabytes are read in time", async () => {
    const hostile = `a{b="${"}".repeat(4_000_000)}"} 1\nc{${'d="",'.repeat(400_000)}\n`;
    expect(await word(pods, hostile)).toBe(`${odd}the answer is no page of metrics`);
  });
});
