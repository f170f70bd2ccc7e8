import type { Bytes } from '#protocol/bytes.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';
import type { AggregateShare, ReleaseRequest, ReportReceipt, RoundState } from '#protocol/round-messages.ts';
import type { Region } from '#protocol/shop.ts';
import type { Task } from '#protocol/task.ts';

/** What a round is opened with. Never changes. */
export interface RoundSetup {
  readonly shop: ShopId;
  readonly taskId: TaskId;
  readonly task: Task;
}

/** What a leader's round says to one report. */
export type SubmitOutcome =
  | ReportReceipt
  | { readonly kind: 'unknown-task' }
  | { readonly kind: 'task-not-open-yet' }
  | { readonly kind: 'report-invalid' }
  /** Its id was accepted before, with other bytes. */
  | { readonly kind: 'report-differs' };

/** What a helper's round says to the leader's verify key. */
export type VerifyKeyOutcome =
  | { readonly kind: 'agreed' }
  | { readonly kind: 'unknown-task' }
  | { readonly kind: 'round-message-invalid' }
  /** It has another one already. */
  | { readonly kind: 'verify-key-differs' }
  | { readonly kind: 'batch-spent' };

/** What a helper's round says to one step of the aggregation. */
export type BatchOutcome =
  /** `verdicts` are from `encodeVerdicts`. */
  | { readonly kind: 'answered'; readonly verdicts: Bytes }
  | { readonly kind: 'unknown-task' }
  | { readonly kind: 'round-message-invalid' }
  | { readonly kind: 'step-differs' }
  | { readonly kind: 'verify-key-missing' }
  | { readonly kind: 'batch-spent' };

/** What a helper's round says to the leader's word on the batch. */
export type ReleaseOutcome =
  | { readonly kind: 'released'; readonly count: number }
  | { readonly kind: 'unknown-task' }
  | { readonly kind: 'report-sets-differ' }
  | { readonly kind: 'too-few-reports' }
  | { readonly kind: 'batch-spent' };

/**
 * A round's Durable Object as the routes call it. Expected outcomes are values: an error's class
 * and code don't survive the call.
 */
export interface RoundStub {
  /** Opens the round; a repeat changes nothing. Answers how it stands. */
  open(setup: RoundSetup): Promise<RoundState>;
  /** How it stands, or `undefined` if it was never opened. */
  state(): Promise<RoundState | undefined>;
  /** This party's share, always the same, or `undefined` while nothing is released and settled. */
  aggregateShare(): Promise<AggregateShare | undefined>;
  /** Deletes everything that it holds: its shop was deleted. */
  erase(): Promise<void>;
  /** Leader: takes one report. */
  submit(report: Bytes): Promise<SubmitOutcome>;
  /** Leader: admits no more reports and starts to aggregate. */
  close(): Promise<RoundState | undefined>;
  /** Helper: keeps the verify key that the leader has drawn. */
  agreeOnVerifyKey(sealed: Bytes): Promise<VerifyKeyOutcome>;
  /** Helper: one step of the aggregation. */
  addBatch(batch: Bytes): Promise<BatchOutcome>;
  /** Helper: noises and keeps its share, once. */
  release(request: ReleaseRequest): Promise<ReleaseOutcome>;
}

/** The binding of the rounds. */
export interface RoundNamespace {
  getByName(name: string, options: { readonly locationHint?: Region }): RoundStub;
}

/** The one round of a task at this party. It stays where it was first asked for: in the shop's region, if it has one. */
export function findRound(
  rounds: RoundNamespace,
  { id, region }: { readonly id: ShopId; readonly region: Region | undefined },
  taskId: TaskId,
): RoundStub {
  return rounds.getByName(`${id}/${taskId}`, region ? { locationHint: region } : {});
}
