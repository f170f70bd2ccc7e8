import { describe, test } from 'vitest';
import { createMemoryHistory } from '#widget/memory-history.ts';
import { HISTORY_CLAIMS } from './history-contract.ts';

describe('a history in memory', () => {
  test.each(HISTORY_CLAIMS)('$name', ({ check }) => check(async (now) => createMemoryHistory(now)));
});
