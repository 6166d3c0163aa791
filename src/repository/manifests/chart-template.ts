/**
 * Whether a file is a template of a Helm chart and so no manifest: below a `templates/` directory beside
 * a Chart.yaml. `entries`: every path of the tree.
 */
export function isChartTemplate(path: string, entries: { has(path: string): boolean }): boolean {
  for (let at = path.indexOf("templates/"); at !== -1; at = path.indexOf("templates/", at + 1)) {
    const chart = path.slice(0, at);
    if ((chart === "" || chart.endsWith("/")) && entries.has(`${chart}Chart.yaml`)) return true;
  }
  return false;
}
