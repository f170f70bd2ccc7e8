import type { Task } from 'tinybench';

/** One printed line; the first of a table names the columns. */
export type Row = (string | number)[];

/** @throws {Error} If the benchmark itself failed. */
export function medianMs({ name, result }: Task): number {
  if (!('latency' in result)) throw new Error(`expected benchmark ${name} to complete, got ${JSON.stringify(result)}`);
  return result.latency.p50;
}

/** A table in Markdown. */
export function toMarkdown([head, ...body]: readonly Row[]): string {
  if (!head) return '';
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
