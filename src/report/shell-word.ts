/** For a shell: what is not plain is put in quotes, so that a name does nothing when the line is pasted. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9._/:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
