import { describe, expect, test } from 'vitest';
import { type DataLayerEvent, readDataLayerEntry, watchDataLayer } from '#widget/data-layer.ts';

/** What `gtag(…)` pushes. */
function gtag(..._parameters: unknown[]): IArguments {
  // biome-ignore lint/complexity/noArguments: the documented gtag snippet pushes exactly this object.
  return arguments;
}

const items = [{ item_id: 'mug-4' }, { item_id: 77 }, { item_name: 'no id' }];

const cases: [name: string, entry: unknown, events: DataLayerEvent[]][] = [
  [
    'view_item is a view of each item',
    { event: 'view_item', ecommerce: { items } },
    [
      { kind: 'view', itemId: 'mug-4' },
      { kind: 'view', itemId: '77' },
    ],
  ],
  [
    'add_to_cart is an add',
    { event: 'add_to_cart', ecommerce: { items: [items[0]] } },
    [{ kind: 'add', itemId: 'mug-4' }],
  ],
  ['purchase is a purchase', gtag('event', 'purchase', { items: [items[0]] }), [{ kind: 'purchase', itemId: 'mug-4' }]],
  ['search is a search', { event: 'search', search_term: ' red mug ' }, [{ kind: 'search', query: 'red mug' }]],
  [
    'so is a page of search results',
    gtag('event', 'view_search_results', { search_term: 'mug' }),
    [{ kind: 'search', query: 'mug' }],
  ],
  ['an empty search is none', { event: 'search', search_term: ' ' }, []],
  ['a list that was shown is no view', { event: 'view_item_list', ecommerce: { items } }, []],
  ['the clearing of the last event says nothing', { ecommerce: null }, []],
  ['a configuration says nothing', gtag('config', 'G-1'), []],
  ['a method of every object is no event', { event: 'constructor', ecommerce: { items } }, []],
  ['nonsense says nothing', 'view_item', []],
];

test.each(cases)('%s', (_name, entry, events) => {
  expect(readDataLayerEntry(entry)).toEqual(events);
});

describe('a watched data layer', () => {
  test('tells of what was there before and of what is pushed later', () => {
    const layer: unknown[] = [{ event: 'search', search_term: 'lamp' }];
    const events: DataLayerEvent[] = [];
    watchDataLayer(layer, (event) => events.push(event));
    layer.push({ event: 'search', search_term: 'mug' });
    expect(events).toEqual([
      { kind: 'search', query: 'lamp' },
      { kind: 'search', query: 'mug' },
    ]);
  });

  test('pushes as it did, through whatever was there, even if the callback throws', () => {
    const layer: unknown[] = [];
    const tagManager: unknown[] = [];
    layer.push = (...entries) => {
      tagManager.push(...entries);
      return 41 + entries.length;
    };
    watchDataLayer(layer, () => {
      throw new Error('of ours');
    });
    const entry = { event: 'search', search_term: 'mug' };
    expect(layer.push(entry, {})).toBe(43);
    expect(tagManager[0]).toBe(entry);
  });
});
