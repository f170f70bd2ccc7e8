/** What page and learner say to each other across the Worker's edge. */

import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { TaskId } from '#protocol/ids.ts';
import type { EdgeAnswer } from './edge-client.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { ParticipationOutcome } from './participation.ts';
import type { Tag } from './tag.ts';

export type ToLearner =
  | {
      readonly kind: 'start';
      readonly tag: Tag;
      /** The version in use, its manifest checked by the page. */
      readonly opened: OpenedManifest;
      /** The device's history, oldest first. */
      readonly events: readonly ShopEvent[];
    }
  | { readonly kind: 'posted'; readonly answer: EdgeAnswer };

export type FromLearner =
  /** The page posts the report: its request outlives the tab, a Worker's need not. */
  | { readonly kind: 'post'; readonly taskId: TaskId; readonly report: Bytes }
  | { readonly kind: 'outcome'; readonly outcome: ParticipationOutcome };
