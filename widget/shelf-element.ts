import { html, LitElement, nothing, type PropertyValues } from 'lit';
import * as v from 'valibot';
import { type ItemId, ItemIdSchema } from '#protocol/ids.ts';
import { SHELF_KINDS, type ShelfCard, type ShelfKind, type ShelfQuery, type ShelfState } from './shelf-state.ts';
import { shelfStyles } from './shelf-styles.ts';
import { priceText, reasonText } from './shelf-texts.ts';

/** Asks whoever ranks to fill the shelf that it comes from, now and whenever its list changes. */
export const SHELF_REQUEST = 'vitrine-shelf-request';

/** Enough to scroll through once. */
const DEFAULT_COUNT = 12;
const MAX_COUNT = 48;

/** Pictures are drawn larger or smaller by CSS; the pair only says that they are square. */
const IMAGE_SIZE_PX = 192;

/**
 * A row of recommended products, ranked on this device.
 *
 * Draws whatever `state` holds and nothing else: it never fetches, stores or ranks. Its light DOM is
 * the shop's own list, shown until a ranked one is ready and again when anything fails.
 *
 * @tag vitrine-shelf
 * @attr {'for-you' | 'similar' | 'trending'} kind - What is suggested; `for-you` if missing.
 * @attr {string} heading - Heading text.
 * @attr {string} item-id - `similar` only: similar to which item; the page's own if missing.
 * @attr {number} count - Products at most, 12 if missing.
 * @slot - The shop's own links.
 * @slot heading - Replaces the heading text.
 * @csspart heading - The heading.
 * @csspart items - The row of products.
 * @csspart item - One product.
 * @csspart link - A product's link.
 * @csspart image - A product's picture.
 * @csspart title - A product's title.
 * @csspart price - A product's price.
 * @csspart reason - Why a product is here.
 * @cssprop [--vitrine-gap=1rem] - Space between products.
 * @cssprop [--vitrine-card-width=12rem] - Width of a product.
 * @cssprop [--vitrine-radius=0.25rem] - Corners of pictures.
 * @cssprop [--vitrine-heading-block-size=3rem] - Height kept for the heading.
 * @cssprop [--vitrine-min-block-size=7rem] - Least height of the products; 18rem without own links.
 * @fires {CustomEvent<{ itemId: ItemId; rank: number }>} vitrine-select - A product was chosen.
 * @fires {CustomEvent<{ code: WidgetErrorCode }>} vitrine-error - The shelf went back to the shop's list.
 */
export class ShelfElement extends LitElement {
  static override properties = {
    kind: { type: String },
    heading: { type: String },
    itemId: { type: String, attribute: 'item-id' },
    count: { type: Number },
    state: { attribute: false },
  };
  static override styles = shelfStyles;

  declare kind: string;
  declare heading: string;
  declare itemId: string;
  declare count: number;
  declare state: ShelfState;

  constructor() {
    super();
    this.kind = 'for-you';
    this.heading = '';
    this.itemId = '';
    this.count = DEFAULT_COUNT;
    this.state = { kind: 'waiting' };
  }

  /** What this shelf asks for. */
  get query(): ShelfQuery {
    const count = Number.isInteger(this.count) && this.count > 0 ? Math.min(this.count, MAX_COUNT) : DEFAULT_COUNT;
    const kind: ShelfKind = SHELF_KINDS.find((known) => known === this.kind) ?? 'for-you';
    return kind === 'similar' ? { kind, count, itemId: parseItemId(this.itemId) } : { kind, count };
  }

  override connectedCallback(): void {
    this.#request(); // whoever hears it may draw before this element does
    super.connectedCallback();
  }

  /** What the loader has drawn, until this element draws. */
  get #early(): Element | null {
    return this.renderRoot.querySelector('.early');
  }

  protected override shouldUpdate(): boolean {
    return this.state.kind !== 'waiting' || !this.#early;
  }

  protected override update(changed: PropertyValues<this>): void {
    if (this.#early) {
      this.#early.remove();
      this.renderOptions.renderBefore = null; // Lit would draw before what has gone
    }
    super.update(changed);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { state } = this;
    if (changed.has('state') && state.kind === 'fallback' && state.code) {
      this.#dispatch('vitrine-error', { code: state.code });
    }
    const isAskedAnew = (['kind', 'itemId', 'count'] as const).some((name) => changed.get(name) !== undefined);
    if (isAskedAnew) this.#request();
  }

  protected override render() {
    const { state } = this;
    const isReady = state.kind === 'ready';
    const stageClass = `stage${isReady ? ' ready' : ''}${this.childElementCount === 0 ? ' bare' : ''}`;
    return html`
      <slot name="heading">${this.heading ? html`<h2 part="heading">${this.heading}</h2>` : nothing}</slot>
      <div class=${stageClass}>
        <div class="fallback" ?inert=${isReady}><slot></slot></div>
        ${isReady ? this.#renderCards(state) : nothing}
      </div>
    `;
  }

  #renderCards({ cards, isMeanwhile, isUnpriced }: Extract<ShelfState, { kind: 'ready' }>) {
    const language = this.ownerDocument.documentElement.lang;
    // No keys: a card that changes its product in place moves nothing on the page.
    return html`<div class="cards">
      <ul part="items" aria-label=${this.heading || nothing} aria-busy=${isMeanwhile ? 'true' : nothing}>
        ${cards.map(
          (card, rank) => html`<li part="item">
            <a part="link" href=${card.url} @click=${() => this.#select(card, rank)}>
              <img
                part="image"
                src=${card.imageUrl}
                alt=""
                width=${IMAGE_SIZE_PX}
                height=${IMAGE_SIZE_PX}
                loading="lazy"
                decoding="async"
              />
              <span part="title">${card.title}</span>
              <span part="price">${isUnpriced ? '' : priceText(card.priceCents, card.currency, language)}</span>
              <span part="reason">${reasonText(card.reason)}</span>
            </a>
          </li>`,
        )}
      </ul>
    </div>`;
  }

  #select({ id: itemId }: ShelfCard, rank: number): void {
    this.#dispatch('vitrine-select', { itemId, rank });
  }

  #request(): void {
    this.#dispatch(SHELF_REQUEST, undefined);
  }

  #dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function parseItemId(text: string): ItemId | undefined {
  const result = v.safeParse(ItemIdSchema, text);
  return result.success ? result.output : undefined;
}
