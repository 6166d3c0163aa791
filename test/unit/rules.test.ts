import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { rules } from "../../src/audit/rules/index.ts";
import { severities } from "../../src/model/finding.ts";
import { casesOf, compactOutput, findingsIn } from "../builders/rule-case.ts";

const folder = path.join(import.meta.dirname, "../../src/audit/rules");
const ids = rules.map(({ id }) => id);

test("beside the list, the folder holds a folder for each rule on it, and nothing else", () => {
  expect(readdirSync(folder).toSorted()).toEqual([...ids, "index.ts"].toSorted());
});

test.each(["id", "name", "title"] as const)("no two rules have the same %s", (key) => {
  const values = rules.map((rule) => rule[key]);
  expect(values).toEqual([...new Set(values)]);
});

test.each(rules)("$id has sound metadata", ({ id, name, title, severity, severityNote }) => {
  expect(id).toMatch(/^[A-Z]{2,5}\d{3}$/);
  expect(name).toMatch(/^[a-z]+(?:-[a-z0-9]+)+$/);
  expect(title).toMatch(/^[A-Z][^\n]{10,90}[^.\n]$/);
  expect([...severities, "off"]).toContain(severity);
  expect(severityNote ?? "none").toMatch(/^[a-z][^\n]+[^.\n]$/);
});

test.each(ids)("%s has a page with the same four sections as the others", (id) => {
  const file = path.join(folder, id, "rule.md");
  const sections = existsSync(file) ? readFileSync(file, "utf8").match(/^## .*$/gm) : null;
  expect(sections).toEqual(["## What it finds", "## Why it matters", "## What to do", "## When it is wrong"]);
});

test.each(ids)("%s has a case that fires and one that does not, each with a title of its own", (id) => {
  const cases = casesOf(id);
  expect(cases.filter(({ expected }) => expected !== "").length).toBeGreaterThan(0);
  expect(cases.filter(({ expected }) => expected === "").length).toBeGreaterThan(0);
  const titles = cases.map(({ title }) => title);
  expect(titles).toEqual([...new Set(titles)]);
  for (const title of titles) expect(title).toMatch(/^[A-Z`][^\n]+[^.\n]$/);
});

const cases = rules.flatMap((rule) => casesOf(rule.id).map((one) => ({ id: rule.id, name: one.name, rule, one })));

test.each(cases)("$id: $name", ({ rule, one }) => {
  expect(compactOutput(findingsIn(rule, one))).toBe(one.expected);
});

test.each(cases)(
  "$id: $name: findings have a place, cells that exist and an identity of their own",
  ({ rule, one }) => {
    const { findings, rows } = findingsIn(rule, one);
    const cellsThere = rows.flatMap(({ subjects }) =>
      subjects.flatMap(({ key, cells: judged }) => [...judged.keys()].map((mover) => `${key} ${mover}`)),
    );
    expect(new Set(findings.map(({ identity }) => identity.join("\n"))).size).toBe(findings.length);
    for (const finding of findings) {
      expect(finding.rule).toBe(rule.id);
      expect(finding.at.length).toBeGreaterThan(0);
      expect(cellsThere).toEqual(
        expect.arrayContaining(finding.cells.map(({ subject, mover }) => `${subject} ${mover}`)),
      );
    }
  },
);
