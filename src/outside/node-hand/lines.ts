/**
 * The lines of a stream of bytes, without their ends. What is longer than `longest` bytes ends the stream: nothing behind it can be
 * told apart. A last line without an end is none.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  for await (const bytes of input) {
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      yield Buffer.concat([...pieces, bytes.subarray(from, end)]).toString("utf8");
      pieces = [];
      held = 0;
      from = end + 1;
    }
    const rest = bytes.subarray(from);
    held += rest.length;
    if (held > longest) return;
    if (rest.length > 0) pieces.push(rest);
  }
}

const newline = 0x0a;
