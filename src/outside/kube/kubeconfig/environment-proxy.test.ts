import { describe, expect, test } from "vitest";
import { environmentProxy } from "./environment-proxy.ts";

const proxy = "http://proxy.example:3128";

test.each<[string, string, Record<string, string>, string | null]>([
  ["for https", "https://api.example:6443", { HTTPS_PROXY: proxy }, proxy],
  ["for https, in lower case", "https://api.example", { https_proxy: proxy, HTTPS_PROXY: "" }, proxy],
  ["upper case first", "https://api.example", { https_proxy: "http://other.example", HTTPS_PROXY: proxy }, proxy],
  ["not for http", "http://api.example", { HTTPS_PROXY: proxy }, null],
  ["for http", "http://api.example", { HTTP_PROXY: proxy }, proxy],
  ["without a scheme", "https://api.example", { HTTPS_PROXY: "proxy.example:3128" }, proxy],
  ["without scheme and port", "https://api.example", { HTTPS_PROXY: "proxy.example" }, "http://proxy.example"],
  ["of SOCKS", "https://api.example", { HTTPS_PROXY: "socks5://proxy.example:1080" }, "socks5://proxy.example:1080"],
  ["none", "https://api.example", {}, null],
  ["not for localhost", "https://localhost:6443", { HTTPS_PROXY: proxy }, null],
  ["not for a loopback address", "https://127.8.0.1:6443", { HTTPS_PROXY: proxy }, null],
  ["not for the loopback address of IPv6", "https://[::1]:6443", { HTTPS_PROXY: proxy }, null],
])("a proxy %s", (_, server, environment, expected) => {
  expect(environmentProxy(new URL(server), environment)).toBe(expected);
});

describe("NO_PROXY", () => {
  test.each<[string, string, boolean]>([
    ["*", "https://api.example", true],
    ["api.example", "https://api.example", true],
    ["API.Example", "https://api.example", true],
    ["other.example, api.example", "https://api.example", true],
    ["example", "https://api.example", true],
    [".example", "https://api.example", true],
    [".api.example", "https://api.example", false],
    ["*.example", "https://api.example", true],
    ["*.api.example", "https://api.example", false],
    ["pi.example", "https://api.example", false],
    ["api.example:6443", "https://api.example:6443", true],
    ["api.example:443", "https://api.example", true],
    ["api.example:443", "https://api.example:6443", false],
    ["10.0.0.1", "https://10.0.0.1:6443", true],
    ["10.0.0.1:6443", "https://10.0.0.1:6443", true],
    ["10.0.0.1:443", "https://10.0.0.1:6443", false],
    ["10.0.0.1", "https://10.0.0.11:6443", false],
    ["10.0.0.0/8", "https://10.9.8.7:6443", true],
    ["10.0.0.0/16", "https://10.9.8.7:6443", false],
    ["10.0.0.0/40", "https://10.9.8.7:6443", false],
    ["10.0.0.0/8", "https://api.example", false],
    ["0.1", "https://10.0.0.1", false],
    ["fd00::/8", "https://[fd12::1]:6443", true],
    ["fd12:0::1", "https://[fd12::1]:6443", true],
    ["[fd12::1]:6443", "https://[fd12::1]:6443", true],
    ["[fd12::1]:443", "https://[fd12::1]:6443", false],
    [":6443,,", "https://api.example:6443", false],
  ])("%s: %s is exempt: %s", (noProxy, server, isExempt) => {
    const told = environmentProxy(new URL(server), { HTTPS_PROXY: proxy, no_proxy: noProxy });
    expect(told === null).toBe(isExempt);
  });
});
