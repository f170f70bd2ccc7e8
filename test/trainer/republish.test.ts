import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { type Parties, partyClient } from '#trainer/deployment.ts';
import { currentLive, pushLive, revokeOnDevices } from '#trainer/live.ts';
import { currentPublication, type Shop } from '#trainer/publish.ts';
import { makeNextKey, ownFingerprints, readPublishingKeys } from '#trainer/publishing-keys.ts';
import { rollBack } from '#trainer/republish.ts';
import { readStockFile } from '#trainer/stock-file.ts';
import { switchKey } from '#trainer/switch-key.ts';
import { openWorkspace, type ShopWorkspace } from '#trainer/workspace.ts';
import { operatorAt, scratchFolder, startTestParty, type TestParty } from '../edge/local-parties.ts';
import { publishTinyModel, SHOP } from '../edge/publishing-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';

let leader: TestParty;
let folder: Awaited<ReturnType<typeof scratchFolder>>;
let workspace: ShopWorkspace;
let key: SigningKey;

beforeAll(async () => {
  const made = await generateSigningKey();
  ({ key } = made);
  folder = await scratchFolder();
  workspace = openWorkspace(folder.path, SHOP);
  await mkdir(workspace.keysDir, { recursive: true });
  await writeFile(join(workspace.keysDir, 'publishing-key'), made.pkcs8);
  leader = await startTestParty({ role: 'leader', identity: await generateSigningKey(), peerKey: '', shopKey: key });
});

afterAll(() => Promise.all([leader.dispose(), folder.dispose()]));

async function shop(): Promise<Shop> {
  const keys = await readPublishingKeys(workspace);
  const edge = partyClient('leader', { origin: leader.origin, workspace, key: keys.current });
  return { edge, shop: SHOP, key: keys.current, publishers: await ownFingerprints(keys) };
}

describe('going back', () => {
  test('is refused where there is no earlier version', async () => {
    await publishTinyModel(leader.origin, key, { sequence: 3 });
    await expect(rollBack(await shop())).rejects.toThrow(/expected an earlier version to go back to \(none\); nothing/);
  });

  test('serves the version before under the next number, for as long as a new one', async () => {
    const { manifest: third } = (await currentPublication(await shop())) as { manifest: { files: unknown } };
    await publishTinyModel(leader.origin, key, { sequence: 4 });
    const done = await rollBack(await shop());
    expect(done).toEqual({ from: 'v4-0f1e2d3c', to: 'v5-0f1e2d3c', of: 'v3-0f1e2d3c' });
    const published = await currentPublication(await shop());
    expect(published?.manifest).toMatchObject({ sequence: 5, version: 'v5-0f1e2d3c', files: third.files });
    expect((published?.manifest.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(29 * 86_400_000);
  });

  test('takes the version that is named, and no other', async () => {
    const done = await rollBack(await shop(), 'v4-0f1e2d3c');
    expect(done).toMatchObject({ from: 'v5-0f1e2d3c', to: 'v6-0f1e2d3c', of: 'v4-0f1e2d3c' });
    await expect(rollBack(await shop(), 'v9-00000000')).rejects.toThrow(
      /\(v5-0f1e2d3c, v4-0f1e2d3c, v3-0f1e2d3c\), came "v9-00000000"/,
    );
  });
});

describe('a live message', () => {
  test('changes what a push says, and keeps the rest', async () => {
    const file = join(await makeScratchFolder(), 'stock.csv');
    await writeFile(file, 'id;price;stock\nmug;12.50;low\ncup;;out\npot;7;\n');
    await pushLive(await shop(), await readStockFile(file));
    await pushLive(await shop(), { shelvesOff: true });
    const { live, sequence } = await currentLive(await shop());
    expect(sequence).toBe(1);
    expect(live).toMatchObject({
      shelvesOff: true,
      stock: { mug: 'low', cup: 'out' },
      priceCents: { mug: 1250, pot: 700 },
    });
  });

  test.each([
    ['id,amount\nmug,3\n', /expected columns id and stock, price or both, came "id,amount"/],
    ['id,stock\nmug,many\n', /line 2: expected the stock, came "many"; write in, low, out or nothing/],
    ['id,price\nmug,"1,50"\n', /line 2: expected a price, came "1,50"; write prices with a decimal point/],
    ['id,price\nmug,-2\n', /line 2: expected a price, came "-2"/],
    ['id,stock\n,in\n', /line 2: expected an item id, came ""/],
  ])('is not made of %j', async (text, sentence) => {
    const file = join(await makeScratchFolder(), 'stock.csv');
    await writeFile(file, text);
    await expect(readStockFile(file)).rejects.toThrow(sentence);
  });
});

describe('a change of key', () => {
  const parties = async (): Promise<Parties> => {
    const { edge, ...rest } = await shop();
    return { ...rest, leader: edge, helper: edge };
  };

  test('needs a spare key', async () => {
    await expect(switchKey(workspace, await parties())).rejects.toThrow(
      /expected a spare key .* run "vitrine key new"/,
    );
  });

  test('publishes nothing before the operator has let the spare key in', async () => {
    const next = await makeNextKey(workspace);
    await expect(makeNextKey(workspace)).rejects.toThrow(/expected no spare key yet/);
    await expect(switchKey(workspace, await parties())).rejects.toMatchObject({ code: 'unknown-key' });
    expect((await readPublishingKeys(workspace)).current.publicKey).toBe(key.publicKey);
    await operatorAt(leader.origin).addKey(SHOP, next.publicKey);
  });

  test('signs model and live message anew; the former key stays known and can be revoked on devices', async () => {
    const before = await currentPublication(await shop());
    const { next } = await readPublishingKeys(workspace);
    const { former } = await switchKey(workspace, await parties());
    expect(former).toBe(key.publicKey);
    const keys = await readPublishingKeys(workspace);
    expect(keys).toMatchObject({ current: { publicKey: next?.publicKey }, next: undefined, former: [former] });
    await operatorAt(leader.origin).revokeKey(SHOP, former);
    const after = await currentPublication({ ...(await shop()), publishers: [keys.current.fingerprint] });
    expect(after?.manifest.files).toEqual(before?.manifest.files);
    await revokeOnDevices(await shop(), key.fingerprint);
    const { live } = await currentLive({ ...(await shop()), publishers: [keys.current.fingerprint] });
    expect(live).toMatchObject({ revokedKeys: [key.fingerprint], shelvesOff: true, stock: { mug: 'low' } });
  });
});
