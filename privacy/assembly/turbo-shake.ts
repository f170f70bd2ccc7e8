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
    const c0 = column(STATE);
    const c1 = column(STATE + 8);
    const c2 = column(STATE + 16);
    const c3 = column(STATE + 24);
    const c4 = column(STATE + 32);
    addToColumn(STATE, c4 ^ rotl(c1, 1));
    addToColumn(STATE + 8, c0 ^ rotl(c2, 1));
    addToColumn(STATE + 16, c1 ^ rotl(c3, 1));
    addToColumn(STATE + 24, c2 ^ rotl(c4, 1));
    addToColumn(STATE + 32, c3 ^ rotl(c0, 1));
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
      const a0 = load<u64>(row);
      const a1 = load<u64>(row, 8);
      const a2 = load<u64>(row, 16);
      const a3 = load<u64>(row, 24);
      const a4 = load<u64>(row, 32);
      store<u64>(row, a0 ^ (~a1 & a2));
      store<u64>(row, a1 ^ (~a2 & a3), 8);
      store<u64>(row, a2 ^ (~a3 & a4), 16);
      store<u64>(row, a3 ^ (~a4 & a0), 24);
      store<u64>(row, a4 ^ (~a0 & a1), 32);
    }
    // ι
    store<u64>(STATE, load<u64>(STATE) ^ load<u64>(round));
  }
}

function column(at: usize): u64 {
  return load<u64>(at) ^ load<u64>(at, 40) ^ load<u64>(at, 80) ^ load<u64>(at, 120) ^ load<u64>(at, 160);
}

function addToColumn(at: usize, parity: u64): void {
  for (const end = at + 200; at < end; at += 40) store<u64>(at, load<u64>(at) ^ parity);
}
