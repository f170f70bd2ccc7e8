import type { Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { largestMagnitude, type TermBounds } from './ask.ts';

/** A table's four arrays on a device, each uploaded once and then by what has changed. */
export interface UploadedTable {
  readonly buffers: Readonly<Record<TableArray, GPUBuffer>>;
  /** Of all that has been uploaded: they never shrink. */
  readonly bounds: TermBounds;
  refresh: Scorer['refresh'];
}

const TABLE_ARRAYS = ['values', 'scales', 'popularity', 'lifts'] as const;
type TableArray = (typeof TABLE_ARRAYS)[number];

/** Uploads a table; its memory is read only while this and {@link UploadedTable.refresh} run. */
export function uploadTable(device: GPUDevice, table: ScoringTable): UploadedTable {
  const { numItems, dim } = table;
  const buffers = {} as Record<TableArray, GPUBuffer>;
  for (const name of TABLE_ARRAYS) {
    const size = table[name].byteLength;
    buffers[name] = device.createBuffer({ label: name, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  }
  let largestScale = 0;
  let largestLift = 0;

  const upload = (name: TableArray, firstRow: number, numRows: number): void => {
    const { buffer, byteOffset, byteLength } = table[name];
    const rowBytes = byteLength / numItems;
    const at = firstRow * rowBytes;
    device.queue.writeBuffer(buffers[name], at, buffer, byteOffset + at, numRows * rowBytes);
    const rows = (values: Float32Array) => values.subarray(firstRow, firstRow + numRows);
    if (name === 'scales') largestScale = Math.max(largestScale, largestMagnitude(rows(table.scales)));
    if (name === 'lifts') largestLift = Math.max(largestLift, largestMagnitude(rows(table.lifts)));
  };
  const uploadRows = (firstRow: number, numRows: number): void => {
    for (const name of TABLE_ARRAYS) upload(name, firstRow, numRows);
  };
  uploadRows(0, numItems);

  return {
    buffers,
    get bounds() {
      return { rowNorm: 128 * Math.sqrt(dim) * largestScale, lift: largestLift };
    },
    refresh(changed) {
      if (changed === 'lifts') upload('lifts', 0, numItems);
      else uploadRows(changed.firstRow, changed.numRows);
    },
  };
}
