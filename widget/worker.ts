import { createCpuScorer } from './cpu-scorer.ts';
import { handOver } from './hand-over.ts';
import type { ServePort } from './page-engine.ts';
import { createPause } from './pause.ts';
import { serveEngine } from './serve-engine.ts';

/** A catalog of this size takes seconds to come on most lines. */
const MAX_AWAITED_ITEMS = 500_000;

/**
 * A process's first number format takes 15 ms, its next ones none. Those of the page are made after this one where
 * it can be helped, and a Worker has nobody waiting.
 */
const warmUpFormats = () => new Intl.NumberFormat().format(0);

const computing = { createScorer: createCpuScorer, maxAwaitedItems: MAX_AWAITED_ITEMS };
const script = globalThis.document?.currentScript;
if (script) {
  const pause = createPause(() => performance.now());
  handOver<ServePort>(script, (port) => serveEngine(port, { ...computing, pause }));
} else {
  warmUpFormats();
  serveEngine(self, computing);
}
