/** `1 file`, `2 files`; `several` where the plural is not the word and an s. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}
