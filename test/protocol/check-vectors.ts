import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type Envelope, openEnvelope } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { TaskSchema } from '#protocol/task.ts';
import { mayTakePart } from '#widget/participation-record.ts';
import { NOTHING_SPENT } from '#widget/privacy-spent.ts';
import {
  checkedEnvelopes,
  participationCases,
  type RecordCase,
  sampleTasks,
  type TaskChange,
  taskChanges,
} from './check-inputs.ts';
import { answersOf, type HelperMessage, type HelperVector, helperMessages } from './helper-vectors.ts';
import { partyKeys } from './vector-parties.ts';

/**
 * Vectors of what is refused, and of what just passes, for other implementations: `test/vectors/checks.json`.
 */
export interface CheckVectors {
  readonly envelopes: readonly EnvelopeVector[];
  readonly tasks: {
    readonly samples: ReturnType<typeof sampleTasks>;
    readonly changes: readonly (TaskChange & { readonly isTask: boolean })[];
  };
  readonly participation: {
    readonly asked: Participation['asked'];
    readonly records: readonly (RecordCase & { readonly mayTakePart: boolean })[];
  };
  readonly helper: HelperVector;
}

type Participation = ReturnType<typeof participationCases>;

interface EnvelopeVector {
  readonly what: string;
  readonly envelope: unknown;
  /** Where trainer and helper must both have signed it; null if it passes. */
  readonly error: string | null;
}

interface CheckInputs {
  readonly envelopes: readonly Omit<EnvelopeVector, 'error'>[];
  readonly tasks: { readonly samples: ReturnType<typeof sampleTasks>; readonly changes: readonly TaskChange[] };
  readonly participation: Participation;
  readonly helper: { readonly task: Envelope; readonly messages: readonly HelperMessage[] };
}

const EMPTY_RECORD = { format: 2, inverseVariances: 0, spent: NOTHING_SPENT } as const;

/** What becomes of these. */
export async function check({ envelopes, tasks, participation, helper }: CheckInputs): Promise<CheckVectors> {
  const keys = await partyKeys();
  const trusted = [await fingerprintOf(keys.trainer.publicKey), await fingerprintOf(keys.helper.publicKey)];
  return {
    envelopes: await Promise.all(
      envelopes.map(async ({ what, envelope }) => ({
        what,
        envelope,
        error: await errorOf(openEnvelope(envelope, { payloadType: 'application/vnd.vitrine.task+json', trusted })),
      })),
    ),
    tasks: {
      samples: tasks.samples,
      changes: tasks.changes.map(({ kind, what, change }) => ({
        kind,
        what,
        change,
        isTask: v.is(TaskSchema, { ...tasks.samples[kind], ...change }),
      })),
    },
    participation: {
      asked: participation.asked,
      records: participation.records.map(({ what, startedAtMs, participations }) => ({
        what,
        startedAtMs,
        participations,
        mayTakePart: mayTakePart({ ...EMPTY_RECORD, startedAtMs, participations }, participation.asked),
      })),
    },
    helper: { task: helper.task, messages: await answersOf(helper) },
  };
}

/** Makes the vectors anew: other reports each time. */
export async function makeCheckVectors(): Promise<CheckVectors> {
  return check({
    envelopes: await checkedEnvelopes(),
    tasks: { samples: sampleTasks(), changes: taskChanges() },
    participation: participationCases(),
    helper: await helperMessages(),
  });
}

async function errorOf(opened: Promise<unknown>): Promise<string | null> {
  try {
    await opened;
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

// `node test/protocol/check-vectors.ts` writes the file that the test checks.
if (import.meta.main) {
  const file = new URL('../vectors/checks.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(await makeCheckVectors(), undefined, 1)}\n`);
}
