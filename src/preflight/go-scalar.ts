/**
 * What a plain scalar of YAML is for Helm and kubectl, which read YAML 1.1 as go-yaml does: `yes` is true, `0644` is 420
 * [sigs.k8s.io/yaml v1.6.0, yaml.go; go.yaml.in/yaml v2.4.4, resolve.go]. Timestamps stay text, and no number is too large
 * for a double to stay near it.
 */
export function goScalar(text: string): string | number | boolean | null {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d]/.test(text) || isTimestamp.test(text)) return text;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const whole = /^([-+]?)(0x[\da-f]+|0o?[0-7]+|0b[01]+|0|[1-9]\d*)$/i.exec(plain);
  if (whole !== null) return (whole[1] === "-" ? -1 : 1) * wholeNumber(whole[2] ?? "0");
  return isFloat.test(plain) ? Number(plain) : text;
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
]);

const isTimestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ]\d{1,2}:\d{1,2}:\d{1,2})/;
const isFloat = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;

/** A leading zero means octal. */
function wholeNumber(digits: string): number {
  return Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
}
