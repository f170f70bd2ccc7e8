import { createCpuScorer } from './cpu-scorer.ts';
import { handOver } from './hand-over.ts';
import type { ServePort } from './page-engine.ts';
import { createPause } from './pause.ts';
import { serveEngine } from './serve-engine.ts';

/** A catalog of this size takes seconds to come on most lines. */
const MAX_AWAITED_ITEMS = 500_000;

const computing = { createScorer: createCpuScorer, maxAwaitedItems: MAX_AWAITED_ITEMS };
const script = globalThis.document?.currentScript;
if (script) {
  const pause = createPause(() => performance.now());
  handOver<ServePort>(script, (port) => serveEngine(port, { ...computing, pause }));
} else {
  serveEngine(self, computing);
}
