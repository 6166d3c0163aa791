import { expect, test } from "vitest";
import { redactArguments } from "./arguments.ts";

/** With `R` in place of a secret, and other texts as they are. */
function redacted(...line: readonly string[]): readonly string[] {
  return redactArguments(
    line,
    () => "R",
    (text) => text,
  );
}

test.each<[readonly string[], readonly string[]]>([
  [["--token=x"], ["--token=R"]],
  [["-db.password=a=b"], ["-db.password=R"]],
  [
    ["PGPASSWORD=x", "psql"],
    ["PGPASSWORD=R", "psql"],
  ],
  [
    ["--password", "x", "--v", "4"],
    ["--password", "R", "--v", "4"],
  ],
  [
    ["-p", "hunter2"],
    ["-p", "R"],
  ],
  [
    ["curl", "-u", "me:hunter2"],
    ["curl", "-u", "me:R"],
  ],
  [
    ["mysqldump", "-uroot", "-phunter2"],
    ["mysqldump", "-uroot", "-pR"],
  ],
  [
    ["redis-cli", "-h", "db", "-a", "hunter2", "ping"],
    ["redis-cli", "-h", "db", "-a", "R", "ping"],
  ],
  [
    ["/usr/bin/valkey-benchmark", "-a", "-hunter2"],
    ["/usr/bin/valkey-benchmark", "-a", "R"],
  ],
  [
    ["hostapd", "--psk", "hunter2", "--keyring=AQBq"],
    ["hostapd", "--psk", "R", "--keyring=R"],
  ],
])("%j", (line, expected) => {
  expect(redacted(...line)).toEqual(expected);
});

test.each([
  [["--port=8080"]],
  [["--password=$(DB_PASSWORD)"]],
  [["--token-file=/var/run/token"]],
  [["--password", "--verbose"]],
  [["--secure-token=true"]],
  [["-p", "8080"]],
  [["mkdir", "-p", "/data"]],
  [["ssh", "-p22"]],
  [["sleep", "-u", "root"]],
  [["ls", "-a", "hunter2"]],
  [["redis-cli", "-a", "$(REDIS_PASSWORD)"]],
])("%j tells no secret", (line) => {
  expect(redacted(...line)).toEqual(line);
});
