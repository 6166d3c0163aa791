import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { authority } from "../../../test/builders/certificates.ts";
import { folderOf, kubeconfig } from "../../../test/builders/kube.ts";
import { connectKube } from "./connect.ts";
import type { KubeOptions } from "./connect.ts";

const { certificate } = authority();
const data = (text: string): string => Buffer.from(text).toString("base64");

/** Which server is asked, or what is wrong with the kubeconfig in a folder; the folder left out. */
async function connecting(folder: string, options: Partial<KubeOptions> = {}): Promise<string> {
  const connected = await connectKube({ environment: {}, ...options });
  if ("source" in connected) return `asks ${connected.source.server}`;
  const { code, what, advice } = connected.failure;
  return `${code}: ${what}. ${advice}`.replaceAll(folder, "FOLDER");
}

function withConfig(files: Readonly<Record<string, string>>, options: Partial<KubeOptions> = {}): Promise<string> {
  const folder = folderOf(files);
  return connecting(folder, { kubeconfig: join(folder, "config"), ...options });
}

const server = "https://10.0.0.1:6443";
const full = (change: { cluster?: object; user?: object } = {}): Record<string, string> => ({
  config: kubeconfig(server, change),
});
const part = (change: object): Record<string, string> => ({
  config: JSON.stringify({ ...JSON.parse(kubeconfig(server)), ...change }),
});
const expired = ["e30", Buffer.from('{"exp":1}').toString("base64url"), "c2ln"].join(".");
const readable = "Check path, owner and mode.";
const mend = "Mend it: kubectl config view --kubeconfig FOLDER/config has to print it.";

describe("a kubeconfig that is of no use", () => {
  test.each<[string, Record<string, string>, string]>([
    ["missing", {}, `KUBE001: FOLDER/config could not be read: no such file. ${readable}`],
    ["empty", { config: "" }, `KUBE002: FOLDER/config is not a kubeconfig: at its top: object is expected. ${mend}`],
    [
      "broken",
      { config: "users:\n- name: me\n  user: {token: s3cret" },
      `KUBE002: FOLDER/config is not a kubeconfig: line 3 is not valid YAML. ${mend}`,
    ],
    [
      "of another kind",
      { config: "kind: Secret" },
      `KUBE002: FOLDER/config is not a kubeconfig: at kind: something else is expected. ${mend}`,
    ],
    [
      "with a field of another form",
      part({ users: [{ name: "me", user: { token: ["s3cret"] } }] }),
      `KUBE002: FOLDER/config is not a kubeconfig: at users.0.user.token: string is expected. ${mend}`,
    ],
    [
      "full of aliases",
      {
        config: `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [${`*${i === 0 ? "a" : `b${i - 1}`},`.repeat(9)}]`).join("\n")}`,
      },
      `KUBE002: FOLDER/config is not a kubeconfig: it is nested too deeply, or its aliases stand for too much. ${mend}`,
    ],
    [
      "nested deeply",
      { config: "[".repeat(5_000) + "]".repeat(5_000) },
      `KUBE002: FOLDER/config is not a kubeconfig: line 1 is not valid YAML. ${mend}`,
    ],
    [
      "without a current context",
      part({ "current-context": "" }),
      "KUBE003: no context is chosen in FOLDER/config. Choose one: --context there.",
    ],
    [
      "without any context",
      { config: "{}" },
      "KUBE003: no context is chosen in FOLDER/config. Choose one: it has none, so another kubeconfig (--kubeconfig FILE).",
    ],
    [
      "with a current context that is not there",
      part({ "current-context": "gone" }),
      'KUBE003: there is no context "gone" in FOLDER/config. Choose one: --context there.',
    ],
    [
      "without the cluster",
      part({ clusters: [] }),
      'KUBE004: the context "there" names the cluster "far", which is not in FOLDER/config. Add the cluster, or choose another context.',
    ],
    [
      "without the user",
      part({ users: null }),
      'KUBE004: the context "there" names the user "me", which is not in FOLDER/config. Add the user, or choose another context.',
    ],
    [
      "with a CA file that is missing",
      full({ cluster: { "certificate-authority": "pki/ca.crt" } }),
      `KUBE005: FOLDER/pki/ca.crt, which FOLDER/config names as certificate-authority, could not be read: no such file. ${readable}`,
    ],
    [
      "with a CA file that is none",
      { ...full({ cluster: { "certificate-authority": "ca.crt" } }), "ca.crt": "s3cret" },
      "KUBE005: FOLDER/ca.crt is of no use: it is no certificate in PEM, or does not fit its key. Mend the file.",
    ],
    [
      "with CA data that is none",
      full({ cluster: { "certificate-authority-data": "s3cret" } }),
      "KUBE005: certificate-authority-data in FOLDER/config is of no use: it is no certificate in PEM, or does not fit its key. Mend the file.",
    ],
    [
      "with a certificate and no key",
      full({ user: { "client-certificate-data": data(certificate) } }),
      "KUBE005: client-certificate-data in FOLDER/config is of no use: a client certificate and its key are only of use together. Mend the file.",
    ],
    [
      "with a key of another certificate",
      full({
        user: { "client-certificate-data": data(certificate), "client-key-data": data(authority().issue("x").key) },
      }),
      "KUBE005: client-certificate-data in FOLDER/config is of no use: it is no certificate in PEM, or does not fit its key. Mend the file.",
    ],
    [
      "with a token file that is missing",
      full({ user: { tokenFile: "/no/such/token" } }),
      `KUBE005: /no/such/token, which FOLDER/config names as tokenFile, could not be read: no such file. ${readable}`,
    ],
    [
      "with a user in the server's URL",
      { config: kubeconfig("https://me:s3cret@10.0.0.1:6443") },
      "KUBE006: the server of the cluster in FOLDER/config has a user or a query. Write it as https://HOST:PORT.",
    ],
    [
      "without a scheme",
      { config: kubeconfig("10.0.0.1:6443") },
      "KUBE006: the server of the cluster in FOLDER/config is no http or https URL. Write it as https://HOST:PORT.",
    ],
    [
      "with a proxy of no known kind",
      full({ cluster: { "proxy-url": "ftp://me:s3cret@10.0.0.2" } }),
      "KUBE006: the proxy-url in FOLDER/config is no http, https or socks5 URL. Mend it.",
    ],
    [
      "with a provider that kubectl has given up",
      full({ user: { "auth-provider": { name: "gcp" } } }),
      "KUBE006: the user in FOLDER/config has the auth-provider gcp, which kubectl has given up. Use the credential plugin (exec) that took its place.",
    ],
    [
      "with an id-token that has expired",
      full({ user: { "auth-provider": { name: "oidc", config: { "id-token": expired, "refresh-token": "s3cret" } } } }),
      "KUBE006: the id-token of the user in FOLDER/config has expired, or is none. Run kubectl get --raw /version once: it renews the token and writes it into the kubeconfig.",
    ],
  ])("%s", async (_, files, expected) => {
    expect(await withConfig(files)).toBe(expected);
  });

  test("with a context that is not there", async () => {
    expect(await withConfig(full(), { context: "gone" })).toBe(
      'KUBE003: there is no context "gone" in FOLDER/config. Choose one: --context there.',
    );
  });
});

describe("which kubeconfig", () => {
  const of = (name: string, currentContext: string, token = ""): string =>
    JSON.stringify({
      "current-context": currentContext,
      clusters: [{ name: "c", cluster: { server: `https://${name}` } }],
      users: [{ name: "u", user: { token } }],
      contexts: [
        { name: "shared", context: { cluster: "c", user: "u" } },
        { name, context: { cluster: "c" } },
      ],
    });

  test.each<[string, string, string]>([
    ["the first file's current context and cluster", "one:two", "asks https://one"],
    ["the second file's where the first chooses none", "none:two", "asks https://two"],
    ["what is missing is passed over", "gone:two", "asks https://two"],
    [
      "a file that is broken is not",
      "broken:two",
      `KUBE002: FOLDER/broken is not a kubeconfig: at its top: object is expected. Mend it: kubectl config view --kubeconfig FOLDER/broken has to print it.`,
    ],
    [
      "none of them is there",
      "gone",
      "KUBE007: no cluster is named: there is no kubeconfig, and this is no pod. Name one: --kubeconfig FILE, or KUBECONFIG.",
    ],
  ])("of KUBECONFIG: %s", async (_, names, expected) => {
    const folder = folderOf({ one: of("one", "shared"), two: of("two", "two"), none: "clusters: []", broken: "7" });
    const KUBECONFIG = names
      .split(":")
      .map((name) => join(folder, name))
      .join(delimiter);
    expect(await connecting(folder, { environment: { KUBECONFIG } })).toBe(expected);
  });

  test("in the home directory", async () => {
    const home = folderOf({});
    const nowhere = await connecting(home, { environment: { HOME: home } });
    mkdirSync(join(home, ".kube"));
    writeFileSync(join(home, ".kube", "config"), kubeconfig(server));
    expect([nowhere.slice(0, 7), await connecting(home, { environment: { HOME: home } })]).toEqual([
      "KUBE007",
      `asks ${server}`,
    ]);
  });
});
