import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PartyIdentity } from '#protocol/round-messages.ts';
import { knownParty } from '#trainer/known-party.ts';
import { makeScratchFolder } from './scratch-folder.ts';

const identity = (publicKey: string): PartyIdentity => ({ role: 'helper', publicKey });

test('a party is known by the key it showed first', async () => {
  const keysDir = await makeScratchFolder();
  const check = knownParty({ keysDir }, 'helper');
  await check(identity('first'));
  await check(identity('first'));
  await expect(check(identity('second'))).rejects.toThrow(
    /expected the helper to have the key first, it has another now; .* delete .*helper-public-key; no round opens beside earlier ones/,
  );
  await expect(check({ ...identity('first'), role: 'leader' })).rejects.toThrow('found a leader');
  expect(await readFile(join(keysDir, 'helper-public-key'), 'utf8')).toBe('first\n');
});

test('a key that cannot be read is not taken for none', async () => {
  const keysDir = await makeScratchFolder();
  const path = join(keysDir, 'helper-public-key');
  await mkdir(path);
  const check = knownParty({ keysDir }, 'helper');
  await expect(check(identity('another'))).rejects.toThrow(/expected to read .*helper-public-key, but EISDIR/);
  await rm(path, { recursive: true });
  await check(identity('another'));
});
