import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillTemplate, templateOf } from '#protocol/link-template.ts';

const MUG = { id: '4711', title: 'Blue Mug, 3 pcs.' };

describe('the template of a link', () => {
  test.each([
    ['/p/4711', '/p/\u0001'],
    ['https://shop.example/blue-mug-3-pcs-4711.html', 'https://shop.example/\u0002-\u0001.html'],
    ['/4711/4711.jpg?v=17', '/\u0001/\u0001.jpg?v=17'],
    ['/p/other', '/p/other'],
  ])('of %s is what items have in common', (link, template) => {
    expect(templateOf(link, MUG)).toBe(template);
    expect(fillTemplate(template, MUG)).toBe(link);
  });

  test('keeps a title that has more than ASCII: its lower case may differ between browsers', () => {
    expect(templateOf('/p/größe-l', { id: '7', title: 'Größe L' })).toBe('/p/größe-l');
  });

  test('fills in ids that look like replacement patterns as they are', () => {
    const item = { id: '$&$1', title: 'Mug' };
    expect(fillTemplate(templateOf('/p/$&$1', item), item)).toBe('/p/$&$1');
  });

  test('gives every link back', () => {
    const part = fc.constantFrom('mug', '-', '/', '7', '77', 'Blue', 'blue', '.', 'x');
    const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (link, id, title) => {
        expect(fillTemplate(templateOf(link, { id, title }), { id, title })).toBe(link);
      }),
      { seed: 66, numRuns: 500 },
    );
  });
});
