import type { SnapshotEvent } from "./events.ts";
import { LineReader } from "./line-reader.ts";

/** Reads the text of a snapshot, line by line. Throws {@link SnapshotFault}. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SnapshotEvent> {
  const reader = new LineReader();
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      const end = chunk.subarray(start, at + 1);
      const event = reader.read(rest.length === 0 ? end : Buffer.concat([...rest, end]));
      if (event !== null) yield event;
      rest = [];
      length = 0;
      start = at + 1;
    }
    if (start === chunk.length) continue;
    rest.push(chunk.subarray(start));
    length += chunk.length - start;
    reader.checkLength(length);
  }
  reader.finish(length);
}

const newline = 0x0a;
