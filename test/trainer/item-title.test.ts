import { expect, test } from 'vitest';
import { cleanTitle } from '#trainer/item-title.ts';

test.each([
  ['WHITE HANGING HEART T-LIGHT HOLDER', 'White Hanging Heart T-Light Holder'],
  ['  SET  OF 3 CAKE TINS   PANTRY DESIGN ', 'Set of 3 Cake Tins Pantry Design'],
  ['THE KING GIFT BAG', 'The King Gift Bag'],
  ["CHILDREN'S APRON DOLLY GIRL", "Children's Apron Dolly Girl"],
  ["RETRO PLASTIC 70'S TRAY", "Retro Plastic 70's Tray"],
  ['BLACK 12CM CANDLE S/4', 'Black 12cm Candle S/4'],
  ['UK FLAG USB LED LAMP', 'UK Flag USB LED Lamp'],
  ['CAFÉ ÉTOILE SIGN', 'Café Étoile Sign'],
  ['Hand-thrown MUG', 'Hand-thrown MUG'],
  ['4711', '4711'],
])('the title %j is shown as %j', (text, expected) => {
  expect(cleanTitle(text)).toBe(expected);
});
