/** The cells of the page's table of that caption, its head first, each the text as read. */
export function tableOf(html: string, caption: string): string[][] {
  const tables = [...html.matchAll(/<table aria-label="([^"]*)">(.*?)<\/table>/gs)];
  const found = tables.filter(([, label = '']) => textOf(label) === caption);
  if (found.length !== 1) throw new Error(`expected one table "${caption}", found ${found.length}`);
  const rows = (found[0]?.[2] ?? '').split('<tr').slice(1);
  return rows.map((row) =>
    Array.from(row.matchAll(/<(t[hd])[^>]*>(.*?)<\/\1>/gs), ([, , cell = '']) => textOf(cell.replace('<small>', ' '))),
  );
}

export function headingsOf(html: string): string[] {
  return Array.from(html.matchAll(/<h2>(.*?)<\/h2>/g), ([, heading = '']) => textOf(heading));
}

/** What stands in for each plot where it is not seen. */
export function plotDescriptionsOf(html: string): string[] {
  return Array.from(html.matchAll(/<svg class="plot"[^>]* role="img" aria-label="([^"]*)"/g), ([, text = '']) =>
    textOf(text),
  );
}

export function textOf(html: string): string {
  return html
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('\u2060', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .trim();
}

const VOID_ELEMENTS = new Set(['meta']);

/** Elements that are not closed, or not in the order they were opened. */
export function unbalancedTags(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  const tags = html.replaceAll(/<style>.*?<\/style>/gs, '').matchAll(/<(\/?)([a-z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>/g);
  for (const [tag, slash = '', name = '', attributes = ''] of tags) {
    if (VOID_ELEMENTS.has(name) || attributes.endsWith('/')) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(tag);
  }
  return [...wrong, ...open];
}
