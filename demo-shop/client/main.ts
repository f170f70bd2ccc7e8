import './style.css';
import { showAddToCart } from './add-to-cart.ts';
import { countItems, readCart } from './cart.ts';
import { showCart } from './cart-view.ts';
import { pushSearch, pushViewItem } from './data-layer.ts';
import { showOrder } from './order-view.ts';
import { readPageData } from './page-data.ts';

const page = readPageData(document);
switch (page?.kind) {
  case 'item':
    pushViewItem(page.item);
    showAddToCart(page.item, showCartCount);
    break;
  case 'search':
    pushSearch(page.query);
    break;
  case 'cart':
    showCart(showCartCount);
    break;
  case 'thanks':
    showOrder();
    break;
  case undefined:
    break;
  default:
    page satisfies never;
}
showCartCount();
window.addEventListener('storage', showCartCount); // another tab changed the cart

function showCartCount(): void {
  const badge = document.querySelector<HTMLElement>('[data-cart-count]');
  if (badge === null) return;
  const count = countItems(readCart());
  badge.textContent = String(count);
  badge.hidden = count === 0;
}
