import { CredentialsFailure } from "../connection.ts";

/** The value of the header `authorization` as it is sent; throws {@link CredentialsFailure}. */
export function headerOf(authorization: string): string {
  // Token files end in a newline as often as not.
  const trimmed = authorization.trim();
  if (!/^[\x20-\x7e]*$/.test(trimmed))
    throw new CredentialsFailure("the token has characters that no header can carry", "mend the token");
  return trimmed;
}
