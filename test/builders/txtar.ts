/** Several files in one text, each after a line `-- path --`; what comes before the first is the comment. */
export interface Archive {
  readonly comment: string;
  /** In the order of the text. The last of two with one path counts. */
  readonly files: ReadonlyMap<string, string>;
}

export function parseTxtar(text: string): Archive {
  const [comment = "", ...rest] = text.split(/^-- (.+) --\n/m);
  const files = new Map<string, string>();
  for (let at = 0; at + 1 < rest.length; at += 2) files.set((rest[at] ?? "").trim(), rest[at + 1] ?? "");
  return { comment: comment.trim(), files };
}
