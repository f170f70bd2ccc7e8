import { expect, test } from 'vitest';
import { hasSparePower, type SparingNavigator } from '#widget/spare-power.ts';

const battery = (charging: boolean) => ({ getBattery: async () => ({ charging }) });

test.each<[string, SparingNavigator, boolean]>([
  ['that tells nothing', {}, true],
  ['that charges', battery(true), true],
  ['on battery', battery(false), false],
  ['that may not tell', { getBattery: () => Promise.reject(new DOMException('', 'NotAllowedError')) }, true],
  ['on a mobile line', { connection: { type: 'cellular' }, ...battery(true) }, false],
  ['on Wi-Fi', { connection: { type: 'wifi', saveData: false } }, true],
  ['that is to save data', { connection: { saveData: true } }, false],
])('a device %s has power and bytes to spare: %#', async (_, device, expected) => {
  expect(await hasSparePower(device)).toBe(expected);
});
