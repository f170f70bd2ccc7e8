import type { GpuDevice } from './gpu-device.ts';
import { GROUP_ROWS, groupRows, TILE_GROUPS } from './groups.ts';

/** Most rows that one search brings back; `found` is 16 KiB. */
export const MAX_FOUND = 4094;

/** Lanes that look for the threshold, all in one workgroup. */
const SEARCH_LANES = 256;

/** The buffers in the order of their bindings: the table's arrays, what is worked out, the question. */
export const BINDINGS = ['values', 'scales', 'popularity', 'lifts', 'keys', 'bests', 'found', 'asked'] as const;
export type Binding = (typeof BINDINGS)[number];

/**
 * The three kernels of a search, in the order that they run.
 *
 * 1. `score` turns every row's score into a key and keeps the best key of each group.
 * 2. `findFloor` finds the count-th best of the groups' best keys. As many rows reach it, so the count-th
 *    best of all rows does; less the margin of error, it is the floor.
 * 3. `collect` lists the rows at or above the floor, looking only into groups whose best one is.
 *
 * A key is the score's float32 bits, so turned that keys sort as unsigned integers; 0 for a hidden row. No
 * infinity is computed with or compared: WGSL lets a compiler assume that there is none.
 */
export function shaderFor(
  { numItems, dim }: { readonly numItems: number; readonly dim: number },
  { hasPackedDot, hasSubgroups }: Pick<GpuDevice, 'hasPackedDot' | 'hasSubgroups'>,
): string {
  const { numGroups } = groupRows(numItems);
  const row = rowWords(dim / 4);
  const reduce = hasSubgroups ? reduceBySubgroup : reduceByLane;
  return /* wgsl */ `
${hasSubgroups ? 'enable subgroups;' : ''}

struct Asked {
  queryStep: f32,
  popularityWeight: f32,
  margin: f32,
  count: u32,
  high: array<vec4u, 16>,
  low: array<vec4u, 16>,
}

struct Found {
  floor: u32,
  count: atomic<u32>,
  rows: array<u32, ${MAX_FOUND}>,
}

@group(0) @binding(0) var<storage, read> values: array<${row.type}>;
@group(0) @binding(1) var<storage, read> scales: array<f32>;
@group(0) @binding(2) var<storage, read> popularity: array<f32>;
@group(0) @binding(3) var<storage, read> lifts: array<u32>;
@group(0) @binding(4) var<storage, read_write> keys: array<u32>;
@group(0) @binding(5) var<storage, read_write> bests: array<u32>;
@group(0) @binding(6) var<storage, read_write> found: Found;
@group(0) @binding(7) var<uniform> asked: Asked;

${hasPackedDot ? PACKED_DOT : UNPACKED_DOT}
${KEYS}

fn dotRow(row: u32) -> f32 {
  let at = row * ${row.length}u;
  ${row.load}
  var high = 0;
  var low = 0;
  ${row.words.map((word, w) => `high += dot4(${word}, ${queryWord('high', w)});`).join('\n  ')}
  ${row.words.map((word, w) => `low += dot4(${word}, ${queryWord('low', w)});`).join('\n  ')}
  return f32(256 * high + low);
}

fn keyOfRow(row: u32) -> u32 {
  if (row >= ${numItems}u) { return 0u; }
  let lift = lifts[row];
  if (lift == 0xff800000u) { return 0u; } // -Infinity
  let term = dotRow(row) * asked.queryStep * scales[row];
  return toKey(term + asked.popularityWeight * popularity[row] + bitcast<f32>(lift));
}

var<workgroup> tileBests: array<atomic<u32>, ${TILE_GROUPS}>;

@compute @workgroup_size(${GROUP_ROWS})
fn score(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var g = 0u; g < ${TILE_GROUPS}u; g++) {
    let group = tile.x * ${TILE_GROUPS}u + g;
    let key = keyOfRow(lane * ${numGroups}u + group);
    keys[group * ${GROUP_ROWS}u + lane] = key;
    ${reduce('Max', 'tileBests[g]', 'key')}
  }
  workgroupBarrier();
  if (lane < ${TILE_GROUPS}u) { bests[tile.x * ${TILE_GROUPS}u + lane] = atomicLoad(&tileBests[lane]); }
}

var<workgroup> reaching: array<atomic<u32>, 32>;

@compute @workgroup_size(${SEARCH_LANES})
fn findFloor(@builtin(local_invocation_index) lane: u32) {
  var threshold = 0u; // the largest key that enough groups reach, found bit by bit
  for (var bit = 0u; bit < 32u; bit++) {
    let tried = threshold | (0x80000000u >> bit);
    var count = 0u;
    for (var group = lane; group < ${numGroups}u; group += ${SEARCH_LANES}u) {
      count += select(0u, 1u, bests[group] >= tried);
    }
    ${reduce('Add', 'reaching[bit]', 'count')}
    workgroupBarrier();
    if (atomicLoad(&reaching[bit]) >= asked.count) { threshold = tried; }
  }
  if (lane != 0u) { return; }
  found.floor = 1u; // fewer groups than rows asked for: every row that is not hidden
  if (threshold > 0u) { found.floor = toKey(toScore(threshold) - asked.margin); }
  atomicStore(&found.count, 0u);
}

@compute @workgroup_size(${GROUP_ROWS})
fn collect(@builtin(global_invocation_id) id: vec3u) {
  let group = id.x;
  if (group >= ${numGroups}u || bests[group] < found.floor) { return; }
  for (var lane = 0u; lane < ${GROUP_ROWS}u; lane++) {
    if (keys[group * ${GROUP_ROWS}u + lane] < found.floor) { continue; }
    let at = atomicAdd(&found.count, 1u);
    if (at < ${MAX_FOUND}u) { found.rows[at] = lane * ${numGroups}u + group; }
  }
}
`;
}

/** A row's packed words: four at a time where rows are so aligned. */
function rowWords(numWords: number): { type: string; length: number; load: string; words: string[] } {
  const words = Array.from({ length: numWords }, (_, w) => w);
  if (numWords % 4 !== 0) {
    return { type: 'u32', length: numWords, load: '', words: words.map((w) => `values[at + ${w}u]`) };
  }
  const loads = words.slice(0, numWords / 4).map((v) => `let v${v} = values[at + ${v}u];`);
  return { type: 'vec4u', length: loads.length, load: loads.join('\n  '), words: words.map((w) => `v${vec4Word(w)}`) };
}

function queryWord(half: 'high' | 'low', w: number): string {
  return `asked.${half}[${w >> 2}].${'xyzw'[w & 3]}`;
}

function vec4Word(w: number): string {
  return `${w >> 2}.${'xyzw'[w & 3]}`;
}

type Reduction = 'Max' | 'Add';

/** A statement that reduces all lanes' values into one: first within each subgroup, then across them. */
function reduceBySubgroup(reduction: Reduction, total: string, value: string): string {
  return `let reduced = subgroup${reduction}(${value});
    if (subgroupElect()) { ${reduceByLane(reduction, total, 'reduced')} }`;
}

function reduceByLane(reduction: Reduction, total: string, value: string): string {
  return `atomic${reduction}(&${total}, ${value});`;
}

const PACKED_DOT = /* wgsl */ `
fn dot4(a: u32, b: u32) -> i32 { return dot4I8Packed(a, b); }
`;

const UNPACKED_DOT = /* wgsl */ `
fn unpack4(word: u32) -> vec4i { return (vec4i(bitcast<i32>(word)) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u); }
fn dot4(a: u32, b: u32) -> i32 { return dot(unpack4(a), unpack4(b)); }
`;

const KEYS = /* wgsl */ `
fn toKey(score: f32) -> u32 {
  let bits = bitcast<u32>(score);
  return bits ^ select(0x80000000u, 0xffffffffu, (bits & 0x80000000u) != 0u);
}
fn toScore(key: u32) -> f32 {
  return bitcast<f32>(key ^ select(0xffffffffu, 0x80000000u, (key & 0x80000000u) != 0u));
}
`;
