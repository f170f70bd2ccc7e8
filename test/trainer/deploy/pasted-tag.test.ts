import { describe, expect, test } from 'vitest';
import { checkPolicy, checkTag, type ShopPage } from '#trainer/deploy/check-page.ts';
import { findPastedTags } from '#trainer/deploy/pasted-tag.ts';

const PAGE = new URL('https://mugs.example/item/7');
const EDGE = 'https://edge.example';

function pageWith(html: string, policy = ''): ShopPage {
  return { url: PAGE, tags: findPastedTags(html, PAGE), policy };
}

describe('a pasted tag is found', () => {
  test.each([
    ['in double quotes', '<script async src="https://edge.example/vitrine.js" data-vitrine-shop="mugs"></script>'],
    ['in single quotes', "<script async src='https://edge.example/vitrine.js' data-vitrine-shop='mugs'></script>"],
    ['without quotes', '<SCRIPT src=https://edge.example/vitrine.js data-vitrine-shop=mugs></SCRIPT>'],
    ['over lines', '<script\n  data-vitrine-shop = "mugs"\n  src="https://edge.example/vitrine.js"\n></script>'],
    ['with > in a value', '<script title="a>b" src="//edge.example/vitrine.js" data-vitrine-shop="mugs"></script>'],
  ])('%s', (_, html) => {
    const page = pageWith(`<p>x</p>${html}<p>y</p>`);
    expect(page.tags).toHaveLength(1);
    expect(page.tags[0]).toMatchObject({ shop: 'mugs', keys: [], helperKey: undefined });
    expect(checkTag(page, { shop: 'mugs', origin: EDGE }).kind).toBe('ok');
  });

  test('with all its keys', () => {
    const html =
      '<script data-vitrine-shop="mugs" data-vitrine-key=" first\n second " data-vitrine-helper-key="third">';
    expect(findPastedTags(html, PAGE)).toMatchObject([{ keys: ['first', 'second'], helperKey: 'third' }]);
  });

  test('but not in a comment', () => {
    expect(findPastedTags('<!-- <script data-vitrine-shop="mugs"></script> -->', PAGE)).toEqual([]);
  });
});

const TAG = (src: string, shop = 'mugs') => `<script src="${src}" data-vitrine-shop="${shop}"></script>`;

test.each([
  ['no tag', '<script src="/own.js"></script>', /no tag of ours/],
  ['two tags', TAG(`${EDGE}/vitrine.js`).repeat(2), /2 tags of ours/],
  ['another shop', TAG(`${EDGE}/vitrine.js`, 'lamps'), /for the shop lamps/],
  ['another edge', TAG('https://old.example/vitrine.js'), /comes from https:\/\/old\.example/],
  ['a copy at the shop', TAG('/vitrine.js'), /comes from https:\/\/mugs\.example/],
  ['another script', TAG(`${EDGE}/vitrine.min.js`), /its script is \/vitrine\.min\.js/],
])('a page with %s is to be fixed', (_, html, detail) => {
  const outcome = checkTag(pageWith(html), { shop: 'mugs', origin: EDGE });
  expect(outcome).toMatchObject({ kind: 'to-fix', detail: expect.stringMatching(detail) });
});

test.each([
  ['', 'ok', /none/],
  ["default-src 'self' https://edge.example; worker-src blob:", 'ok', /start its Worker/],
  ["script-src 'self' edge.example; connect-src https:", 'ok', /with "worker-src blob:"/],
  ["script-src 'self'; connect-src https://edge.example", 'to-fix', /^script-src leave/],
  ["script-src https:; connect-src 'self'", 'to-fix', /^connect-src leave/],
  ["default-src 'none'", 'to-fix', /^script-src and connect-src leave/],
  ["script-src 'nonce-r4nd0m'; connect-src https:", 'to-fix', /^script-src leave/],
])('the policy "%s" is %s', (policy, kind, detail) => {
  const outcome = checkPolicy(pageWith(TAG(`${EDGE}/vitrine.js`), policy), EDGE);
  expect(outcome).toMatchObject({ kind, detail: expect.stringMatching(detail) });
});

test('a nonce in policy and tag lets the script in', () => {
  const html = '<script nonce="r4nd0m" src="https://edge.example/vitrine.js" data-vitrine-shop="mugs"></script>';
  const page = pageWith(html, "script-src 'nonce-r4nd0m'; connect-src https:; worker-src blob:");
  expect(checkPolicy(page, EDGE).kind).toBe('ok');
});
