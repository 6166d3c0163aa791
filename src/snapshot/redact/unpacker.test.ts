import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Unpacker } from "./unpacker.ts";

const mebibyte = 1024 * 1024;
const packed = (mebibytes: number): Buffer => gzipSync(Buffer.alloc(mebibytes * mebibyte));

test("all that is packed in one object has a limit, however it is divided", () => {
  const unpacker = new Unpacker();
  const sizes = [60, 60, 60, 60, 16].map((mebibytes) => unpacker.gunzip(packed(mebibytes)).length / mebibyte);
  expect(sizes).toEqual([60, 60, 60, 60, 16]);
  expect(() => unpacker.gunzip(packed(1))).toThrow("larger");
  unpacker.begin();
  expect(unpacker.gunzip(packed(1))).toHaveLength(mebibyte);
});

test.each<[string, Uint8Array, string]>([
  ["over 64 MiB", packed(65), "larger"],
  ["cut short", packed(1).subarray(0, 100), "unexpected end"],
  ["no gzip", Buffer.from("a plain text"), "incorrect header"],
])("%s is refused", (_, bytes, message) => {
  expect(() => new Unpacker().gunzip(bytes)).toThrow(message);
});
