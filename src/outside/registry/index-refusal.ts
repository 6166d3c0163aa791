/** Why an index gives no answer about a chart, as a plain clause. */
export class IndexRefusal extends Error {}

/** Versions of one chart beyond this are refused. */
export const maximumVersions = 20_000;
/** Characters of a line, and lines of the used fields of a version. */
export const maximumLine = 4096;
export const maximumLinesAVersion = 64;

export const tooMany = `it lists over ${maximumVersions} versions of the chart`;
export const tooLong = "a version of the chart is too long";
export const unusual = "the chart's entry is written in a way that is not read";

/** The start of a field that is read; all others are passed over. */
export const usedField = /^(["']?)(?:name|version|appVersion|created|digest|deprecated|type)\1\s*:(?:\s|$)/;
