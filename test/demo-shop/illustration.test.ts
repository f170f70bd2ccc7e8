import { expect, test } from 'vitest';
import { ALL_PRODUCTS } from '#demo-shop/catalog/all-products.ts';
import * as garden from '#demo-shop/illustration/garden-shapes.ts';
import * as gift from '#demo-shop/illustration/gift-shapes.ts';
import * as home from '#demo-shop/illustration/home-shapes.ts';
import * as kitchen from '#demo-shop/illustration/kitchen-shapes.ts';
import * as light from '#demo-shop/illustration/light-shapes.ts';
import { chooseShape } from '#demo-shop/illustration/product-type.ts';
import { drawIllustration, type IllustratedItem, MAX_ILLUSTRATION_BYTES } from '#demo-shop/illustration.ts';

const OWN_ITEMS: IllustratedItem[] = ALL_PRODUCTS.map(({ sku, name, categories, attributes }) => ({
  id: sku,
  title: name,
  categories: [...categories],
  attributes: { ...attributes },
}));

const untitled = (id: string, title: string): IllustratedItem => ({ id, title, categories: [], attributes: {} });

test('every drawing of the range is well-formed, within its size and free of scripts and foreign addresses', () => {
  for (const item of OWN_ITEMS) {
    const svg = drawIllustration(item);
    expect(findMarkupError(svg), item.title).toBeUndefined();
    expect(Buffer.byteLength(svg), item.title).toBeLessThanOrEqual(MAX_ILLUSTRATION_BYTES);
    expect(svg, item.title).not.toMatch(/<script|<style|<foreignObject|<image|<use|href|style=|\son\w+=/i);
    expect(svg.replace('http://www.w3.org/2000/svg', ''), item.title).not.toMatch(/\/\/|NaN|undefined/);
  }
});

test('any two products of the range are drawn differently, even with their titles taken out', () => {
  const drawings = OWN_ITEMS.map((item) => drawIllustration(item).replace(/<title>.*?<\/title>/, ''));
  expect(new Set(drawings).size).toBe(OWN_ITEMS.length);
});

test('the same item is always drawn the same way, and another id of the same title differently', () => {
  const item = untitled('22423', 'REGENCY CAKESTAND 3 TIER');
  expect(drawIllustration(item)).toBe(drawIllustration(structuredClone(item)));
  expect(drawIllustration({ ...item, id: '22424' })).not.toBe(drawIllustration(item));
});

test.each([
  ['WHITE HANGING HEART T-LIGHT HOLDER', light.teaLightHolder],
  ['WHITE METAL LANTERN', light.boxLantern, light.domedLantern, light.stormLantern],
  ['REGENCY CAKESTAND 3 TIER', kitchen.cakeStand],
  ['JUMBO BAG RED RETROSPOT', home.toteBag],
  ['PARTY BUNTING', gift.bunting],
  ['KNITTED UNION FLAG HOT WATER BOTTLE', home.hotWaterBottle],
  ['CREAM CUPID HEARTS COAT HANGER', home.hook],
  ['Station Wall Clock', home.wallClock],
  ['Long Tom Terracotta Pot', garden.emptyPot, garden.plantPot],
  ['Linen Bound Notebook', gift.notebook],
])('"%s" is drawn as what it is', (title, ...shapes) => {
  for (const id of ['a1', 'b22', 'c333', 'd4444']) expect(shapes).toContain(chooseShape(id, [title]));
});

test('the color that the shop names is the color of the drawing', () => {
  const red = drawIllustration(untitled('x1', 'Red Mug'));
  const blue = drawIllustration({ ...untitled('x1', 'Red Mug'), attributes: { color: 'blue' } });
  expect(red).toContain('#bf4a43');
  expect(blue).toContain('#4a78ad');
  expect(blue).not.toContain('#bf4a43');
});

test.each([
  ['</title><script>alert(1)</script>', 'markup'],
  ['"><svg onload=alert(1)>', 'an attribute'],
  ['Mug\u0000\u0008 \ud800 & more', 'characters that XML forbids'],
  ['Ω'.repeat(5000), 'great length'],
])('a title with hostile text leaves the drawing well-formed: %#', (title) => {
  const svg = drawIllustration(untitled('x2', title));
  expect(findMarkupError(svg)).toBeUndefined();
  expect(svg).not.toMatch(/<script|<svg onload/);
  expect(Buffer.byteLength(svg)).toBeLessThanOrEqual(MAX_ILLUSTRATION_BYTES);
});

/** A strict reader of the little XML that drawings use: elements, double-quoted attributes, text. */
function findMarkupError(xml: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not occur
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(xml) || !xml.isWellFormed()) return 'a forbidden character';
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?:\s[a-z-]+(?:[A-Z][a-z]*)*="[^"<]*")*)\s*(\/?)>|[^<>&]+|&(?:amp|lt|gt|quot);/giy;
  let end = 0;
  for (let match = token.exec(xml); match !== null; match = token.exec(xml)) {
    end = token.lastIndex;
    const [, isEnd, name, , isEmpty] = match;
    if (name === undefined) continue;
    if (isEnd === '/' && open.pop() !== name) return `</${name}> closes nothing`;
    if (isEnd !== '/' && isEmpty !== '/') open.push(name);
  }
  if (end !== xml.length) return `unreadable from character ${end}: ${xml.slice(end, end + 40)}`;
  return open.length === 0 ? undefined : `<${open.join('><')}> left open`;
}

test.each(['<svg><g></svg>', '<svg a=b/>', '<svg>&</svg>', '<svg>', '<svg a="<"/>', '<svg>\u0001</svg>'])(
  'the reader that these tests trust refuses %s',
  (xml) => {
    expect(findMarkupError(xml)).toBeDefined();
  },
);
