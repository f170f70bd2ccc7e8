import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { InputError } from './input-error.ts';

/** One record of a CSV file. */
export interface CsvRecord {
  /** Of its last character, counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What the parser emits with its option `info`. */
interface ParserOutput {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

const DELIMITERS = [',', ';', '\t'] as const;

/** An unclosed quote would otherwise read the rest of the file into one field. */
const MAX_RECORD_CHARACTERS = 1024 * 1024;

/**
 * Splits CSV text into records, the header first. Comma, semicolon or tab, whichever the header
 * holds most of; empty lines are skipped.
 *
 * @param file Its name, for messages.
 * @throws {InputError} If a record has another number of fields than the header, or quotes that
 *   do not match.
 */
export async function* readCsvRecords(file: string, chunks: AsyncIterator<string>): AsyncGenerator<CsvRecord> {
  const start = await readFirstLine(chunks);
  const parser = parse({
    delimiter: findDelimiter(start),
    skip_empty_lines: true,
    relax_column_count: true, // counted below: the parser would refuse a line before the header is looked at
    max_record_size: MAX_RECORD_CHARACTERS,
    info: true,
  });
  try {
    const records: AsyncIterable<ParserOutput> = pipeline(Readable.from(continueFrom(start, chunks)), parser, () => {});
    let numColumns: number | undefined;
    let numCountedTwice = 0; // csv-parse takes CR LF inside quotes for two lines
    for await (const { info, record } of records) {
      for (const field of record) if (field.includes('\r\n')) numCountedTwice += field.split('\r\n').length - 1;
      const line = info.lines - numCountedTwice;
      numColumns ??= record.length;
      if (record.length !== numColumns) {
        throw new InputError(
          `${file}, line ${line}: expected as many fields as the header has, came ${record.length}; quote the fields that hold the delimiter`,
        );
      }
      yield { line, fields: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? new InputError(describe(file, error), { cause: error }) : error;
  }
}

async function readFirstLine(chunks: AsyncIterator<string>): Promise<string> {
  let start = '';
  while (!/\S[^\n]*\n/.test(start) && start.length < MAX_RECORD_CHARACTERS) {
    const next = await chunks.next();
    if (next.done) break;
    start += next.value;
  }
  return start;
}

async function* continueFrom(start: string, chunks: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield start;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  } finally {
    await chunks.return?.(); // closes the file when the reader stops early
  }
}

function findDelimiter(text: string): string {
  const [header = ''] = text.trimStart().split('\n', 1);
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => unquoted.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function describe(file: string, error: CsvError): string {
  const at = `${file}, line ${error.lines ?? '?'}`;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return `${at}: expected every quoted field to be closed, came a quote that stays open; write a quote inside a field twice`;
    default:
      return `${at}: expected CSV with fields quoted as RFC 4180 says, came something else (${error.message}); save the file as CSV again`;
  }
}
