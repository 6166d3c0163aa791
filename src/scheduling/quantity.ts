/**
 * A quantity of Kubernetes in billionths of its unit: `100m` is 100,000,000. What is finer is rounded away from zero, and
 * what has a binary suffix is at most 2^63-1 units [apimachinery v0.36.3, pkg/api/resource/quantity.go, ParseQuantity].
 * `null`: it is none, or of a size that no node has: an exponent is a cheap way to make a number of any length.
 */
export function parseQuantity(text: string): bigint | null {
  const [, sign, whole = "", fraction = "", suffix = ""] = form.exec(text) ?? [];
  if (whole === "" && fraction === "") return null;
  const unit = unitOf(suffix);
  if (unit === null) return null;
  const digits = BigInt(whole + fraction);
  const billionths =
    unit.base === 10n
      ? scaled(digits, unit.exponent - BigInt(fraction.length) + 9n)
      : least(scaled(digits << unit.exponent, 9n - BigInt(fraction.length)), largest);
  return sign === "-" ? -billionths : billionths;
}

/** In whole units, rounded up [the same, Quantity.Value]. */
export function wholeUnits(billionths: bigint): bigint {
  return roundedUp(billionths, 1_000_000_000n);
}

/** In thousandths, rounded up [the same, Quantity.MilliValue]. */
export function thousandths(billionths: bigint): bigint {
  return roundedUp(billionths, 1_000_000n);
}

const form = /^([+-]?)([0-9]{0,40})(?:\.([0-9]{0,40}))?([A-Za-z]{0,2}|[eE][+-]?[0-9]{1,3})$/;

const suffixes: ReadonlyMap<string, { readonly base: 2n | 10n; readonly exponent: bigint }> = new Map([
  ["n", { base: 10n, exponent: -9n }],
  ["u", { base: 10n, exponent: -6n }],
  ["m", { base: 10n, exponent: -3n }],
  ["", { base: 10n, exponent: 0n }],
  ["k", { base: 10n, exponent: 3n }],
  ["M", { base: 10n, exponent: 6n }],
  ["G", { base: 10n, exponent: 9n }],
  ["T", { base: 10n, exponent: 12n }],
  ["P", { base: 10n, exponent: 15n }],
  ["E", { base: 10n, exponent: 18n }],
  ["Ki", { base: 2n, exponent: 10n }],
  ["Mi", { base: 2n, exponent: 20n }],
  ["Gi", { base: 2n, exponent: 30n }],
  ["Ti", { base: 2n, exponent: 40n }],
  ["Pi", { base: 2n, exponent: 50n }],
  ["Ei", { base: 2n, exponent: 60n }],
]);

const largest = (2n ** 63n - 1n) * 1_000_000_000n;
const largestExponent = 60n;

function unitOf(suffix: string): { readonly base: 2n | 10n; readonly exponent: bigint } | null {
  const named = suffixes.get(suffix);
  if (named !== undefined) return named;
  const [, digits] = /^[eE]([+-]?[0-9]+)$/.exec(suffix) ?? [];
  if (digits === undefined) return null;
  // BigInt reads "-3", and not "+3".
  const exponent = BigInt(digits.replace("+", ""));
  return exponent > largestExponent || exponent < -largestExponent ? null : { base: 10n, exponent };
}

/** `digits * 10^exponent`, rounded up. */
function scaled(digits: bigint, exponent: bigint): bigint {
  return exponent >= 0n ? digits * 10n ** exponent : roundedUp(digits, 10n ** -exponent);
}

function roundedUp(number: bigint, unit: bigint): bigint {
  const quotient = number / unit;
  return number > 0n && number % unit !== 0n ? quotient + 1n : quotient;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
