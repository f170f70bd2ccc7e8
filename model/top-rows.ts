/**
 * The rows with the highest scores, best first; of equal scores the lower row.
 *
 * @param scores `[N]`; a row at −Infinity is never returned, so that is how to leave one out. No NaN.
 * @param count At least 0.
 * @returns At most `count` rows.
 */
export function topRows(scores: Float32Array, count: number): Uint32Array {
  // A heap whose root is the worst row kept: most rows are turned away by one comparison.
  const heap: number[] = [];
  const isWorse = (a: number, b: number): boolean => {
    const scoreA = scores[a] as number;
    const scoreB = scores[b] as number;
    return scoreA < scoreB || (scoreA === scoreB && a > b);
  };
  for (let row = 0; row < scores.length; row++) {
    if (scores[row] === Number.NEGATIVE_INFINITY) continue;
    if (heap.length < count) {
      heap.push(row);
      siftUp(heap, isWorse);
    } else if (count > 0 && isWorse(heap[0] as number, row)) {
      heap[0] = row;
      siftDown(heap, isWorse);
    }
  }
  return Uint32Array.from(heap.sort((a, b) => (isWorse(a, b) ? 1 : -1)));
}

type IsWorse = (a: number, b: number) => boolean;

function siftUp(heap: number[], isWorse: IsWorse): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!isWorse(heap[child] as number, heap[parent] as number)) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function siftDown(heap: number[], isWorse: IsWorse): void {
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const worst = right < heap.length && isWorse(heap[right] as number, heap[left] as number) ? right : left;
    if (!isWorse(heap[worst] as number, heap[parent] as number)) return;
    swap(heap, worst, parent);
    parent = worst;
  }
}

function swap(heap: number[], a: number, b: number): void {
  const kept = heap[a] as number;
  heap[a] = heap[b] as number;
  heap[b] = kept;
}
