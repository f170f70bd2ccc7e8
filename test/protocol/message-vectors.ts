import { inReleaseUnits } from '#privacy/aggregate.ts';
import { collect } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { noiseStdDev, releaseUnits } from '#privacy/noise.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import { type Bytes, fromHex, toBase64Url, utf8Text } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import { itemFeatureDigest } from '#protocol/item-feature-digest.ts';
import type { SigningKey } from '#protocol/keys.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import type { AggregateShare, ReleaseRequest, RoundState } from '#protocol/round-messages.ts';
import { signAnswer, verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest, verifyRequest } from '#protocol/signed-request.ts';
import type { Task } from '#protocol/task.ts';
import { fakeDigest, NOW_MS, SHOP, sampleManifest } from './manifest-fixture.ts';

/** A request or an answer as it travels. */
export interface HttpVector {
  /** `POST https://…`, or a status. */
  readonly start: string;
  /** Those that the signature is about. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The leader's last request to the helper, and its answer. */
export interface ReleaseVectors {
  readonly releaseRequest: ReleaseRequest;
  readonly signedRequest: HttpVector;
  readonly signedAnswer: HttpVector;
}

/** What both parties release of the sum of one report. */
export interface ReleaseVector {
  /** u: sums are multiplied by it. */
  readonly units: number;
  /** The standard deviation of each party's noise in release units, times 2^16. */
  readonly noiseNumerator: number;
  /** As if drawn, in release units. */
  readonly leaderNoise: readonly number[];
  readonly helperNoise: readonly number[];
  readonly leader: AggregateShare;
  readonly helper: AggregateShare;
  /** What the trainer reads. */
  readonly noisedSum: readonly number[];
}

/** The digest of the item features of a manifest with these files. */
export interface FeatureVector {
  readonly files: readonly ManifestFile[];
  readonly itemFeatureDigest: string;
}

/** @param parties `leader` and `helper` are their own keys. */
export async function releaseVectors(
  releaseRequest: ReleaseRequest,
  { taskId, leader, helper }: { readonly taskId: string; readonly leader: SigningKey; readonly helper: SigningKey },
): Promise<ReleaseVectors> {
  const url = `https://helper.example/v1/shops/${SHOP}/tasks/${taskId}/release`;
  const unsigned = new Request(url, { method: 'POST', body: JSON.stringify(releaseRequest) });
  const request = await signRequest(unsigned, leader, NOW_MS);
  const state: RoundState = { kind: 'released', count: releaseRequest.count };
  const answer = await signAnswer(Response.json(state), { request, key: helper, nowMs: NOW_MS + 2000 });
  const { body: sent } = await verifyRequest(request, [leader.publicKey], NOW_MS);
  const received = await verifyAnswer(answer.clone(), { request, publicKey: helper.publicKey });
  return {
    releaseRequest,
    signedRequest: httpVector(`${request.method} ${request.url}`, request.headers, sent),
    signedAnswer: httpVector(String(answer.status), answer.headers, received),
  };
}

function httpVector(start: string, headers: Headers, body: Bytes): HttpVector {
  const names = ['content-digest', 'signature-input', 'signature'];
  return {
    start,
    headers: Object.fromEntries(names.map((name) => [name, headers.get(name) ?? ''])),
    body: utf8Text(body),
  };
}

/** @param shares Both output shares of the one report, in hexadecimal. */
export function releaseVector(
  task: Pick<Task, 'vdaf' | 'noiseMultiplier'>,
  shares: { readonly leader: string; readonly helper: string; readonly reportSetDigest: Digest },
): ReleaseVector {
  const { vdaf } = task;
  const { elementBytes, outputLength } = vdafShape(vdaf);
  const ring = elementRing(elementBytes);
  const released = (sum: string, noise: readonly number[]): Bytes => {
    const share = inReleaseUnits(fromHex(sum), { ring, vdaf });
    ring.addIntegers(share, noise);
    return share;
  };
  const leaderNoise = Array.from({ length: outputLength }, (_, i) => ((i * 33_013 + 17_771) % 90_001) - 45_000);
  const helperNoise = Array.from({ length: outputLength }, (_, i) => ((i * 53_003 + 6113) % 90_001) - 45_000);
  const [leader, helper] = [released(shares.leader, leaderNoise), released(shares.helper, helperNoise)];
  const message = (share: Bytes): AggregateShare => ({
    count: 1,
    reportSetDigest: shares.reportSetDigest,
    share: toBase64Url(share),
  });
  return {
    units: releaseUnits(vdaf),
    noiseNumerator: Number(noiseStdDev(task).numerator),
    leaderNoise,
    helperNoise,
    leader: message(leader),
    helper: message(helper),
    noisedSum: Array.from(collect(leader, helper, { ring, vdaf })),
  };
}

export async function featureVector(): Promise<FeatureVector> {
  const manifest = sampleManifest();
  const files: ManifestFile[] = [
    { kind: 'codebooks', digest: fakeDigest(21), bytes: 49_216 },
    ...manifest.files.filter(({ kind }) => ['encoder', 'groups', 'items'].includes(kind)),
  ];
  return { files, itemFeatureDigest: await itemFeatureDigest({ ...manifest, files }) };
}
