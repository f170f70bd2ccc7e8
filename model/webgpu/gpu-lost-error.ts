/** The GPU is gone, or no longer to be relied upon: what was asked is to be asked of another scorer. */
export class GpuLostError extends Error {
  override readonly name = 'GpuLostError';
}
