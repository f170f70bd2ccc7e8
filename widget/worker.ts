import { createCpuScorer } from './cpu-scorer.ts';
import { PAGE_ENGINE, type ServePort } from './page-engine.ts';
import { createPause } from './pause.ts';
import { serveEngine } from './serve-engine.ts';

const script = globalThis.document?.currentScript;
if (script) {
  const pause = createPause(() => performance.now());
  const detail: ServePort = (port) => serveEngine(port, { createScorer: createCpuScorer, pause });
  script.dispatchEvent(new CustomEvent(PAGE_ENGINE, { detail }));
} else {
  serveEngine(self, { createScorer: createCpuScorer });
}
