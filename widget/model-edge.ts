import type { Bytes } from '#protocol/bytes.ts';
import { FIRST_SHELF_MAX_BYTES } from '#protocol/card-limits.ts';
import { verifyFile } from '#protocol/digest.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import { type EdgeAnswer, type EdgeReader, MESSAGE_MAX_BYTES } from './edge-client.ts';
import { WidgetError } from './widget-error.ts';

/** A file as a signed message states it. */
export type NamedFile = Pick<ManifestFile, 'digest' | 'bytes'>;

/** What is asked of the edge for a model. Failures that may pass are waited out, twice at most. */
export interface ModelEdge {
  /** @throws {WidgetError} `edge-refused`. */
  manifest(): Promise<Exclude<EdgeAnswer, { kind: 'busy' }>>;
  /** The first shelf of some version, asked for before the manifest says of which; `undefined` if it cannot be had. */
  firstShelf(): Promise<Bytes | undefined>;
  /**
   * A file, verified.
   *
   * @throws {ProtocolError} `digest-mismatch`. {@link WidgetError} `edge-unreachable`, `edge-refused`.
   */
  file(file: NamedFile): Promise<Bytes>;
}

/** Before the second and the third try, on average; the page shows the shop's own list meanwhile. */
const RETRY_PAUSES_MS = [500, 2000];

/** @param pause Waits for so many milliseconds. */
export function createModelEdge(
  edge: EdgeReader,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): ModelEdge {
  const read: EdgeReader['read'] = async (path, maxBytes, cache) => {
    for (const pauseMs of RETRY_PAUSES_MS) {
      const answer = await edge.read(path, maxBytes, cache);
      if (answer.kind === 'bytes' || answer.kind === 'none') return answer;
      // Not all devices at once again: 0.5 to 1.5 times as long.
      await pause(pauseMs * (0.5 + Math.random()));
    }
    return edge.read(path, maxBytes, cache);
  };
  const file = async (expected: NamedFile, cache?: 'reload'): Promise<Bytes> => {
    const answer = await read(`files/${expected.digest}`, expected.bytes, cache);
    if (answer.kind !== 'bytes') throw refusalOf(answer, `file ${expected.digest}`);
    try {
      await verifyFile(answer.bytes, expected);
      return answer.bytes;
    } catch (error) {
      // The browser would keep wrong bytes for as long as right ones, which never change.
      if (cache) throw error;
      return file(expected, 'reload');
    }
  };
  return {
    async manifest() {
      const answer = await read('manifest', MESSAGE_MAX_BYTES);
      if (answer.kind === 'busy') throw refusalOf(answer, 'manifest');
      return answer;
    },
    async firstShelf() {
      const answer = await edge.read('first-shelf', FIRST_SHELF_MAX_BYTES).catch(() => undefined);
      return answer?.kind === 'bytes' ? answer.bytes : undefined;
    },
    file: (expected) => file(expected),
  };
}

function refusalOf(answer: Exclude<EdgeAnswer, { kind: 'bytes' }>, name: string): WidgetError {
  if (answer.kind === 'unreachable') return new WidgetError('edge-unreachable', `expected ${name}, got no answer`);
  const status = answer.kind === 'busy' ? answer.status : 404;
  return new WidgetError('edge-refused', `expected ${name}, got status ${status}`);
}
