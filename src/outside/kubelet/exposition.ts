/** A line of a page of metrics that has a value. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As it is written. */
  readonly value: string;
}

export interface Exposition {
  readonly samples: readonly Sample[];
  /** How often a type is given for each name, and which one was last. */
  readonly types: ReadonlyMap<string, string>;
}

/**
 * A page in Prometheus' text format 0.0.4, or `null` where any line is not of it, or the last one is cut
 * [prometheus.io/docs/instrumenting/exposition_formats; prometheus/common, expfmt/text_parse.go].
 */
export function parseExposition(text: string): Exposition | null {
  if (!text.endsWith("\n")) return null;
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  for (const line of text.slice(0, -1).split("\n")) {
    if (/^[ \t]*$/.test(line)) continue;
    if (line.startsWith("#")) {
      const [, name, type] = typeLine.exec(line) ?? [];
      if (name === undefined || type === undefined) continue;
      if (types.has(name)) return null;
      types.set(name, type);
      continue;
    }
    const sample = parseSample(line);
    if (sample === null) return null;
    samples.push(sample);
  }
  return { samples, types };
}

const typeLine = /^#[ \t]+TYPE[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+([a-z]+)[ \t]*$/;
const nameAt = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelAt = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"([^"\\]*(?:\\[\\"n][^"\\]*)*)"[ \t]*(,?)/y;
const closeAt = /[ \t]*\}/y;
const valueAt = /[ \t]+([0-9a-zA-Z+.-]+)(?:[ \t]+-?\d+)?[ \t]*$/y;

function parseSample(line: string): Sample | null {
  const name = matchAt(nameAt, line, 0);
  if (name === null) return null;
  let at = nameAt.lastIndex;
  const labels = new Map<string, string>();
  if (line[at] === "{") {
    at++;
    for (let more = true; more;) {
      const label = matchAt(labelAt, line, at);
      if (label === null) break;
      const [, key = "", value = "", comma] = label;
      if (labels.has(key)) return null;
      labels.set(
        key,
        value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
      );
      at = labelAt.lastIndex;
      more = comma === ",";
    }
    if (matchAt(closeAt, line, at) === null) return null;
    at = closeAt.lastIndex;
  }
  const value = matchAt(valueAt, line, at);
  return value === null ? null : { name: name[0], labels, value: value[1] ?? "" };
}

function matchAt(expression: RegExp, line: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(line);
}
