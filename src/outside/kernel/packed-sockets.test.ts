import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Socket } from "../../model/ledger.ts";
import { packSockets, unpackSockets } from "./packed-sockets.ts";

const socket: fc.Arbitrary<Socket> = fc.record({
  protocol: fc.constantFrom("tcp", "udp"),
  family: fc.constantFrom(4, 6),
  address: fc.constantFrom("0.0.0.0", "127.0.0.1", "::", "::ffff:10.0.0.1"),
  port: fc.integer({ min: 0, max: 65_535 }),
  connected: fc.boolean(),
  // As large as a table may have them.
  inode: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  network: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  closed: fc.boolean(),
});

test("sockets arrive as they were sent", () => {
  fc.assert(
    fc.property(fc.array(socket), (sockets) => {
      expect(unpackSockets(deserialize(serialize(packSockets(sockets))))).toEqual(sockets);
    }),
  );
});
