import { pointerTo, type JsonObject, type Json, type Pointer } from "../../model/json.ts";
import type { Reason } from "../../model/told.ts";
import { expanded, isPlaceholder, redacted, type Environment } from "./environment.ts";
import { expandInShell } from "./expansion.ts";
import { textOf, untoldAt } from "./pod-parts.ts";

/** One word that a process is started with. */
export interface Word {
  readonly text: string;
  readonly pointer: Pointer;
  /** Why a part of it could not be told: the text has what was written there. */
  readonly missing: Reason | null;
}

export interface CommandLine {
  readonly words: readonly Word[];
  /** There was more than is looked at. */
  readonly cut: boolean;
}

/**
 * The words of a container's command and arguments, variables replaced. What a shell is given with `-c` is taken apart in words
 * too: not as a shell would, but flags and their values stand there as anywhere else.
 */
export function commandLine(
  container: JsonObject,
  at: Pointer,
  environment: Environment,
  untold: ReadonlyMap<Pointer, Reason>,
): CommandLine {
  const written = ["command", "args"].flatMap((key) => wordsOf(container[key], pointerTo(at, key)));
  const words: Word[] = [];
  let [room, isScript, isShell] = [mostCharacters, false, false];
  for (const { text, pointer } of written) {
    const hidden = untoldAt(untold, pointer) ?? (isPlaceholder(text) ? redacted : null);
    const { text: replaced, missing } = expanded(text, environment);
    room -= replaced.length;
    if (room < 0 || words.length >= mostWords) return { words, cut: true };
    if (isScript && replaced !== "--") words.push(...scriptWords(replaced, pointer, hidden ?? missing, environment));
    else words.push({ text: replaced, pointer, missing: hidden ?? missing });
    if (shell.test(replaced)) isShell = true;
    else isScript = (isScript && replaced === "--") || (isShell && shellCommand.test(replaced));
  }
  return words.length > mostWords ? { words: words.slice(0, mostWords), cut: true } : { words, cut: false };
}

const mostCharacters = 1_048_576;
const mostWords = 20_000;
const shell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|k|z)?sh$/;
const shellCommand = /^-[a-z]{0,6}c$/;

function wordsOf(list: Json | undefined, at: Pointer): readonly { readonly text: string; readonly pointer: Pointer }[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly Json[]).map((each, index) => ({ text: textOf(each) ?? "", pointer: pointerTo(at, index) }));
}

function scriptWords(
  script: string,
  pointer: Pointer,
  missing: Reason | null,
  environment: Environment,
): readonly Word[] {
  return [...script.matchAll(shellWord)].slice(0, mostWords + 1).map(([word]) => {
    const bare = word.replaceAll(/["']/g, "");
    const own = expanded(bare, environment, expandInShell);
    return {
      text: own.text,
      pointer,
      missing: own.missing ?? (missing !== null && /\$|redacted-/.test(bare) ? missing : null),
    };
  });
}

/** What stands between white space and the signs of a shell, with quoted parts whole. */
const shellWord = /(?:[^\s"';|&()<>]|"[^"]*"|'[^']*')+/g;
