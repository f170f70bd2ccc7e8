import { readFile } from 'node:fs/promises';
import { html, raw } from 'hono/html';
import type { Html } from './draw-plot.ts';

/** Nothing is fetched and nothing runs, whatever a data set's name holds. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A whole page in one file. */
export async function page(title: string, body: Html): Promise<string> {
  const style = await readFile(new URL('report.css', import.meta.url), 'utf8');
  const text = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return text.toString();
}
