import type { Publication } from './publish.ts';
import { formatCount } from './text-table.ts';

/** A publication in one line. */
export function formatPublication(publication: Publication): string {
  const { version, numFiles, totalBytes, uploadedFiles, uploadedBytes } = publication;
  return `published ${version}: ${numFiles} files of ${formatCount(totalBytes)} bytes, of which ${uploadedFiles} changed (${formatCount(uploadedBytes)} bytes)`;
}
