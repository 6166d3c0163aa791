import type { Repository } from "../../repository/repository.ts";
import type { Cell } from "../matrix.ts";
export interface BotChange { readonly manager: string; readonly datasource: string; readonly package: string; readonly file: string }
export function botCell(_: Repository, __: BotChange | null): Cell { return { state: "unreached", detail: "no bot is configured" }; }
