import * as v from 'valibot';
import { utf8Text } from './bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/**
 * Checks a value from another machine against `schema`.
 *
 * @param code The error's code where the value does not fit.
 * @throws {ProtocolError} With `code`; names the first field that does not fit and what was
 *   expected there, without its value.
 */
export function parseWith<TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
  code: ProtocolErrorCode,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the whole value';
  throw new ProtocolError(code, `expected ${issue.expected ?? issue.message} at ${field}`);
}

/**
 * Reads JSON from another machine: UTF-8 bytes or text.
 *
 * @throws {ProtocolError} With `code` if it is not JSON or does not fit `schema`.
 */
export function parseJson<TSchema extends v.GenericSchema>(
  schema: TSchema,
  json: Uint8Array | string,
  code: ProtocolErrorCode,
): v.InferOutput<TSchema> {
  return parseWith(schema, readJson(json, code), code);
}

/** The same for JSON whose content is checked later: an envelope, whose signature comes first. */
export function readJson(json: Uint8Array | string, code: ProtocolErrorCode): unknown {
  try {
    return JSON.parse(typeof json === 'string' ? json : utf8Text(json));
  } catch (cause) {
    throw new ProtocolError(code, 'expected JSON in UTF-8', { cause });
  }
}
