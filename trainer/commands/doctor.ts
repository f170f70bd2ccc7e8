import type { Command } from 'commander';
export function registerDoctor(_: Command): void {}
