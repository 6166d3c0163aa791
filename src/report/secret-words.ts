/** Whether what a key of this name holds is taken for a secret: `adminPassword`, `--set auth.token`, `API_KEY`. */
export function isSecretKey(name: string): boolean {
  const before = judgedBefore.get(name);
  if (before !== undefined) return before;
  const now = secretWord.test(name) && !namesOnly.test(name);
  if (judgedBefore.size === maximumKept) judgedBefore.clear();
  judgedBefore.set(name, now);
  return now;
}

/** Whether what a key of this name holds says where a secret is or how it is kept: `existingSecret`, `tokenPath`. */
export function namesSecret(name: string): boolean {
  return namesOnly.test(name);
}

const judgedBefore = new Map<string, boolean>();
const maximumKept = 4_096;

const secretWord =
  /passw|passphrase|passcode|(?<!by|com)pass$|pwd$|psk$|(?<![a-z])psk|keyring(?!s)|rediscli_auth|secret|token|credential|bearer|cookie|hmac|api[_-]?key|(?:access|private|shared|master|signing|encryption|auth|account|license)[_-]?key|authorization|dockerconfigjson|connection[_-]?string|kubeconfig/i;
/** What a text must hold for one of its words to be a secret's: most texts are passed over by this alone. */
export const anySecretWord = new RegExp(
  `${secretWord.source.replaceAll(/(pass|pwd|psk)\$/g, "$1")}|set_sensitive`,
  "i",
);
// Keys that name where a secret is or how it is kept, and well-known programs: none of them is the secret.
const namesOnly =
  /(?:names?|refs?|namespace|path|file|class|type|policy|ttl|version|chart|image|repository|enabled|create|mount|existing[_.-]?secret|pullsecrets?|(?:sealed|external)[_-]?secrets?(?:[_-]operator)?)$/i;
