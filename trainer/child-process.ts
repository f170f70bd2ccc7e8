import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { InputError } from './input-error.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** A program of the project that runs beside this one. */
export interface Companion {
  /** The line it printed when it was ready. */
  readonly readyLine: string;
  /** Settles when it has ended, however it ended. */
  readonly ended: Promise<void>;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/**
 * Starts a program of the project and waits for its first line of output.
 *
 * It is told to end when its standard input does, so that it does not outlive this process however
 * this one ends.
 *
 * @param script Path from the project's folder.
 * @throws {InputError} With what it said, if it ends before it is ready with exit code 2: bad input.
 */
export async function startCompanion(script: string, args: readonly string[]): Promise<Companion> {
  const child = spawn(process.execPath, [script, ...args], { cwd: PROJECT_FOLDER, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const complaint = collect(child);
  const readyLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject);
    child.once('close', (code) => reject(endedEarly(script, code, complaint())));
  });
  return {
    readyLine,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs a program of the project to its end; its output goes to ours. */
export async function runToEnd(script: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const complaint = collect(child);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(endedEarly(script, code, complaint()))));
  });
}

/** Passes standard error on and remembers its end for the message of a failure. */
function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-2000);
  });
  return () => text.trim();
}

function endedEarly(script: string, code: number | null, complaint: string): Error {
  if (code === 2 && complaint !== '') return new InputError(complaint);
  return new Error(`expected ${script} to work, but it ended with ${code}: ${complaint}`);
}
