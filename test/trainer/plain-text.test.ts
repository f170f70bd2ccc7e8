import { expect, test } from 'vitest';
import { toPlainText } from '#trainer/plain-text.ts';

test.each([
  ['<p>Warm&nbsp;&amp; <b>dry</b>.</p>\n<ul><li>Two pockets</li></ul>', 'Warm & dry . Two pockets'],
  ['Classic look &ndash; Cocona&reg;, &frac14; zip', 'Classic look – Cocona®, ¼ zip'],
  ['caf&#233; &#x2603;', 'café ☃'],
  ['a<script>alert("no")</script>b<style>p{}</style>c<!-- d -->e', 'a b c e'],
  ['width < 5 and > 3', 'width < 5 and > 3'],
  ['&lt;b&gt; &unknown; &#0; &#x110000;', '<b> &unknown; &#0; &#x110000;'],
])('the HTML %j reads %j', (html, expected) => {
  expect(toPlainText(html)).toBe(expected);
});
