import { addToCart } from './cart.ts';
import { pushAddToCart } from './data-layer.ts';
import type { PageItem } from './page-data.ts';

/** Brings the product page's button to life. */
export function showAddToCart(item: PageItem, onChange: () => void): void {
  const button = document.querySelector<HTMLButtonElement>('[data-add-to-cart]');
  const field = document.querySelector<HTMLInputElement>('#quantity');
  const note = document.querySelector<HTMLElement>('[data-added-note]');
  if (button === null || field === null || note === null) return;
  button.addEventListener('click', () => {
    if (!field.reportValidity() || !Number.isInteger(field.valueAsNumber)) return;
    const quantity = field.valueAsNumber;
    addToCart(item, quantity);
    pushAddToCart({ item, quantity });
    note.replaceChildren(
      'Added. ',
      Object.assign(document.createElement('a'), { href: '/cart', textContent: 'Go to your cart' }),
    );
    onChange();
  });
}
