import type { HpkeKeyPair } from '#privacy/hpke.ts';
import type { Verifier } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { RoundSetup } from './round-stub.ts';

/** What a party verifies the reports of its round with. */
export interface VerificationSetup extends RoundSetup {
  readonly keyPair: HpkeKeyPair;
  readonly verifyKey: Bytes;
  readonly verifier: Verifier;
}
