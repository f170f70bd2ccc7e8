import { buildElement } from './build-element.ts';
import { type CartLine, readCart, setQuantity, totalCents } from './cart.ts';
import { formatCents } from './money.ts';

/** Most of one product in the cart. */
const MAX_QUANTITY = 99;

/** Draws the cart and keeps it drawn as its lines change. */
export function showCart(onChange: () => void): void {
  const place = document.querySelector<HTMLElement>('[data-cart]');
  if (place === null) return;
  const draw = (): void => {
    const lines = readCart();
    place.replaceChildren(...(lines.length === 0 ? emptyCart() : filledCart(lines, change)));
  };
  const change = (line: CartLine, quantity: number): void => {
    setQuantity(line.item, quantity);
    draw();
    onChange();
  };
  draw();
  window.addEventListener('storage', draw);
}

/** Draws lines without controls, as a finished order shows them. */
export function drawOrderLines(lines: readonly CartLine[]): HTMLElement[] {
  const rows = lines.map((line) => {
    const quantity = buildElement('span', { className: 'cart-quantity', textContent: `× ${line.quantity}` });
    return drawLine(line, [quantity]);
  });
  return [buildElement('ul', { className: 'cart-lines' }, rows), drawTotal(lines)];
}

function emptyCart(): HTMLElement[] {
  const link = buildElement('a', { href: '/category/all-items', className: 'button', textContent: 'Browse all items' });
  return [buildElement('p', { textContent: 'Nothing here yet.' }), buildElement('p', {}, [link])];
}

type ChangeQuantity = (line: CartLine, quantity: number) => void;

function filledCart(lines: readonly CartLine[], change: ChangeQuantity): HTMLElement[] {
  const rows = lines.map((line) => drawLine(line, controls(line, change)));
  const order = buildElement('form', { action: '/thanks', className: 'place-order' }, [
    buildElement('button', { className: 'button', textContent: 'Place order' }),
    buildElement('p', { textContent: 'A demonstration: no payment is taken.' }),
  ]);
  return [buildElement('ul', { className: 'cart-lines' }, rows), drawTotal(lines), order];
}

function controls(line: CartLine, change: ChangeQuantity): HTMLElement[] {
  const field = buildElement('input', {
    type: 'number',
    min: '1',
    max: String(MAX_QUANTITY),
    value: String(line.quantity),
    ariaLabel: `Quantity of ${line.item.title}`,
    onchange: () => {
      if (field.reportValidity() && Number.isInteger(field.valueAsNumber)) change(line, field.valueAsNumber);
    },
  });
  const remove = buildElement('button', {
    type: 'button',
    className: 'link-button',
    textContent: 'Remove',
    ariaLabel: `Remove ${line.item.title}`,
    onclick: () => change(line, 0),
  });
  return [field, remove];
}

function drawLine({ item, quantity }: CartLine, extras: readonly HTMLElement[]): HTMLElement {
  return buildElement('li', { className: 'cart-line' }, [
    buildElement('img', { src: item.imageUrl, alt: '', width: 72, height: 72 }),
    buildElement('a', { href: item.url, className: 'cart-title', textContent: item.title }),
    buildElement('span', { className: 'cart-controls' }, extras),
    buildElement('span', {
      className: 'cart-price',
      textContent: formatCents(item.priceCents * quantity, item.currency),
    }),
  ]);
}

function drawTotal(lines: readonly CartLine[]): HTMLElement {
  const text = formatCents(totalCents(lines), lines[0]?.item.currency ?? 'EUR');
  return buildElement('p', { className: 'cart-total' }, ['Total ', buildElement('strong', { textContent: text })]);
}
