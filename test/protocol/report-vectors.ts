import { writeFile } from 'node:fs/promises';
import { reportSetDigest } from '#privacy/aggregate.ts';
import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { importHpkeKeyPair } from '#privacy/hpke.ts';
import { contextOf, makeReport, openInputShare } from '#privacy/report.ts';
import { openVerifyKey, sealVerifyKey } from '#privacy/verify-key.ts';
import { type Bytes, fromHex, toHex, utf8Text } from '#protocol/bytes.ts';
import type { Envelope } from '#protocol/envelope.ts';
import { encodeHelperBatch, encodeVerdicts } from '#protocol/helper-batch.ts';
import type { TaskId } from '#protocol/ids.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { ledgerStateOf } from '#protocol/ledger-state.ts';
import { type PartyRole, parseReport, reportAad, reportInfo } from '#protocol/report.ts';
import { type OpenedTask, openTask, type Task, type TaskKind } from '#protocol/task.ts';
import { openVerifier } from '../privacy/verifiers.ts';
import { SHOP } from './manifest-fixture.ts';
import {
  type FeatureVector,
  featureVector,
  type ReleaseVector,
  type ReleaseVectors,
  releaseVector,
  releaseVectors,
} from './message-vectors.ts';
import { sampleTask } from './sample-task.ts';
import { HPKE, partyKeys, sharderOf, signedTask, VERIFY_KEY } from './vector-parties.ts';

/**
 * Vectors of the learning protocol, for other implementations: `test/vectors/protocol.json`. Bytes are hexadecimal.
 *
 * Shares and sealing are drawn at random, so a check opens what was made and follows it through both parties.
 */
export interface ProtocolVectors {
  /** Raw Ed25519 public keys. */
  readonly trainerKey: string;
  readonly leaderKey: string;
  readonly helperKey: string;
  readonly hpke: Readonly<Record<PartyRole, { readonly publicKey: string; readonly privateKey: string }>>;
  readonly verifyKey: string;
  readonly reports: readonly ReportVector[];
  readonly ledger: { readonly count: number; readonly digest: string };
  /** Of a round with all the reports, as if they were of the first one's task. */
  readonly release: ReleaseVectors;
  readonly features: FeatureVector;
}

/** One device's report of one kind of task, from the measurement to the sum. */
export interface ReportVector {
  readonly kind: TaskKind;
  /** With both signatures; the payload is JSON in base64url. */
  readonly task: Envelope;
  readonly taskId: string;
  readonly sealedVerifyKey: string;
  readonly reportId: string;
  readonly hour: number;
  /** As the task's function takes it: a number, or a vector. */
  readonly measurement: number | readonly number[];
  readonly publicShare: string;
  readonly leaderInputShare: string;
  readonly helperInputShare: string;
  readonly info: Readonly<Record<PartyRole, string>>;
  readonly aad: Readonly<Record<PartyRole, string>>;
  /** As a device posts it. */
  readonly report: string;
  readonly leaderVerifierShare: string;
  readonly helperVerifierShare: string;
  readonly verifierMessage: string;
  readonly leaderOutputShare: string;
  readonly helperOutputShare: string;
  /** Both output shares together, without noise. */
  readonly sum: readonly number[];
  /** Step 3 of an aggregation with this report alone, and the helper's answer. */
  readonly helperBatch: string;
  readonly verdicts: string;
  /** As if the report were a whole batch. */
  readonly released: ReleaseVector;
}

const CASES: readonly { readonly task: Task; readonly measurement: number | readonly number[] }[] = [
  {
    task: sampleTask('model-update', { vdaf: { type: 'UnverifiedVectorSum', length: 6 }, rank: 3 }),
    measurement: [5, -70_000, 2_000_000, 0, -1, 31],
  },
  { task: sampleTask('metrics'), measurement: [15, 0, 3, 1, 0, 7] },
  {
    task: sampleTask('popularity', {
      vdaf: { type: 'Prio3MultihotCountVec', length: 12, maxWeight: 3, chunkLength: 4 },
    }),
    measurement: [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
  },
  { task: sampleTask('shadow-eval'), measurement: 17 },
];

/** Makes the vectors anew: other shares and other sealing each time. */
export async function makeVectors(): Promise<ProtocolVectors> {
  const { trainer, leader, helper } = await partyKeys();
  const trusted = [trainer.fingerprint, helper.fingerprint];
  const vectors: ReportVector[] = [];
  for (const { task, measurement } of CASES) {
    const envelope = await signedTask(task);
    const opened = await openTask(envelope, { shop: SHOP, trusted });
    const sharder = sharderOf(opened.task);
    const nowMs = opened.task.opensAtMs + 3_600_000;
    const report = await makeReport({ ...opened, taskId: opened.id, sharder, measurement, nowMs });
    const sealed = await sealVerifyKey(VERIFY_KEY, { taskId: opened.id, helperKey: HPKE.helper.publicKey });
    vectors.push({
      kind: opened.task.kind,
      task: envelope,
      sealedVerifyKey: toHex(sealed),
      measurement,
      report: toHex(report),
      ...(await followReport(opened, report)),
    });
  }
  return {
    trainerKey: trainer.publicKey,
    leaderKey: leader.publicKey,
    helperKey: helper.publicKey,
    hpke: HPKE,
    verifyKey: toHex(VERIFY_KEY),
    reports: vectors,
    ...(await allOf(vectors)),
  };
}

/** What must come out of the vectors' signed and sealed messages; equal to the vectors themselves. */
export async function rework(vectors: ProtocolVectors): Promise<ProtocolVectors> {
  const trusted = [await fingerprintOf(vectors.trainerKey), await fingerprintOf(vectors.helperKey)];
  const reports: ReportVector[] = [];
  for (const { kind, task, sealedVerifyKey, measurement, report } of vectors.reports) {
    const opened = await openTask(task, { shop: SHOP, trusted });
    const keyPair = await importHpkeKeyPair(vectors.hpke.helper);
    const verifyKey = await openVerifyKey(fromHex(sealedVerifyKey), { taskId: opened.id, keyPair });
    if (toHex(verifyKey) !== vectors.verifyKey) throw new Error(`expected the verify key in the ${kind} vector`);
    reports.push({
      kind,
      task,
      sealedVerifyKey,
      measurement,
      report,
      ...(await followReport(opened, fromHex(report))),
    });
  }
  return { ...vectors, reports, ...(await allOf(reports)) };
}

/** Follows a report through both parties. */
async function followReport({ task, id: taskId }: OpenedTask, bytes: Bytes) {
  const verifier = openVerifier(task.vdaf);
  const report = parseReport(bytes, verifier.sizes);
  const { id, hour, publicShare } = report;
  const context = { ...contextOf(taskId, id), verifyKey: VERIFY_KEY, publicShare };
  const start = async (role: PartyRole) => {
    const keyPair = await importHpkeKeyPair(HPKE[role]);
    const inputShare = await openInputShare(role, { ...report, sealed: report[role] }, { task, taskId, keyPair });
    return { inputShare, ...(await verifier.verifyInit(role, { ...context, inputShare })) };
  };
  const [leader, helper] = [await start('leader'), await start('helper')];
  const message = verifier.combineVerifierShares(context.ctx, leader.verifierShare, helper.verifierShare);
  const [leaderOutput, helperOutput] = [leader, helper].map(({ state }) => verifier.verifyNext(state, message)) as [
    Bytes,
    Bytes,
  ];
  const aadOf = (role: PartyRole) =>
    toHex(reportAad({ taskId, id, hour, publicShare, hpkeKeyId: task[role].hpkeKeyId }));
  const { sizes } = verifier;
  const outputShares = { leader: toHex(leaderOutput), helper: toHex(helperOutput) };
  return {
    taskId,
    reportId: toHex(id),
    hour,
    publicShare: toHex(publicShare),
    leaderInputShare: toHex(leader.inputShare),
    helperInputShare: toHex(helper.inputShare),
    info: { leader: utf8Text(reportInfo('leader')), helper: utf8Text(reportInfo('helper')) },
    aad: { leader: aadOf('leader'), helper: aadOf('helper') },
    leaderVerifierShare: toHex(leader.verifierShare),
    helperVerifierShare: toHex(helper.verifierShare),
    verifierMessage: toHex(message),
    leaderOutputShare: outputShares.leader,
    helperOutputShare: outputShares.helper,
    sum: Array.from(unshard(leaderOutput, helperOutput, elementRing(verifier.elementBytes))),
    helperBatch: toHex(encodeHelperBatch(3, [{ ...report, leaderVerifierShare: leader.verifierShare }])),
    verdicts: toHex(encodeVerdicts([{ kind: 'added', verifierMessage: message }], sizes)),
    released: releaseVector(task, { ...outputShares, reportSetDigest: await reportSetDigest([id]) }),
  };
}

/** What is said of all reports together. */
async function allOf(reports: readonly ReportVector[]) {
  const request = {
    count: reports.length,
    reportSetDigest: await reportSetDigest(reports.map(({ reportId }) => fromHex(reportId))),
  };
  const [first] = reports as [ReportVector];
  return {
    ledger: await ledgerStateOf(reports.map(({ taskId }) => taskId as TaskId)),
    release: await releaseVectors(request, { taskId: first.taskId, ...(await partyKeys()) }),
    features: await featureVector(),
  };
}

// `node test/protocol/report-vectors.ts` writes the file that the test checks.
if (import.meta.main) {
  const file = new URL('../vectors/protocol.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(await makeVectors(), undefined, 2)}\n`);
}
