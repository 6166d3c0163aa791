import { anySecretWord } from "../../report/secret-words.ts";
import { textOf } from "./placeholder.ts";

/**
 * Whether a text is worth a look: it has a word or a sign without which none of its rules finds a secret. Most texts of a
 * cluster have none.
 */
export function couldHoldSecret(text: string): boolean {
  if (text.length < 6) return false;
  return anySign.test(text) || holdsPackedText(text);
}

const anySign = new RegExp(
  [
    anySecretWord.source,
    "[@{\\[]",
    // Parameters of signed URLs; the beginning of JWTs, PEM blocks and tokens.
    "[?&][\\w-]+=|eyJ|-----BEGIN|bearer|basic|slack\\.com|discord",
    "(?:A[KSBCRI][IC]A)[A-Z0-9]|gh[pousr]_|github_pat|gl[a-z]{2,5}-|npm_|pypi-|hf_|dckr_|dop_v1|shpat_|tskey-|sk-|[sr]k_|xox|xapp-",
    "hv[sbr]\\.|SG\\.|ya29|atlasv1|AIza|AGE-SECRET",
    // Programs that take user and password without a word of it.
    "(?:^|\\s)-[apu]|--user",
  ].join("|"),
  "i",
);

/** A word of base64 that says text, or what packers begin with. */
function holdsPackedText(text: string): boolean {
  for (const [word] of text.matchAll(base64Word))
    if (packed.test(word) || word.length >= 60 || textOf(word) !== null) return true;
  return false;
}

/** A word of base64, as long as one that says something. */
export const base64Word = /(?<![\w+/=.-])(?=[\w+/]{0,500}[A-Z])[A-Za-z\d+/]{16,}={0,2}(?![\w+/=.-])/g;
/** gzip, zip, zstd, bzip2, xz in base64. */
const packed = /^(?:H4sI|UEsD|KLUv|QlpoOT|\/Td6WFo)/;
