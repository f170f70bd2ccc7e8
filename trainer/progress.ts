import { Presets, SingleBar } from 'cli-progress';

/** Shows how far one long step is. */
export interface Progress {
  /** @param done Work done so far, in the unit of `total`. */
  update(done: number): void;
  /** Prints a line without disturbing the display. */
  note(line: string): void;
  /** Ends the display. Call it on failure too, or the terminal's cursor stays hidden. */
  stop(): void;
}

/** Enough to see that a long step moves, few enough to read in a log. */
const NUM_PLAIN_LINES = 4;

/** ANSI: erase from the cursor to the line's end. */
const CLEAR_LINE = '\u001b[K';

/**
 * Starts a progress display: a bar on a terminal, plain lines elsewhere.
 *
 * @param label What is going on: `Reading orders.csv`.
 * @param total Work in any unit. With 0 nothing is shown.
 * @param output Where to draw; standard error keeps standard output for figures.
 */
export function startProgress(label: string, total: number, output: NodeJS.WriteStream = process.stderr): Progress {
  if (total === 0) return { update: () => {}, note: (line) => void output.write(`${line}\n`), stop: () => {} };
  return output.isTTY ? drawBar(label, total, output) : printLines(label, total, output);
}

function drawBar(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const format = `${label} {bar} {percentage} % | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true }, Presets.shades_grey);
  bar.start(total, 0);
  return {
    update: (done) => bar.update(done),
    note(line) {
      stream.write(`\r${CLEAR_LINE}${line}\n`);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}

function printLines(label: string, total: number, output: NodeJS.WriteStream): Progress {
  let numPrinted = 0;
  return {
    update(done) {
      const numReached = Math.floor((done / total) * NUM_PLAIN_LINES);
      if (numReached <= numPrinted) return;
      numPrinted = numReached;
      output.write(`${label}: ${Math.round((numReached / NUM_PLAIN_LINES) * 100)} %\n`);
    },
    note: (line) => void output.write(`${line}\n`),
    stop() {},
  };
}
