import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { itemId, publishLive, SHOP, shopItem } from './published-shop.ts';
import { awaitCode, awaitFirst, cardsOf, lookAgain, noisesOf, seenOn } from './shop-page.ts';
import { onFreshDevices, type TestShop } from './test-shop.ts';

let shop: TestShop;
let device: BrowserContext;
let page: Page;

onFreshDevices((fresh) => {
  ({ shop, device } = fresh);
});

const RECORD = `JSON.parse(localStorage.getItem('vitrine-${SHOP}'))`;
const numKept = (): Promise<number> => page.evaluate(`${RECORD}?.cards.length ?? 0`);
/** Puts the value of an expression in the record's place once the page that may still write it is gone. */
const replaceRecord = (text: string): Promise<unknown> =>
  page.addInitScript(`localStorage.setItem('vitrine-${SHOP}', ${text})`);
const alterRecord = (record: object): Promise<unknown> =>
  replaceRecord(`JSON.stringify({ ...${RECORD}, ...${JSON.stringify(record)} })`);

/** Keeps a script back until it is released; `name` as in `scriptUrl`. */
async function hold(name: string): Promise<() => void> {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  await device.route(shop.scriptUrl(name), async (route) => {
    await released;
    await route.continue();
  });
  return resolve;
}

/** Waits for a claim of the page’s; its policy forbids Playwright’s own way. */
async function awaitTrue(claim: string): Promise<void> {
  await expect.poll(() => page.evaluate(`Boolean(${claim})`)).toBe(true);
}

/** Goes to a page whose main chunk is on its way, and waits until the loader has done what it does. */
async function open(path: string): Promise<void> {
  await page.goto(shop.url(path), { waitUntil: 'commit' });
  await awaitTrue("globalThis.vitrine && document.readyState !== 'loading'");
}

const isDrawn = (shelf = '#for-you'): Promise<boolean> =>
  page.evaluate(`document.querySelector('${shelf}').shadowRoot !== null`);

/** A warm device: it has seen one product, and the home page has kept its shelf. */
beforeEach(async () => {
  page = await device.newPage();
  await page.goto(shop.url('/p/20'));
  await awaitFirst(page, 21);
  await page.goto(shop.url('/'));
  await awaitFirst(page, 21);
  await page.evaluate('localStorage.clear()');
  await page.evaluate(`vitrine.track({ kind: 'view', itemId: '${itemId(20)}' })`);
  await expect.poll(numKept).toBe(12);
});

/** Everything that a shelf draws, top to bottom: names, attributes, own text, and where it stands. */
function drawingOf(): Promise<readonly Record<string, unknown>[]> {
  return page.evaluate(`(() => {
    const own = (element) => [...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join('');
    const place = (element) => { const { x, y, width, height } = element.getBoundingClientRect(); return [x, y, width, height]; };
    const { shadowRoot } = document.querySelector('#for-you');
    const drawn = [...shadowRoot.querySelectorAll('*:not(.early)')];
    return [...drawn, document.querySelector('#for-you'), document.querySelector('#after')].map((element) => ({
      name: element.localName,
      attributes: drawn.includes(element) ? Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])) : {},
      text: own(element),
      place: place(element),
    }));
  })()`);
}

/** How a shop’s list may look until the element is defined. */
const SHOP_STYLES = {
  'a flex box': '',
  'a block with a heading of its own': `<style>
    vitrine-shelf:not(:defined) { display: block; position: relative; overflow-x: auto; white-space: nowrap; }
    vitrine-shelf:not(:defined)::before { content: attr(heading); position: absolute; inset-block-start: 0; }
    vitrine-shelf > a { display: inline-block; white-space: normal; }
  </style>`,
  'a grid': '<style>vitrine-shelf:not(:defined) { display: grid; grid-template-columns: repeat(3, 1fr); }</style>',
};

describe('the shelf of the page before', () => {
  test('is drawn while the main chunk is on its way, under a strict policy, without a sound', async () => {
    shop.policy += "; require-trusted-types-for 'script'; trusted-types vitrine lit-html 'allow-duplicates'";
    const noises = noisesOf(page);
    const release = await hold('main');
    await open('/');
    expect((await cardsOf(page))[0]).toBe(shopItem(21).title);
    expect(await page.locator("#for-you [part='reason']").first().textContent()).toMatch(
      new RegExp(`Often bought with ${shopItem(20).title}`),
    );
    expect(await page.locator("#for-you [part='price']").first().textContent()).toMatch(/^€\d+\.\d\d$/);
    release();
    await page.locator("#for-you ul:not([aria-busy]) [part='item']").first().waitFor();
    expect((await seenOn(page)).errors).toEqual([]);
    expect(noises).toEqual([]);
  });

  test.each(Object.entries(SHOP_STYLES))(
    'is drawn as the element draws it, where the shop’s list is %s',
    async (_, head) => {
      shop.policy = '';
      shop.head = head;
      const release = await hold('main');
      await open('/');
      const early = await drawingOf();
      expect(await page.evaluate("getComputedStyle(document.querySelector('#for-you'), '::before').content")).toBe(
        'none',
      );
      release();
      await page.locator("#for-you ul:not([aria-busy]) [part='item']").first().waitFor();
      const isList = ({ name }: Record<string, unknown>) => name === 'ul';
      expect(early.find(isList)?.attributes).toMatchObject({ 'aria-busy': 'true' });
      const drawing = await drawingOf();
      expect(early).toEqual(
        drawing.map((drawn) =>
          isList(drawn) ? { ...drawn, attributes: { ...(drawn.attributes as object), 'aria-busy': 'true' } } : drawn,
        ),
      );
      expect(drawing.filter(({ name }) => name === 'img')).toHaveLength(12);
      expect((await seenOn(page)).shift).toBe(0);
    },
  );

  test.each(Object.entries(SHOP_STYLES))(
    'gives its place to the ranked one in one frame, where the shop’s list is %s',
    async (_, head) => {
      shop.policy = '';
      shop.head = head;
      await page.addInitScript(() => {
        const frames: unknown[] = [];
        Object.assign(globalThis, { frames });
        const look = () => {
          const root = document.querySelector('#for-you')?.shadowRoot;
          frames.push(root?.querySelectorAll("[part='item']").length ?? 0);
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      await page.goto(shop.url('/'));
      await page.locator("#for-you ul:not([aria-busy]) [part='item']").first().waitFor();
      const { shift } = await seenOn(page);
      const frames: number[] = await page.evaluate('frames');
      const shown = frames.slice(frames.findIndex((numCards) => numCards > 0));
      expect(new Set(shown)).toEqual(new Set([12]));
      expect(shift).toBe(0);
    },
  );

  test('is drawn where a shelf comes later: before the element is defined, and until it has been ranked', async () => {
    const addShelf = "document.body.append(Object.assign(document.createElement('vitrine-shelf'), { id: 'late' }))";
    const releaseMain = await hold('main');
    const releaseWorker = await hold('worker');
    await open('/');
    await page.evaluate(addShelf);
    expect((await cardsOf(page, '#late'))[0]).toBe(shopItem(21).title);
    releaseMain();
    await awaitTrue("customElements.get('vitrine-shelf')");
    await page.evaluate("document.querySelector('#late').remove()");
    await page.evaluate(addShelf);
    expect((await cardsOf(page, '#late'))[0]).toBe(shopItem(21).title);
    expect(await page.locator('#late ul').getAttribute('aria-busy')).toBe('true');
    releaseWorker();
    await page.locator("#late ul:not([aria-busy]) [part='item']").first().waitFor();
    expect(await page.locator('#late ul').count()).toBe(1);
  });

  test('waits until all of the shop’s list has been parsed', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    await device.route('**/slow.js', async (route) => {
      await released;
      await route.fulfill({ contentType: 'text/javascript', body: '' });
    });
    shop.inList = '<script src="/slow.js"></script>';
    shop.head = shop.tag.replace(' async', ''); // before the body
    await hold('main');
    await page.goto(shop.url('/'), { waitUntil: 'commit' });
    await awaitTrue("globalThis.vitrine && document.querySelector('#for-you > script')");
    expect(await isDrawn()).toBe(false);
    release();
    await cardsOf(page);
    expect(await page.locator('#for-you .bare').count()).toBe(0);
    expect(await page.locator('#for-you > a').count()).toBe(3);
  });

  test('is no similar one, and leaves out the page’s own item', async () => {
    await hold('main');
    await open('/p/21');
    const cards = await cardsOf(page);
    expect(cards).toHaveLength(11);
    expect(cards).not.toContain(shopItem(21).title);
    expect(await isDrawn('#similar')).toBe(false);
  });

  test('has links that work, and tells the page which one was chosen', async () => {
    const release = await hold('main');
    await open('/');
    await page.evaluate("document.addEventListener('vitrine-select', ({ detail }) => { globalThis.chosen = detail; })");
    await page.evaluate("document.addEventListener('click', (event) => event.preventDefault(), { once: true })");
    await page.locator("#for-you [part='item'] a").first().click();
    expect(await page.evaluate('chosen')).toEqual({ itemId: itemId(21), rank: 0 });
    await page.locator("#for-you [part='item'] a").first().click();
    await page.waitForURL('**/p/21', { waitUntil: 'commit' });
    release();
  });

  test('remembers a choice once the main chunk has come', async () => {
    await hold('worker');
    await page.goto(shop.url('/'));
    await awaitTrue("customElements.get('vitrine-shelf')");
    await page.locator("#for-you ul[aria-busy] [part='item'] a").first().click();
    await page.waitForURL('**/p/21');
    await device.unrouteAll();
    await page.goto(shop.url('/privacy'));
    await page.getByText(`Chose ${shopItem(21).title}`).waitFor();
  });

  test('stays where the main chunk never comes', async () => {
    await device.route(shop.scriptUrl('main'), (route) => route.abort());
    await page.goto(shop.url('/'));
    expect((await cardsOf(page))[0]).toBe(shopItem(21).title);
  });
});

describe('no shelf of the page before is drawn', () => {
  const switchOff = async () => {
    shop.edge.put('live', await publishLive(shop.key, Date.now(), { sequence: 9, shelvesOff: true }));
    await lookAgain(page);
    await page.locator('#for-you').getByText('Own 21').waitFor();
  };
  /** On the privacy page, which ranks no shelf meanwhile. */
  const onPanel = async (act: () => Promise<void>) => {
    await hold('worker');
    await page.goto(shop.url('/privacy'));
    await page
      .getByText(`Looked at ${itemId(20)}`)
      .first()
      .waitFor();
    await act();
  };
  test.each<[name: string, forbid: () => unknown]>([
    ['where the tag asks for consent first', () => Object.assign(shop, { consent: 'memory' })],
    ['once consent is withdrawn', () => page.evaluate("vitrine.setConsent('memory')")],
    ['of another release', () => alterRecord({ format: 0 })],
    ['of another key', () => alterRecord({ publishingKeys: shop.helperKey.fingerprint })],
    ['once it has expired', () => alterRecord({ expiresAtMs: Date.now() - 5 })],
    ['with nothing but links that would run script', () => alterRecord({ cards: [{ url: 'javascript:alert(1)' }] })],
    ['with nothing but links to files', () => alterRecord({ cards: [{ url: 'file:///etc/passwd' }] })],
    ['from what cannot be read', () => replaceRecord("'{'")],
    ['once the page before has heard that shelves are off', switchOff],
    [
      'while personalization is paused',
      () => onPanel(() => page.getByRole('checkbox', { name: /Pause personalization/ }).check()),
    ],
    [
      'of a shopper who is forgotten',
      () =>
        onPanel(async () => {
          await page.getByRole('button', { name: 'Forget me' }).click();
          await page.getByText('Nothing.').waitFor();
        }),
    ],
  ])('%s', async (_, forbid) => {
    const noises = noisesOf(page);
    await forbid();
    await hold('main');
    await open('/');
    expect(await isDrawn()).toBe(false);
    expect(await page.locator('#for-you').getByText('Own 21').isVisible()).toBe(true);
    expect(noises).toEqual([]);
  });
});

test('what is taken back takes the shelf along, before another is ranked', async () => {
  await hold('worker');
  await page.goto(shop.url('/privacy'));
  await page
    .getByRole('button', { name: `Remove ${itemId(20)}` })
    .first()
    .click();
  await expect.poll(numKept).toBe(0);
});

describe('the shop’s own list comes back in its place', () => {
  test('when the merchant has switched shelves off meanwhile', async () => {
    shop.edge.put('live', await publishLive(shop.key, Date.now(), { sequence: 9, shelvesOff: true }));
    const release = await hold('main');
    await open('/');
    expect((await cardsOf(page))[0]).toBe(shopItem(21).title);
    release();
    await page.locator('#for-you').getByText('Own 21').waitFor();
    expect(await page.locator("#for-you [part='item']").count()).toBe(0);
    expect(await seenOn(page)).toMatchObject({ errors: [], shift: 0 });
    expect(await numKept()).toBe(0);
  });

  test('when the engine cannot be started, and the code is named', async () => {
    const headers = { 'access-control-allow-origin': '*' };
    await device.route(shop.scriptUrl('worker'), (route) => route.fulfill({ headers, body: 'other()' }));
    const release = await hold('main');
    await open('/');
    expect((await cardsOf(page))[0]).toBe(shopItem(21).title);
    release();
    await awaitCode(page, 'digest-mismatch');
    await page.locator('#for-you').getByText('Own 21').waitFor();
    expect(await page.locator("#for-you [part='item']").count()).toBe(0);
    expect((await seenOn(page)).shift).toBe(0);
  });
});
