import type { Bot } from "../repository.ts";
import type { Sources } from "../sources.ts";
export function readBots(_: Sources): readonly Bot[] { return []; }
