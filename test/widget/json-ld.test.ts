import { expect, test } from 'vitest';
import { readPageProduct } from '#widget/json-ld.ts';

const product = { '@type': 'Product', sku: 'mug-4', name: 'Mug' };
const json = JSON.stringify;

const cases: [name: string, blocks: string[], candidates: string[] | undefined][] = [
  ['a product is known by its sku', [json(product)], ['mug-4']],
  [
    'by all its names, the likeliest first',
    [json({ ...product, '@id': 'https://shop.example/p/4', productID: 'P4' })],
    ['mug-4', 'P4', 'https://shop.example/p/4'],
  ],
  ['a number is a name', [json({ '@type': 'Product', sku: 40312 })], ['40312']],
  ['a product inside a graph counts', [json({ '@graph': [{ '@type': 'WebPage' }, product] })], ['mug-4']],
  ['the main entity of a page counts', [json({ '@type': 'ItemPage', mainEntity: product })], ['mug-4']],
  ['one of several types is enough', [json({ ...product, '@type': ['Product', 'Book'] })], ['mug-4']],
  ['several products are a list and no view', [json(product), json({ ...product, sku: 'mug-5' })], undefined],
  ['products of a list do not count', [json({ '@type': 'ItemList', itemListElement: [{ item: product }] })], undefined],
  ['a product without a name is none', [json({ '@type': 'Product', sku: ' ' })], undefined],
  ['broken JSON is passed over', ['{ "@type": ', json(product)], ['mug-4']],
  ['a page without products has none', [json({ '@type': 'Organization' }), 'null', '7'], undefined],
];

test.each(cases)('%s', (_name, blocks, candidates) => {
  expect(readPageProduct(blocks)?.candidates).toEqual(candidates);
});
