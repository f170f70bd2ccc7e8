import { InputError } from './input-error.ts';

/** A JSON object of a catalog file. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Splits JSON text into its entries: one array of objects, or JSON lines with an object on each.
 *
 * @param file Its name, for messages.
 * @throws {InputError} If the text does not parse, or is something else; names the entry, counted
 *   from 1.
 */
export function parseJsonEntries(file: string, text: string): JsonObject[] {
  const values = parseLines(file, text) ?? parseArray(file, text);
  return values.map((value, index) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    throw new InputError(`${file}, entry ${index + 1}: expected an object, came ${nameKind(value)}; correct the entry`);
  });
}

/** @returns `undefined` if the text is not JSON lines: its first line is not an object of its own. */
function parseLines(file: string, text: string): unknown[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const areJsonLines =
    /\.(?:jsonl|ndjson)(?:\.gz)?$/i.test(file) || (lines.length > 1 && isWholeObject(lines[0] ?? ''));
  if (!areJsonLines) return undefined;
  return lines.map((line, index) => parseJson(`${file}, entry ${index + 1}`, line));
}

function parseArray(file: string, text: string): unknown[] {
  const value = parseJson(file, text);
  if (Array.isArray(value)) return value;
  throw new InputError(
    `expected an array of products in ${file}, came ${nameKind(value)}; export the products as one array`,
  );
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`expected JSON in ${where}, came something else (${reason}); correct the file`, { cause });
  }
}

function isWholeObject(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false; // an object over several lines: not JSON lines
  }
}

function nameKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
