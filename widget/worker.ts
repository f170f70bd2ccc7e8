import { createCpuScorer } from './cpu-scorer.ts';
import { PAGE_ENGINE, type ServePort } from './page-engine.ts';
import { createPause } from './pause.ts';
import { serveEngine } from './serve-engine.ts';

/** A catalog of this size takes seconds to come on most lines. */
const MAX_AWAITED_ITEMS = 500_000;

const computing = { createScorer: createCpuScorer, maxAwaitedItems: MAX_AWAITED_ITEMS };
const script = globalThis.document?.currentScript;
if (script) {
  const pause = createPause(() => performance.now());
  const detail: ServePort = (port) => serveEngine(port, { ...computing, pause });
  script.dispatchEvent(new CustomEvent(PAGE_ENGINE, { detail }));
} else {
  serveEngine(self, computing);
}
