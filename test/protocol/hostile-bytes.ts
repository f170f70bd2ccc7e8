import { expect } from 'vitest';
import { ProtocolError, type ProtocolErrorCode } from '#protocol/errors.ts';

/**
 * Reads bytes with every single bit flipped and cut at every length: each time they are read, or refused with
 * the code of their kind.
 */
export function expectReadOrRefused(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, code: ProtocolErrorCode) {
  const attempt = (damaged: Uint8Array): void => {
    try {
      read(damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
      expect(error).toMatchObject({ code });
    }
  };
  for (let length = 0; length < bytes.length; length++) attempt(bytes.slice(0, length));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    attempt(bytes.with(bit >> 3, (bytes[bit >> 3] as number) ^ (1 << (bit & 7))));
  }
}
