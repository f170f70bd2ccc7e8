import type { EpochProgress } from './fit-network.ts';
import { type Progress, startProgress } from './progress.ts';
import { describeSource } from './text-source.ts';
import type { TrainProgress } from './train.ts';

/** A terminal's view of one training. */
export interface TrainingDisplay {
  readonly show: (progress: TrainProgress) => void;
  /** A line of its own. */
  readonly note: (line: string) => void;
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
  const stopBar = (): void => {
    bar?.stop();
    bar = undefined;
    step = undefined;
  };
  const print = (line: string): void => {
    if (bar) bar.note(line);
    else process.stderr.write(`${line}\n`);
  };
  return {
    note(line) {
      stopBar();
      print(line);
    },
    show(progress) {
      switch (progress.kind) {
        case 'backend':
          print(`Training on ${progress.description}`);
          break;
        case 'resumed':
          print(`Going on where a training was interrupted, after pass ${progress.numPasses.toFixed(1)}`);
          break;
        case 'checkpoint-refused':
          print(
            `${progress.path}: expected where this training was interrupted, found another catalog’s, other orders’, other options’ or a damaged file; training begins anew`,
          );
          break;
        case 'texts':
          show('texts', 'Reading the items’ texts', progress);
          break;
        case 'text-source':
          stopBar();
          print(`Text features: ${describeSource(progress.source)}`);
          break;
        case 'step':
          show('step', 'Training', { done: progress.shareOfTime, total: 1 });
          break;
        case 'epoch':
          print(`  ${passLine(progress)}`);
          break;
        case 'history':
          stopBar();
          print('Choosing how neighbor lists are made and read');
          break;
        case 'blend':
          stopBar();
          print('Fitting the blend of the terms');
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

function passLine({ epoch, loss, validation }: EpochProgress): string {
  const passes = `pass ${epoch.toFixed(1)}: loss ${loss.toFixed(3)}`;
  return validation === undefined ? passes : `${passes}, validation NDCG@20 ${validation.toFixed(4)}`;
}
