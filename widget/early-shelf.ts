import type { ShopId } from '#protocol/ids.ts';
import type { ConsentLevel } from './consent.ts';
import { type LastCard, readLastShelf } from './last-shelf.ts';

const TAG_NAME = 'vitrine-shelf';
/** As the element has them. */
const REQUEST = 'vitrine-shelf-request';
const DEFAULT_COUNT = 12;
const IMAGE_SIZE_PX = 192;
const TEXTS = ['title', 'price', 'reason'] as const;

/**
 * Beside the shelf's own style sheet: undoes what a shop says of an element that is not defined yet, whose list has
 * no heading and no stage, so that the element finds everything in its place.
 */
const EARLY_CSS = `:host{padding-block-start:0!important}:host::before{content:none!important}
.early{flex:1 0 100%;grid-column:1/-1;min-inline-size:0;white-space:normal}`;

/**
 * Draws the personal shelf of the page before wherever the page has a place for it: at once, on what comes before the
 * element is defined, and afterwards on what asks to be filled.
 *
 * The markup is that of `ShelfElement`, which puts its own in this one's place. Where that never comes the shelf stays,
 * and its links work; a choice is told to the page, and remembered once there is somebody to remember it.
 *
 * @param dataset The tag's words, as yet unread: nothing is read from the device unless it allows to store.
 */
export function drawLastShelves({ vitrineShop, vitrineKey, vitrineConsent }: DOMStringMap): void {
  if (vitrineConsent !== ('persistent' satisfies ConsentLevel)) return;
  const shelves = document.getElementsByTagName(TAG_NAME);
  const draw = (shelf: Element): void => {
    try {
      if (shelf.shadowRoot || !isPersonal(shelf) || !isParsed(shelf)) return;
      const last = readLastShelf(vitrineShop as ShopId, vitrineKey, Date.now());
      if (last) drawOn(shelf, last.css, last.cards);
    } catch {
      // The shop's own list stays.
    }
  };
  const drawAll = () => {
    if (customElements.get(TAG_NAME)) return observer.disconnect();
    for (const shelf of shelves) draw(shelf);
  };
  const observer = new MutationObserver(drawAll);
  observer.observe(document, { childList: true, subtree: true });
  document.addEventListener('readystatechange', drawAll);
  document.addEventListener(REQUEST, ({ target }) => draw(target as Element));
  drawAll();
}

function drawOn(shelf: Element, css: string, cards: readonly LastCard[]): void {
  const { baseURI, location } = document;
  const shown = cards
    .filter(({ url }) => {
      const { protocol, pathname } = new URL(url, baseURI);
      return protocol.startsWith('http') && pathname !== location.pathname; // a link to no script, nor to this page
    })
    .slice(0, Number(shelf.getAttribute('count')) || DEFAULT_COUNT);
  if (shown.length === 0) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + EARLY_CSS);
  const heading = shelf.getAttribute('heading');
  const root = shelf.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  root.append(
    element(
      'div',
      { className: 'early' },
      element(
        'slot',
        { name: 'heading' },
        ...(heading ? [element('h2', { part: 'heading', textContent: heading })] : []),
      ),
      element(
        'div',
        { className: shelf.firstElementChild ? 'stage ready' : 'stage ready bare' },
        element('div', { className: 'fallback', inert: true }, element('slot', {})),
        element(
          'div',
          { className: 'cards' },
          element(
            'ul',
            { part: 'items', ariaLabel: heading || null, ariaBusy: 'true' },
            ...shown.map((card, rank) => drawCard(shelf, card, rank)),
          ),
        ),
      ),
    ),
  );
}

function drawCard(shelf: Element, { id: itemId, url, imageUrl, ...texts }: LastCard, rank: number): Element {
  const detail = { itemId, rank };
  const onclick = () =>
    shelf.dispatchEvent(new CustomEvent('vitrine-select', { detail, bubbles: true, composed: true }));
  // Lazy before it has an address.
  const image = { loading: 'lazy', decoding: 'async', alt: '', width: IMAGE_SIZE_PX, height: IMAGE_SIZE_PX };
  return element(
    'li',
    { part: 'item' },
    element(
      'a',
      { part: 'link', href: url, onclick },
      element('img', { part: 'image', ...image, src: imageUrl }),
      ...TEXTS.map((part) => element('span', { part, textContent: texts[part] })),
    ),
  );
}

/** Any kind that the element does not know is `for-you`. */
function isPersonal(shelf: Element): boolean {
  return !['similar', 'trending'].includes(shelf.getAttribute('kind') as string);
}

/** Whether all of an element has come: its list decides its height. */
function isParsed(shelf: Element): boolean {
  let last: Element = document.documentElement;
  while (last.lastElementChild) last = last.lastElementChild;
  return document.readyState !== 'loading' || !shelf.contains(last);
}

/** No markup as text: a page may demand Trusted Types. */
function element(name: string, properties: Readonly<Record<string, unknown>>, ...content: readonly Node[]): Element {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
}
