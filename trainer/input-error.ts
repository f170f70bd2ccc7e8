/**
 * Input that a person named and that cannot be used: a file, a value in it, an option.
 *
 * The message is one sentence saying what was expected, what came and what to do. The command
 * line prints it without a stack and ends with exit code 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Longer values would push the advice out of sight. */
const MAX_SHOWN_CHARACTERS = 60;

/** Returns `value` quoted and shortened for a message about input. */
export function quoteInput(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
