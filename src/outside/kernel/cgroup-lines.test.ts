import fc from "fast-check";
import { expect, test } from "vitest";
import { cgroupParser, parseCgroup } from "./cgroup-lines.ts";

test.each([
  ["v2", "0::/init.scope\n", [{ hierarchy: 0, controllers: "", path: "/init.scope" }]],
  [
    "v1",
    "12:cpu,cpuacct:/a\n1:name=systemd:/\n",
    [
      { hierarchy: 12, controllers: "cpu,cpuacct", path: "/a" },
      { hierarchy: 1, controllers: "name=systemd", path: "/" },
    ],
  ],
  [
    "colons in the path",
    "0::/x.slice:cri-containerd:f\n",
    [{ hierarchy: 0, controllers: "", path: "/x.slice:cri-containerd:f" }],
  ],
  ["a removed cgroup, as it stands", "0::/x (deleted)\n", [{ hierarchy: 0, controllers: "", path: "/x (deleted)" }]],
  ["nothing", "", []],
  ["one colon", "0:/x\n", null],
  ["no number", "a::/x\n", null],
  ["no line", "hello\n", null],
])("%s", (_name, text, expected) => {
  expect(parseCgroup(text)).toEqual(expected);
});

test("any path without a newline comes back as it is", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const path = `/${text.replaceAll("\n", ":")}`;
      expect(parseCgroup(`4:memory:${path}\n0::/\n`)?.[0]).toEqual({ hierarchy: 4, controllers: "memory", path });
    }),
  );
});

test("a parser gives the same lines for the same text", () => {
  const parse = cgroupParser();
  expect(parse("0::/a\n")).toBe(parse("0::/a\n"));
  expect(parse("0::/b\n")).toEqual(parseCgroup("0::/b\n"));
});
