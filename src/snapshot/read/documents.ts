import type { SnapshotEvent } from "./events.ts";

/** Passes on what is read, and keeps the documents of the API among it, but for its schemas. */
export async function* keepingDocuments(
  events: AsyncIterable<SnapshotEvent>,
  documents: Map<string, unknown>,
): AsyncGenerator<SnapshotEvent> {
  for await (const event of events) {
    if (event.event === "content" && event.content.document !== undefined) {
      const { path, json } = event.content.document;
      if (!path.startsWith("/openapi")) documents.set(path, json);
    }
    yield event;
  }
}
