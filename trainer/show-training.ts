import { type Progress, startProgress } from './progress.ts';
import type { TrainProgress } from './train.ts';

/** A terminal's view of one training. */
export interface TrainingDisplay {
  readonly show: (progress: TrainProgress) => void;
  readonly stop: () => void;
}

/** Shows the backend really in use, a bar for each long step and a line for each pass. */
export function showTraining(): TrainingDisplay {
  let bar: Progress | undefined;
  let step: TrainProgress['kind'] | undefined;
  const show = (kind: TrainProgress['kind'], label: string, { done, total }: { done: number; total: number }): void => {
    if (step !== kind) {
      bar?.stop();
      bar = startProgress(label, total);
      step = kind;
    }
    bar?.update(done);
  };
  const print = (line: string): void => {
    if (bar) bar.note(line);
    else process.stderr.write(`${line}\n`);
  };
  return {
    show(progress) {
      switch (progress.kind) {
        case 'backend':
          print(`Training on ${progress.description}`);
          break;
        case 'texts':
          show('texts', 'Reading the items’ texts', progress);
          break;
        case 'step':
          show('step', 'Training', { done: progress.shareOfTime, total: 1 });
          break;
        case 'epoch':
          print(
            `  pass ${progress.epoch}: loss ${progress.loss.toFixed(3)}, validation NDCG@20 ${progress.validation.toFixed(4)}`,
          );
          break;
        case 'blend':
          bar?.stop();
          bar = undefined;
          print('Fitting the blend of sequence, neighbors, text and popularity');
          break;
        default:
          progress satisfies never;
      }
    },
    stop() {
      bar?.stop();
    },
  };
}
