/**
 * How long the tests wait before they take something for hung, in milliseconds. What takes 10 s on an idle machine has
 * room on one that is ten times slower. Where nothing hangs they cost no time.
 */

/** One run of the command, or one input of the fuzzer. */
export const hungRun = 240_000;
/** A test or a hook of the unit and system projects, with what it runs: above `hungRun`, so that the run is what is told. */
export const hungTest = 600_000;
