import { createCpuScorer } from './cpu-scorer.ts';
import { serveEngine } from './serve-engine.ts';

serveEngine(self, createCpuScorer);
