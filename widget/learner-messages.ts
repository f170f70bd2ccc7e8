/** What page and learner say to each other across the Worker's edge. */

import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { KeyFingerprint, TaskId } from '#protocol/ids.ts';
import type { EdgeAnswer } from './edge-client.ts';
import type { EngineSettings, ModelInUse } from './engine-messages.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { ParticipationOutcome } from './participation.ts';

export type ToLearner =
  | {
      readonly kind: 'start';
      readonly settings: EngineSettings;
      readonly helperKey: KeyFingerprint;
      readonly model: Pick<ModelInUse, 'modelDigest' | 'itemFeatureDigest'>;
      /** The version that the model is, its manifest checked by the page. */
      readonly opened: OpenedManifest;
      /** The device's history, oldest first. */
      readonly events: readonly ShopEvent[];
    }
  | { readonly kind: 'posted'; readonly answer: EdgeAnswer };

export type FromLearner =
  /** The page posts the report: its request outlives the tab, a Worker's need not. */
  | { readonly kind: 'post'; readonly taskId: TaskId; readonly report: Bytes }
  | { readonly kind: 'outcome'; readonly outcome: ParticipationOutcome };
