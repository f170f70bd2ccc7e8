import { createHash } from 'node:crypto';

/** One customer in five judges candidate models and never serves as a simulated device. */
const HELD_OUT_SHARE = 0.2;

/** Whether a customer is held out: decided by the id alone, so always the same. */
export function isHeldOut(customer: string): boolean {
  const [first, second] = createHash('sha256').update(`held out ${customer}`).digest();
  return ((first as number) * 256 + (second as number)) / 65536 < HELD_OUT_SHARE;
}
