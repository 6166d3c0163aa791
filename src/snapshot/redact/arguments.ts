import { isSecretKey } from "../../report/secret-words.ts";
import { isShortNumber, refers } from "./environment.ts";

/**
 * A command line without its secrets: `--token=x`, `--password x`, `-p x`, `PASSWORD=x`, `-u user:x`, `mysql -px` and
 * `redis-cli -a x`; what else is in an argument is for `text`. The number of arguments stays.
 *
 * @param program what stands before them, where they are only the arguments of it
 */
export function redactArguments(
  line: readonly string[],
  replace: (secret: string) => string,
  text: (text: string) => string,
  program = "",
): readonly string[] {
  let before = "";
  let isDatabase = database.test(program);
  let isRedis = redis.test(program);
  return line.map((argument) => {
    const [, name, separator, value] = assignment.exec(argument) ?? [];
    const flag = before;
    isDatabase ||= database.test(argument);
    isRedis ||= redis.test(argument);
    before = value === undefined && argument.startsWith("-") ? argument : "";
    if (name !== undefined && separator !== undefined && value !== undefined && isSecretKey(name))
      return tellsNothing(value) ? argument : `${name}${separator}${replace(value)}`;
    if (flag !== "" && takesSecret(flag, argument, isRedis)) {
      const user = flag === "-u" || flag === "--user" ? argument.slice(0, argument.indexOf(":") + 1) : "";
      before = "";
      return `${user}${replace(argument.slice(user.length))}`;
    }
    const joined = attached.exec(argument)?.[1];
    if (joined !== undefined && isDatabase) return `-p${replace(joined)}`;
    return text(argument);
  });
}

const assignment = /^(-{0,2}[A-Za-z][\w.-]{0,100})(=)([^]*)$/;
// The one family of programs that takes a password without a space.
const attached = /^-p(\S+)$/;
const database = /\b(?:mysql|mariadb)/;
// `-a` is all kinds of things elsewhere.
const redis = /\b(?:redis|valkey|keydb)-/;

function takesSecret(flag: string, argument: string, isRedis: boolean): boolean {
  if (flag === "-a" && isRedis) return !tellsNothing(argument);
  if (tellsNothing(argument) || argument.startsWith("-")) return false;
  if (flag === "-u" || flag === "--user") return /^[^\s:/]{1,100}:[^\s]/.test(argument);
  if (flag === "-p") return !/^[./]/.test(argument) && !isShortNumber(argument) && !/^\d{1,5}:\d{1,5}/.test(argument);
  return flag.startsWith("-") && isSecretKey(flag);
}

function tellsNothing(value: string): boolean {
  return value === "" || refers(value);
}
