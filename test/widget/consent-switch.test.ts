import { beforeEach, expect, test } from 'vitest';
import type { ConsentLevel } from '#widget/consent.ts';
import { createConsentSwitch } from '#widget/consent-switch.ts';
import type { DeviceMemory } from '#widget/device-memory.ts';

/** What happened, in order. */
let log: string[];
let failures: unknown[];
let level: ConsentLevel;
let setLevel: (next: ConsentLevel) => Promise<void>;
/** What another tab's withdrawal sets off. */
let hearWithdrawal: () => void;

beforeEach(() => {
  log = [];
  failures = [];
  level = 'persistent';
  setLevel = async (next) => {
    log.push(`memory ${next}`);
    level = next;
  };
});

function makeSwitch() {
  const memory = {
    get level() {
      return level;
    },
    setLevel: (next: ConsentLevel) => setLevel(next),
  } as DeviceMemory;
  return createConsentSwitch({
    memory,
    channel: {
      announce: () => void log.push('announce'),
      onChange() {},
      announceWithdrawal: () => void log.push('tell other tabs'),
      onWithdrawal(listener) {
        hearWithdrawal = listener;
      },
    },
    letGo: async (next) => void log.push(`engine ${next}`),
    deleteFiles: async () => void log.push('files'),
    onFailure: (error) => failures.push(error),
  });
}

const WITHDRAWAL = ['tell other tabs', 'engine memory', 'memory memory', 'files', 'announce'];

test('on a withdrawal the other tabs are told and the engine lets go before anything is deleted', async () => {
  await makeSwitch().setLevel('memory');
  expect(log).toEqual(WITHDRAWAL);
});

test('another tab’s withdrawal is followed, and passed on only once', async () => {
  const consent = makeSwitch();
  hearWithdrawal();
  hearWithdrawal();
  await consent.setLevel('memory');
  expect(log.slice(0, WITHDRAWAL.length)).toEqual(WITHDRAWAL);
  expect(log.filter((entry) => entry === 'tell other tabs' || entry === 'files')).toHaveLength(2);
});

test('of two words in one breath the last one counts', async () => {
  const consent = makeSwitch();
  await Promise.all([consent.setLevel('memory'), consent.setLevel('persistent')]);
  expect(level).toBe('persistent');
});

test('files are deleted even where the history could not be, and the failure is told', async () => {
  const broken = new DOMException('broken disk', 'UnknownError');
  setLevel = async () => Promise.reject(broken);
  await makeSwitch().setLevel('memory');
  expect(log).toContain('files');
  expect(failures).toEqual([broken]);
});
