import { expect, test } from "vitest";
import { parseChallenge } from "./challenge.ts";

test.each([
  [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
    "https://auth.example/token registry.example repository:a/b:pull,push",
  ],
  ['bearer  realm = "https://auth.example/token"', "https://auth.example/token - -"],
  ["Bearer realm=https://auth.example/token, service=x", "https://auth.example/token x -"],
  ['Basic realm="x", Bearer realm="https://auth.example/token"', "https://auth.example/token - -"],
  ['Bearer realm="https://auth.example/\\"a"', 'https://auth.example/"a - -'],
  ['Basic realm="a Bearer realm"', "basic"],
  ["Basic", "basic"],
  ["Bearer", "none"],
  ["Negotiate", "none"],
  ["", "none"],
  [undefined, "none"],
  [`Bearer realm="${"a".repeat(5000)}"`, "none"],
  ['Bearer realm="no end', "none"],
  ["\u0000", "none"],
])("%j", (header, parts) => {
  const challenge = parseChallenge(header);
  const told =
    challenge?.scheme === "bearer"
      ? [challenge.realm, challenge.service ?? "-", challenge.scope ?? "-"].join(" ")
      : (challenge?.scheme ?? "none");
  expect(told).toBe(parts);
});

test("a hostile header takes no time", () => {
  for (const header of [" ".repeat(4000), "a ".repeat(2000), `a="${"\\".repeat(4000)}`, ",".repeat(4000)])
    expect(() => parseChallenge(header)).not.toThrow();
});
