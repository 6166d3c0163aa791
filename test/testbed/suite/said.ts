/** What a report says, without how its lines are broken, indented and lined up. */
export function saidOf(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
