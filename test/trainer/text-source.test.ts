import { expect, test } from 'vitest';
import { describeSource } from '#trainer/text-source.ts';

test.each([
  [{ kind: 'english' }, 'English sentence encoder'],
  [
    { kind: 'subword', language: 'de', numTokens: 4321 },
    '4,321 words and pieces of words, learned from this catalog (German)',
  ],
  [
    { kind: 'subword', numTokens: 12 },
    '12 words and pieces of words, learned from this catalog (too little text to tell the language)',
  ],
  [{ kind: 'none' }, 'none: no item has a text'],
] as const)('the source of text features %j is told as %j', (source, phrase) => {
  expect(describeSource(source)).toBe(phrase);
});
