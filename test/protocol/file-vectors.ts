import { decodeCodes } from '#model/decode-codes.ts';
import { alignedCopy, concatBytes, fromHex, toHex, utf8 } from '#protocol/bytes.ts';
import { parseCodebooks } from '#protocol/item-codes.ts';
import { encodeGroups, parseGroups } from '#protocol/item-files.ts';
import { encodeNeighborShard, NeighborShard } from '#protocol/neighbor-lists.ts';
import { idsIn, rounded } from './vector-models.ts';

/** Unpacked files with what the tiny models have none of. */
export interface FileVectors {
  /** Rows far apart, an empty list, and an entry of a row that the shop does not have. */
  readonly neighbors: {
    readonly numItems: number;
    readonly bytes: string;
    readonly lists: readonly (readonly (readonly [row: number, weight: number])[])[];
  };
  readonly groups: { readonly numGroups: number; readonly bytes: string; readonly groups: readonly number[] };
  /** Phrases in ids, one of them missing. */
  readonly catalog: { readonly bytes: string; readonly ids: readonly string[] };
  readonly codes: readonly CodesVector[];
}

/** Byte i of the codebooks' values is (i · `step`) mod 256. */
interface CodesVector {
  readonly dim: number;
  readonly scales: readonly number[];
  readonly step: number;
  readonly codes: string;
  readonly rows: { readonly scales: readonly number[]; readonly values: readonly number[] };
}

/** What the files say, read from their bytes. */
export function readFiles({ neighbors, groups, catalog, codes }: FileVectors): FileVectors {
  return {
    neighbors: { ...neighbors, lists: listsIn(neighbors) },
    groups: { ...groups, groups: groupsIn(groups) },
    catalog: { ...catalog, ids: idsIn(catalog.bytes, catalog.ids.length) },
    codes: codes.map(decoded),
  };
}

export function makeFiles(): FileVectors {
  return readFiles({
    neighbors: { numItems: NUM_ROWS, bytes: toHex(neighborShard()), lists: [[], [], []] },
    groups: { numGroups: 5000, bytes: toHex(encodeGroups(Uint16Array.of(0, 255, 256, 4660))), groups: [0, 0, 0, 0] },
    catalog: { bytes: toHex(catalogShard()), ids: ['', '', ''] },
    codes: codeInputs(),
  });
}

/** More than three digits can say how far apart. */
const NUM_ROWS = 300_000;

function neighborShard(): Uint8Array {
  const rows = [0, 224, 448, 7616, 7840, 237_216, 299_999, 41, 42];
  const neighbors = {
    offsets: new Uint32Array(NUM_ROWS + 1).fill(rows.length).fill(0, 0, 1).fill(7, 1, 3),
    rows: Uint32Array.from(rows),
    weights: Uint8Array.from(rows, (_, i) => 255 - 20 * i),
  };
  const bytes = encodeNeighborShard(neighbors, { firstRow: 0, rows: 3 });
  // One more entry in the last list: as many rows on as lead out of the shop.
  bytes[2] = (bytes[2] as number) + 5;
  return concatBytes(bytes, Uint8Array.of(224 + 1, 224 + 9, 224, 7, 200));
}

function listsIn({ numItems, bytes }: FileVectors['neighbors']): [number, number][][] {
  const shard = new NeighborShard(fromHex(bytes), { rows: 3, numItems });
  return Array.from({ length: shard.rows }, (_, row) => {
    const list: [number, number][] = [];
    shard.forEach(row, (neighbor, weight) => void list.push([neighbor, weight]));
    const [rows, weights] = [list.map(([neighbor]) => neighbor), rounded(list.map(([, weight]) => weight))];
    return rows.map((neighbor, i): [number, number] => [neighbor, weights[i] as number]);
  });
}

function groupsIn({ bytes, numGroups, groups }: FileVectors['groups']): number[] {
  return [...parseGroups(alignedCopy(fromHex(bytes)), { rows: groups.length, numGroups })];
}

function catalogShard(): Uint8Array {
  const fields = '\tLamp\t/p\t/i\t1900\tEUR';
  const lines = ['-2026-\rgarden', `\uE001\uE000größe${fields}`, `a\uE000\uE000b${fields}`, `c\uE002${fields}`];
  return concatBytes(new Uint8Array(3), utf8(lines.map((line) => `${line}\n`).join('')));
}

/** Values halfway between two integers, of both signs. */
const HALFWAY = '266590d94193d3a191910e2f60a0c2c5';

/** Some items, and one whose values are too small to be anything but zeros. */
function codeInputs(): CodesVector[] {
  const [dim, step] = [18, 73];
  const scalesFrom = (exponent: number) => Array.from({ length: 16 }, (_, code) => 2 ** (exponent - (code % 3)));
  const codes = toHex(Uint8Array.from({ length: 2 * 16 }, (_, i) => (i * 91 + 17) % 256));
  const rows = { scales: [], values: [] };
  return [
    { dim, step, scales: scalesFrom(-6), codes: codes + HALFWAY, rows },
    { dim, step, scales: scalesFrom(-142), codes: HALFWAY, rows },
  ];
}

function decoded({ dim, scales, step, codes }: CodesVector): CodesVector {
  const values = Uint8Array.from({ length: 3 * 256 * dim }, (_, i) => (i * step) % 256);
  const file = alignedCopy(concatBytes(new Uint8Array(Float32Array.from(scales).buffer), values));
  const rows = decodeCodes(fromHex(codes), parseCodebooks(file, dim), dim);
  return { dim, scales, step, codes, rows: { scales: [...rows.scales], values: [...rows.values] } };
}
