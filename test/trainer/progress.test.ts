import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { startProgress } from '#trainer/progress.ts';

function makeOutput(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk));
      done();
    },
  });
  const output = Object.assign(stream, { isTTY, columns: 80, cursorTo: () => true, clearLine: () => true });
  return { output: output as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

test('away from a terminal, progress is a few plain lines', () => {
  const { output, text } = makeOutput(false);
  const progress = startProgress('Reading orders.csv', 300, output);
  for (const done of [30, 80, 90, 230, 300]) progress.update(done);
  progress.stop();
  expect(text()).toBe('Reading orders.csv: 25 %\nReading orders.csv: 75 %\nReading orders.csv: 100 %\n');
});

test('on a terminal, progress is a bar', () => {
  const { output, text } = makeOutput(true);
  const progress = startProgress('Reading orders.csv', 300, output);
  progress.update(90);
  progress.stop();
  expect(text()).toContain('Reading orders.csv');
  expect(text()).not.toContain('\n\n');
});

test('nothing to do shows nothing', () => {
  const { output, text } = makeOutput(false);
  const progress = startProgress('Reading orders.csv', 0, output);
  progress.update(0);
  progress.stop();
  expect(text()).toBe('');
});
