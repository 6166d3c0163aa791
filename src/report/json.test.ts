import { expect, test } from "vitest";
import { homelab } from "../../test/builders/audit-report.ts";
import { auditReport } from "./audit-report.ts";
import { auditJson } from "./json.ts";

test("the report comes back as it went in", () => {
  const json = auditJson(homelab());
  expect(json.endsWith("}\n")).toBe(true);
  expect(auditReport.parse(JSON.parse(json))).toEqual(homelab());
});

test("the order of keys does not depend on how the report was made", () => {
  const report = homelab();
  const reversed = Object.fromEntries(Object.entries(report).toReversed());
  const summary = {
    ...report.summary,
    standing: Object.fromEntries(Object.entries(report.summary.standing).toReversed()),
  };
  expect(auditJson(auditReport.parse({ ...reversed, summary }))).toBe(auditJson(report));
  expect(auditJson(report).slice(0, 420)).toMatchInlineSnapshot(`
    "{
      "$schema": "https://holdfast.example/audit-report.schema.json",
      "version": 1,
      "tool": {
        "name": "holdfast",
        "version": "0.1.0"
      },
      "root": ".",
      "revision": null,
      "summary": {
        "releases": 4,
        "standing": {
          "conditional": 1,
          "held": 1,
          "moves": 2
        },
        "stacks": 2,
        "cells": {
          "conditional": 1,
          "held": 11,
          "open": 8,
          "unknown": 1,
          "un"
  `);
});

test("a report that does not fit its schema is a defect", () => {
  expect(() => auditJson({ ...homelab(), rows: [{ ...homelab().rows[0], standing: "fine" } as never] })).toThrow(
    /standing/,
  );
});
