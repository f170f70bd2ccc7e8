// TurboSHAKE128 (RFC 9861 section 2), one stream at a time, and field elements drawn from it.
//
// The loops are not unrolled: a device downloads this, and hashing is a fraction of what a report takes.

import { isCanonical, width } from './field';

/** Bytes of the state that input and output pass through; the rest stays within. */
const RATE: usize = 168;
/** The domain byte of XofTurboShake128. */
const DOMAIN: u8 = 1;
const LANE: usize = 8;

/** u64 [25], lane x, y at x + 5y. */
const STATE = memory.data(200);
/** u64 [10]: five lanes twice, so that a neighbor's place needs no remainder. */
const ROW = memory.data(80);
/** The lanes that ρ and π pass through, starting from lane 1. */
const LANE_CHAIN = memory.data<u8>([
  10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
]);
/** Of the last twelve of Keccak's 24 rounds. */
const ROUND_CONSTANTS = memory.data<u64>([
  0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002,
  0x8000000000000080, 0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080,
  0x0000000080000001, 0x8000000080008008,
]);
const ROUND_CONSTANTS_END = ROUND_CONSTANTS + 12 * LANE;

/** Bytes of the current block that are absorbed or squeezed already. */
let position: usize = 0;

/** Starts anew. */
export function begin(): void {
  memory.fill(STATE, 0, 200);
  position = 0;
}

/** Takes in more input. */
export function absorb(at: usize, numBytes: usize): void {
  for (const end = at + numBytes; at < end; at++) {
    if (position === RATE) permute();
    store<u8>(STATE + position, load<u8>(STATE + position) ^ load<u8>(at));
    position++;
  }
}

/** Ends the input; from now on there is output. */
export function finish(): void {
  if (position === RATE) permute();
  store<u8>(STATE + position, load<u8>(STATE + position) ^ DOMAIN);
  store<u8>(STATE + RATE - 1, load<u8>(STATE + RATE - 1) ^ 0x80);
  permute();
}

/** Writes the stream's next bytes. */
export function squeeze(out: usize, numBytes: usize): void {
  for (const end = out + numBytes; out < end; out++) {
    if (position === RATE) permute();
    store<u8>(out, load<u8>(STATE + position));
    position++;
  }
}

/** Writes field elements: the stream's next ones that are below the modulus. */
export function sample(out: usize, count: usize): void {
  for (const end = out + count * width; out < end; ) {
    squeeze(out, width);
    if (isCanonical(out)) out += width;
  }
}

/** Keccak-p[1600, 12]; the next block starts. */
function permute(): void {
  position = 0;
  for (let round: usize = ROUND_CONSTANTS; round < ROUND_CONSTANTS_END; round += LANE) {
    // θ
    for (let x: usize = 0; x < 40; x += LANE) {
      const column = STATE + x;
      storeTwice(
        x,
        load<u64>(column) ^
          load<u64>(column, 40) ^
          load<u64>(column, 80) ^
          load<u64>(column, 120) ^
          load<u64>(column, 160),
      );
    }
    for (let x: usize = 0; x < 40; x += LANE) {
      const parity = load<u64>(ROW + x, 32) ^ rotl(load<u64>(ROW + x, 8), 1);
      for (let at = STATE + x; at < STATE + 200; at += 40) store<u64>(at, load<u64>(at) ^ parity);
    }
    // ρ and π
    let moving = load<u64>(STATE, 8);
    let rotation: u64 = 0;
    for (let i: usize = 0; i < 24; i++) {
      rotation += i + 1;
      const at = STATE + LANE * load<u8>(LANE_CHAIN + i);
      const displaced = load<u64>(at);
      store<u64>(at, rotl(moving, rotation));
      moving = displaced;
    }
    // χ
    for (let row = STATE; row < STATE + 200; row += 40) {
      for (let x: usize = 0; x < 40; x += LANE) storeTwice(x, load<u64>(row + x));
      for (let x: usize = 0; x < 40; x += LANE) {
        store<u64>(row + x, load<u64>(ROW + x) ^ (~load<u64>(ROW + x, 8) & load<u64>(ROW + x, 16)));
      }
    }
    // ι
    store<u64>(STATE, load<u64>(STATE) ^ load<u64>(round));
  }
}

function storeTwice(x: usize, lane: u64): void {
  store<u64>(ROW + x, lane);
  store<u64>(ROW + x, lane, 40);
}
