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
  const startStep = (kind: TrainProgress['kind'], label: string, total: number): void => {
    if (step === kind) return;
    bar?.stop();
    bar = startProgress(label, total);
    step = kind;
  };
  const print = (line: string): void => {
    bar?.stop();
    step = undefined;
    process.stderr.write(`${line}\n`);
  };
  return {
    show(progress) {
      switch (progress.kind) {
        case 'backend':
          print(`Training on ${progress.description}`);
          break;
        case 'texts':
          startStep('texts', 'Reading the items’ texts', progress.total);
          bar?.update(progress.done);
          break;
        case 'step':
          startStep('step', 'Training', 1);
          bar?.update(progress.shareOfTime);
          break;
        case 'epoch':
          print(
            `  pass ${progress.epoch}: loss ${progress.loss.toFixed(3)}, validation NDCG@20 ${progress.validation.toFixed(4)}`,
          );
          break;
        case 'blend':
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
