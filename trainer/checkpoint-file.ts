import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeFileAtomically } from './atomic-write.ts';
import { CONFIG } from './config.ts';
import type { Dataset } from './dataset.ts';
import { ifExists } from './if-exists.ts';

/**
 * Where an interrupted training goes on, kept beside the model until it is done.
 *
 * A state is of use to the same training alone: on the same data, with the same seed and configuration. Any
 * other one starts anew.
 */
export class CheckpointFile<State> {
  readonly path: string;
  readonly #training: string;

  /** @param training Names the training, see {@link nameTraining}. */
  constructor(path: string, training: string) {
    this.path = path;
    this.#training = training;
  }

  /** The state saved last; nothing if there is none, it is damaged or another training's. */
  async load(): Promise<State | undefined> {
    try {
      const saved: { training?: unknown; state: State } = deserialize(await readFile(this.path));
      return saved.training === this.#training ? saved.state : undefined;
    } catch {
      return undefined; // not there, or cut off: what it would have saved is trained again
    }
  }

  /** Whether there is anything, {@link load} able to read it or not. */
  async exists(): Promise<boolean> {
    return (await ifExists(this.path, (path) => stat(path))) !== undefined;
  }

  async save(state: State): Promise<void> {
    await writeFileAtomically(this.path, serialize({ training: this.#training, state }));
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/** Of what a state holds and how it is come by: a state of another version is none. */
const VERSION = 3;

/** A digest of everything that decides a training's steps but the code: a change of that raises the version. */
export function nameTraining(
  { items, baskets, eventKind }: Dataset,
  options: Readonly<Record<string, number>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, CONFIG, options, eventKind]));
  for (const { url, imageUrl, priceCents, currency, stock, ...trainedOn } of items) {
    hash.update(`${JSON.stringify(trainedOn)}\n`);
  }
  for (const { customer, atMs, rows } of baskets) hash.update(`${customer} ${atMs} ${rows.join()}\n`);
  return hash.digest('hex');
}
