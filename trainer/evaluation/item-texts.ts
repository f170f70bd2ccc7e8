import * as v from 'valibot';
import type { CatalogItem } from '#protocol/catalog.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';
import { readLines } from './log-lines.ts';

/** An attribute is an id or a word. */
const AttributeSchema = v.union([v.string(), v.number()]);

const ItemTextSchema = v.object({
  id: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
  title: v.optional(v.string()),
  keywords: v.optional(v.string()),
  attrs: v.optional(v.array(AttributeSchema)),
});

/**
 * Gives items the texts of a file with a JSON line an item (`id`, `title` or `keywords`, `attrs`). Lines
 * about other items are left out; an item without a line stays without text.
 *
 * @throws {InputError} If a line is no such JSON, or no line is about any of the items.
 */
export async function addItemTexts(items: readonly CatalogItem[], file: string): Promise<CatalogItem[]> {
  const texts = new Map((await readLines(file)).map((line, index) => parseLine(line, `${file}, line ${index + 1}`)));
  const described = items.map((item) => ({ ...item, ...texts.get(item.id) }));
  if (!items.some(({ id }) => texts.has(id))) {
    throw new InputError(`expected items of the log in ${file}, came ${texts.size} others; check that the ids match`);
  }
  return described;
}

function parseLine(line: string, where: string): [id: string, text: Pick<CatalogItem, 'title' | 'categories'>] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new InputError(`expected a JSON object in ${where}, came ${quoteInput(line)}; correct it`, { cause });
  }
  const parsed = v.safeParse(ItemTextSchema, value);
  if (!parsed.success) {
    throw new InputError(
      `expected an object with id, and title, keywords or attrs, in ${where}, came ${quoteInput(line)}; correct it`,
    );
  }
  const { id, title, keywords, attrs } = parsed.output;
  return [id, { title: title ?? keywords ?? '', categories: (attrs ?? []).map(String) }];
}
