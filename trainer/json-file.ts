import * as v from 'valibot';
import { textIfExists } from './if-exists.ts';
import { InputError, quoteInput } from './input-error.ts';

/**
 * Reads a JSON file of a workspace, which a person may have edited.
 *
 * @returns `undefined` if there is no such file.
 * @throws {InputError} If it is not JSON or does not fit `schema`: names the file, the field, what was
 *   expected and what came.
 */
export async function readJsonFile<TSchema extends v.GenericSchema>(
  file: string,
  schema: TSchema,
): Promise<v.InferOutput<TSchema> | undefined> {
  const text = await textIfExists(file);
  if (text === undefined) return undefined;
  return requireFit(file, schema, parseText(file, text));
}

/**
 * Passes a value through if the file may hold it.
 *
 * @throws {InputError} As {@link readJsonFile}.
 */
export function requireFit<TSchema extends v.GenericSchema>(
  file: string,
  schema: TSchema,
  value: unknown,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new InputError(
    `${file}${field === null ? '' : `, field ${field}`}: expected ${issue.expected ?? issue.message}, came ${quoteInput(issue.input)}; correct it`,
  );
}

function parseText(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${file}: expected JSON, but ${(cause as Error).message}; correct it or restore the file`, {
      cause,
    });
  }
}
