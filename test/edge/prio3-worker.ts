import prio3VerifyModule from '#generated/prio3-verify-kernel.wasm';
import { histogram } from '#privacy/prio3/circuits.ts';
import { createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import { fromHex, toHex } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';

/** A report of a histogram, all bytes in hexadecimal. */
export interface PostedReport {
  readonly length: number;
  readonly chunkLength: number;
  readonly verifyKey: string;
  readonly ctx: string;
  readonly nonce: string;
  readonly publicShare: string;
  readonly inputShares: readonly [string, string];
}

/** A worker that plays both parties for one report, to see that workerd runs the kernel as it is imported. */
export default {
  async fetch(request: Request): Promise<Response> {
    const report = (await request.json()) as PostedReport;
    const verifier = createPrio3Verifier(histogram(report.length, report.chunkLength), prio3VerifyModule);
    const ctx = fromHex(report.ctx);
    const common = {
      verifyKey: fromHex(report.verifyKey),
      ctx,
      nonce: fromHex(report.nonce),
      publicShare: fromHex(report.publicShare),
    };
    try {
      const [leaderShare, helperShare] = report.inputShares.map(fromHex) as [
        Uint8Array<ArrayBuffer>,
        Uint8Array<ArrayBuffer>,
      ];
      const leader = await verifier.verifyInit('leader', { ...common, inputShare: leaderShare });
      const helper = await verifier.verifyInit('helper', { ...common, inputShare: helperShare });
      const message = verifier.combineVerifierShares(ctx, leader.verifierShare, helper.verifierShare);
      return Response.json([leader, helper].map(({ state }) => toHex(verifier.verifyNext(state, message))));
    } catch (error) {
      if (error instanceof ProtocolError) return Response.json({ code: error.code }, { status: 400 });
      throw error;
    }
  },
};
