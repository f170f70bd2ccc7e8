import { ProtocolError } from '#protocol/errors.ts';

/**
 * What `read` makes of bytes from another machine, or `undefined` where they are not what they
 * should be: for places where one bad message among many is a normal outcome.
 */
export async function unlessInvalid<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
