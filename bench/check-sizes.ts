import { measureSizes } from './sizes.ts';

// Part of `npm run check`: fails where something that shops load is larger than it may be.

const tooLarge = (await measureSizes()).filter(({ sentBytes, limit }) => sentBytes > limit);
for (const { name, sentBytes, limit } of tooLarge) {
  console.error(`expected ${name} to be at most ${limit} bytes, got ${sentBytes}`);
}
process.exit(tooLarge.length === 0 ? 0 : 1);
