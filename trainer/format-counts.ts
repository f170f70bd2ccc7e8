import type { NoisyCount } from './read-counts.ts';
import type { ReleasedSum } from './released-sum.ts';

/** More say little: what is far down the list is noise. */
const MAX_LINES = 20;

/** Counts as a person reads them, one a line. */
export function formatCounts(counts: readonly NoisyCount[], { task, count }: ReleasedSum): string {
  const lines = counts.slice(0, MAX_LINES).map(({ name, estimate, halfWidth }) => {
    const perDevice = (estimate / count).toFixed(3);
    return `  ${Math.round(estimate)} ± ${Math.ceil(halfWidth)}  (${perDevice} a device)  ${name}`;
  });
  const head = `${task.kind} of ${count} devices, with 95 % intervals for the noise of both parties`;
  const rest = counts.length - lines.length;
  return [head, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}
