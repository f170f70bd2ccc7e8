import { expect, test } from 'vitest';
import { buildCatalogSearch } from '#demo-shop/catalog-search.ts';
import { makeItem } from './shop-fixture.ts';

const search = buildCatalogSearch([
  makeItem({ id: 'card', title: 'Birthday Card', description: 'With a lantern on it.', categories: ['Gifts'] }),
  makeItem({ id: 'lamp', title: 'Desk Lamp', categories: ['House/Lanterns'], attributes: { color: 'black' } }),
  makeItem({ id: 'lantern', title: 'BRASS LANTERN', categories: ['House/Lanterns'], description: '' }),
  makeItem({ id: 'glass', title: 'Berry Glass', categories: ['Kitchen'], attributes: { color: 'brass' } }),
]);

test.each([
  ['lantern', ['lantern', 'lamp', 'card']],
  ['lanterns', ['lantern', 'lamp', 'card']],
  ['black lamp', ['lamp']],
  ['brass', ['lantern', 'glass']],
  ['GLASS', ['glass']],
  ['berries', ['glass']],
  ['lantern glass', []],
  ['lan', []],
  ['', []],
  [' .*+?^$ ', []],
])('the query "%s" finds, best first: %j', (query, ids) => {
  expect(search(query).map(({ id }) => id)).toEqual(ids);
});
