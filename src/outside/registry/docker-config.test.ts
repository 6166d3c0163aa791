import { expect, test } from "vitest";
import { dockerConfigCredentials } from "./docker-config.ts";

function auth(text: string): string {
  return Buffer.from(text).toString("base64");
}

function logins(config: unknown): string[] {
  return [...dockerConfigCredentials(JSON.stringify(config))].map(
    ([host, { username, password }]) => `${host} ${username} ${password}`,
  );
}

test("user and password by host", () => {
  const auths = {
    "https://index.docker.io/v1/": { auth: auth("me:hub") },
    "ghcr.io": { auth: auth("me:a:b") },
    "http://127.0.0.1:5000/v2/": { username: "you", password: "local" },
    "helper.example": {},
    "token.example": { identitytoken: "x" },
    "broken.example": { auth: "???" },
    "empty.example": { auth: auth("me:") },
    "number.example": { username: 1, password: 2 },
  };
  expect(logins({ auths, credsStore: "desktop", credHelpers: { "gcr.io": "gcloud" } })).toEqual([
    "docker.io me hub",
    "ghcr.io me a:b",
    "127.0.0.1:5000 you local",
  ]);
});

test.each(["", "null", "[]", "{", '{"auths":null}', '{"auths":[1]}', '{"auths":{"a":null}}', '{"auths":"x"}'])(
  "%j gives no login",
  (text) => {
    expect(dockerConfigCredentials(text).size).toBe(0);
  },
);
