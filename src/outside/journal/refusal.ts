import type { Reason, ReasonCode } from "../../model/told.ts";
import { NotOurs } from "../files/own-folder.ts";
import { failureText } from "../files/read.ts";
import { NoRoom } from "./append.ts";
import { KeptChanging, TooLarge } from "./read.ts";

/** Why something was not done with the files of a journal. */
export function refusal(text: string, error: unknown): Reason {
  const { code, why, supply } = explained(error);
  return { code, text: `${text}: ${why}`, at: [], ...(supply === undefined ? {} : { supply }) };
}

function explained(error: unknown): { code: ReasonCode; why: string; supply?: string } {
  if (error instanceof NotOurs)
    return { code: "not-permitted", why: error.message, supply: "see who put it there, and remove it" };
  if (error instanceof NoRoom) return { code: "incomplete", why: "no space left", supply: giveRoom };
  if (error instanceof TooLarge)
    return { code: "limit", why: error.message, supply: "see who writes to it, and move it away" };
  if (error instanceof KeptChanging)
    return { code: "changed-meanwhile", why: "others wrote to it all the time", supply: "try again" };
  const why = failureText(error);
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return { code: "incomplete", why, supply: giveRoom };
    case "EROFS":
      return { code: "not-permitted", why, supply: "see why: a disk that fails is mounted anew so" };
    case "EACCES":
    case "EPERM":
      return { code: "not-permitted", why, supply: "run it as root" };
    default:
      return { code: "file-unreadable", why };
  }
}

const giveRoom = "give the disk room";
