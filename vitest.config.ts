import { defineConfig } from 'vitest/config';

/** `VITRINE_LONG` turns to what does not fit into the everyday run: soaks, kills, real data end to end. */
const isLong = process.env.VITRINE_LONG === '1';

export default defineConfig({
  test: {
    include: isLong ? ['test/long/**/*.test.ts'] : ['test/**/*.test.ts'],
    exclude: isLong ? [] : ['test/long/**'],
    // Two cores: a browser, two workerd and a trainer at once are slow, not parallel.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // What is polled for is on its way; a busy machine may take its time.
    expect: { poll: { timeout: 15_000 } },
  },
});
