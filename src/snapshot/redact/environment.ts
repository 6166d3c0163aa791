import { isSecretKey } from "../../report/secret-words.ts";

/** Keys below which variables of containers stand, in pods and in the values of charts: `env`, `extraEnvVars`. */
export function holdsVariables(key: string): boolean {
  return key === "env" || (key.length < 40 && /(?:env|environment)(?:vars?|variables)?$/i.test(key));
}

/**
 * Whether a variable's value stays: it is a boolean, refers to other variables, or is a number that is too short for a
 * secret, and its name is not that of one. Ports and levels matter to whoever compares containers.
 */
export function isPlainVariable(name: string, value: string): boolean {
  if (value === "" || refers(value)) return true;
  return !isSecretKey(name) && isShortNumber(value);
}

/** `$(DB_HOST)` and nothing beside it [api v0.36.3, core/v1/types.go, EnvVar.Value]; true and false. */
export function refers(value: string): boolean {
  return /^(?:true|false|(?:\$\([\w.-]{1,253}\))+)$/i.test(value);
}

export function isShortNumber(value: string): boolean {
  return /^-?\d{1,5}$/.test(value);
}
