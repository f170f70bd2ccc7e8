import type { Basket } from './dataset.ts';
import type { OrderLine } from './order-line.ts';

interface OpenBasket {
  readonly customer: string;
  readonly orderId: string;
  atMs: number;
  readonly rows: Set<number>;
}

/** Gathers order lines into baskets, one for each order of a customer, wherever in the file its lines are. */
export class BasketCollection {
  readonly #openByKey = new Map<string, OpenBasket>();

  /**
   * Takes in one line. A basket's time is that of its earliest line.
   *
   * @returns Whether the item was new in its basket.
   */
  add({ customer, orderId, atMs }: OrderLine, row: number): boolean {
    const key = JSON.stringify([customer, orderId]);
    let basket = this.#openByKey.get(key);
    if (basket === undefined) {
      basket = { customer, orderId, atMs, rows: new Set() };
      this.#openByKey.set(key, basket);
    }
    basket.atMs = Math.min(basket.atMs, atMs);
    if (basket.rows.has(row)) return false;
    basket.rows.add(row);
    return true;
  }

  /** Returns all baskets by time, earliest first; at the same time, in the order of the file. */
  toBaskets(): Basket[] {
    return [...this.#openByKey.values()]
      .map((basket) => ({ ...basket, rows: [...basket.rows] }))
      .sort((left, right) => left.atMs - right.atMs);
  }
}
