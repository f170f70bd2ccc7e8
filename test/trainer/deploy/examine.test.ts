import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintOf, generateSigningKey } from '#protocol/keys.ts';
import { type ExamineOptions, examine } from '#trainer/deploy/examine.ts';
import { type Finding, formatFindings } from '#trainer/deploy/finding.ts';
import type { DeployedParty } from '#trainer/deploy/party-folder.ts';
import { Visitor } from '#trainer/deploy/visitor.ts';
import { OPERATOR_KEY, operatorAt, SHOP_ORIGIN, startTestParties } from '../../edge/local-parties.ts';
import { publishTinyModel, putLive, SHOP } from '../../edge/publishing-fixture.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

const DAY_MS = 86_400_000;
const PROGRAM = fileURLToPath(new URL('../../../trainer/vitrine.mjs', import.meta.url));
const PAGE = `${SHOP_ORIGIN}/item/7`;

let parties: Awaited<ReturnType<typeof startTestParties>>;
let recorded: DeployedParty;
let tag: string;

beforeAll(async () => {
  parties = await startTestParties();
  const { leader, leaderKey, helperKey, shopKey } = parties;
  await publishTinyModel(leader.origin, shopKey);
  await putLive(leader.origin, shopKey);
  recorded = {
    role: 'leader',
    account: { id: 'acc', name: 'Mug Shop' },
    worker: 'vitrine-leader',
    origin: leader.origin,
    publicKey: leaderKey.publicKey,
    peerKey: helperKey.publicKey,
    isDevelopment: false,
  };
  tag = `<script async crossorigin src="${leader.origin}/vitrine.js" data-vitrine-shop="${SHOP}" data-vitrine-key="${shopKey.fingerprint}" data-vitrine-helper-key="${helperKey.fingerprint}"></script>`;
});

afterAll(() => Promise.all([parties.leader.dispose(), parties.helper.dispose()]));

type Answer = (url: URL, answered: () => Promise<Response>) => Promise<Response>;

/** The parties, and a shop's page and the widget, which no test party has; `between` may answer or change answers. */
function visitor(between: Answer = (_, answered) => answered(), html = tag): Visitor {
  return new Visitor(async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return between(url, async () => {
      if (url.href === PAGE) return new Response(html, { headers: { 'content-type': 'text/html' } });
      if (url.pathname === '/vitrine.js') {
        return new Response('', { headers: { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' } });
      }
      const response = await fetch(url, init);
      if (url.pathname !== '/v1/health') return response;
      const dated = { ...Object.fromEntries(response.headers), date: new Date().toUTCString() }; // Cloudflare adds it
      return new Response(response.body, { status: response.status, headers: dated });
    });
  });
}

function examineLeader(overrides: Partial<ExamineOptions> = {}): Promise<Finding[]> {
  return examine({
    origin: parties.leader.origin,
    role: 'leader',
    recorded,
    operatorKey: OPERATOR_KEY,
    peerOrigin: parties.helper.origin,
    shop: SHOP,
    page: PAGE,
    minDays: 7,
    visitor: visitor(),
    now: Date.now,
    ...overrides,
  });
}

function toFix(findings: readonly Finding[]): [string, string][] {
  return findings.flatMap((finding) =>
    finding.kind === 'to-fix' ? [[finding.check, `${finding.detail}: ${finding.fix}`] as [string, string]] : [],
  );
}

/** Changes one answer's headers. */
function withHeader(path: RegExp, name: string, value: string): Answer {
  return async (url, answered) => {
    const response = await answered();
    if (!path.test(url.pathname)) return response;
    const headers = new Headers(response.headers);
    headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };
}

test('a party, a shop and a page in order have nothing to fix', async () => {
  const findings = await examineLeader();
  expect(toFix(findings)).toEqual([]);
  expect(findings.filter(({ kind }) => kind === 'unseen').map(({ check }) => check)).toEqual(['migrations']);
  expect(findings.map(({ check }) => check)).toEqual([
    ...['address', 'identity', 'clock', 'security headers', 'operator’s key', 'migrations', 'other party', 'widget'],
    ...['manifest', 'live', 'delivery', 'files', 'tag', 'tag’s key', 'tag’s helper key', 'page’s policy'],
  ]);
  expect(formatFindings(findings)).toMatch(/^ok {6}address .*\n(.*\n)*Nothing to fix\.$/);
});

test('a helper has no widget, and nothing is asked of a shop that is not named', async () => {
  const findings = await examineLeader({
    ...{ origin: parties.helper.origin, role: 'helper', peerOrigin: parties.leader.origin },
    recorded: {
      ...recorded,
      ...{ role: 'helper', publicKey: parties.helperKey.publicKey, peerKey: parties.leaderKey.publicKey },
    },
    ...{ shop: undefined, page: undefined },
  });
  expect(toFix(findings)).toEqual([]);
  expect(findings.map(({ check }) => check)).not.toContain('widget');
});

describe('what is wrong is the one line to fix', () => {
  const CASES: [string, string, () => Promise<Partial<ExamineOptions>> | Partial<ExamineOptions>, RegExp][] = [
    ['another role', 'identity', () => ({ role: 'helper' }), /it is a leader, not a helper/],
    [
      'another key than was deployed',
      'identity',
      async () => ({ recorded: { ...recorded, publicKey: (await generateSigningKey()).key.publicKey } }),
      /somebody else answers there/,
    ],
    [
      'no identity',
      'identity',
      () => ({
        visitor: visitor(async (url, answered) =>
          url.pathname === '/v1/party' && url.origin === parties.leader.origin
            ? new Response('{}', { status: 500 })
            : answered(),
        ),
      }),
      /PARTY_PRIVATE_KEY is missing/,
    ],
    ['a clock that is behind', 'clock', () => ({ now: () => Date.now() - 200_000 }), /ahead of this machine’s/],
    ['a clock that is ahead', 'clock', () => ({ now: () => Date.now() + 200_000 }), /behind this machine’s/],
    [
      'a header that a rule has taken',
      'security headers',
      () => ({ visitor: visitor(withHeader(/health/, 'x-content-type-options', '')) }),
      /x-content-type-options missing or other/,
    ],
    [
      'another operator’s key',
      'operator’s key',
      async () => ({ operatorKey: (await generateSigningKey()).key }),
      /refused: the party knows another operator’s key/,
    ],
    ['a peer that is this party', 'other party', () => ({ peerOrigin: parties.leader.origin }), /this very party/],
    ['a peer that is away', 'other party', () => ({ peerOrigin: 'http://127.0.0.1:9' }), /no party answers/],
    [
      'a peer with another key',
      'other party',
      async () => ({ recorded: { ...recorded, peerKey: (await generateSigningKey()).key.publicKey }, page: undefined }),
      /this party was deployed with .*--peer-key/,
    ],
    [
      'a widget that is not deployed',
      'widget',
      () => ({
        visitor: visitor(async (url, answered) =>
          url.pathname === '/vitrine.js'
            ? Response.json({ code: 'not-found', title: '' }, { status: 404 })
            : answered(),
        ),
      }),
      /answers not-found: run "vitrine deploy --role leader"/,
    ],
    [
      'a manifest that ends soon',
      'manifest',
      () => ({ minDays: 40 }),
      /expires on .*run "vitrine publish" before that/,
    ],
    [
      'a live message that has expired',
      'live',
      // The clock of the check alone: what the party says of the time goes with it.
      () => ({
        now: () => Date.now() + 2 * DAY_MS,
        visitor: visitor(withHeader(/health/, 'date', new Date(Date.now() + 2 * DAY_MS).toUTCString())),
      }),
      /it expired on .*vitrine live push/,
    ],
    [
      'a file that is gone',
      'files',
      () => ({
        visitor: visitor(async (url, answered) =>
          url.pathname.includes('/files/') ? new Response(null, { status: 404 }) : answered(),
        ),
      }),
      /a file of kind .* answers 404: run "vitrine publish"/,
    ],
    [
      'a cache rule of the zone',
      'delivery',
      () => ({ visitor: visitor(withHeader(/manifest/, 'cache-control', 'no-store')) }),
      /look for cache and transform rules/,
    ],
    [
      'a tag for another shop',
      'tag',
      () => ({ visitor: visitor(undefined, tag.replace(SHOP, 'lamp-shop')) }),
      /for the shop lamp-shop/,
    ],
    [
      'a tag with another key',
      'tag’s key',
      async () => {
        const other = await fingerprintOf((await generateSigningKey()).key.publicKey);
        return { visitor: visitor(undefined, tag.replace(parties.shopKey.fingerprint, other)) };
      },
      /the manifest is signed by/,
    ],
    [
      'a tag without the helper’s key',
      'tag’s helper key',
      () => ({ visitor: visitor(undefined, tag.replace(/ data-vitrine-helper-key="[^"]*"/, '')) }),
      /or no device takes part/,
    ],
    [
      'a page that forbids the edge',
      'page’s policy',
      () => ({ visitor: visitor(withHeader(/^\/item/, 'content-security-policy', "default-src 'self'")) }),
      /script-src and connect-src leave the edge out: add http/,
    ],
    [
      'a page that is away',
      'page',
      () => ({
        visitor: visitor(async (url, answered) => (url.href === PAGE ? new Response('', { status: 502 }) : answered())),
      }),
      /it answers 502/,
    ],
  ];

  test.each(CASES)('%s', async (_, check, broken, sentence) => {
    const fixes = toFix(await examineLeader(await broken()));
    expect(fixes).toEqual([[check, expect.stringMatching(sentence)]]);
  });

  test('a page of an origin that the shop has not', async () => {
    const page = 'https://www.mugs.example/';
    const elsewhere = visitor(async (url, answered) => (url.href === page ? new Response(tag) : answered()));
    const fixes = toFix(await examineLeader({ page, visitor: elsewhere }));
    expect(fixes).toEqual([['delivery', expect.stringMatching(/pages of https:\/\/www\.mugs\.example may not read/)]]);
  });

  test('a shop that the party does not know', async () => {
    const fixes = toFix(await examineLeader({ shop: 'lamp-shop' as typeof SHOP, page: undefined }));
    expect(fixes.map(([check]) => check)).toEqual(['manifest', 'live']);
    expect(fixes[0]?.[1]).toContain('the party knows no such shop: make it with "vitrine shop create"');
  });

  test('a shop that is suspended', async () => {
    const operator = operatorAt(parties.leader.origin);
    await operator.setState(SHOP, 'suspended');
    const fixes = toFix(await examineLeader({ page: undefined }));
    await operator.setState(SHOP, 'active');
    expect(fixes[0]).toEqual(['manifest', expect.stringContaining('the shop is suspended')]);
  });

  test('nothing that answers is told alone', async () => {
    const findings = await examineLeader({ origin: 'http://127.0.0.1:9' });
    expect(toFix(findings)).toEqual([['address', expect.stringMatching(/nothing answers at http:\/\/127\.0\.0\.1:9/)]]);
    expect(findings).toHaveLength(1);
  });

  test('an address in the open', async () => {
    const plain = new Visitor(async (input) =>
      fetch(String(input).replace('http://edge.example', parties.leader.origin)),
    );
    const [address] = await examineLeader({ origin: 'http://edge.example', visitor: plain });
    expect(address).toMatchObject({ kind: 'to-fix', detail: 'it answers over http' });
  });
});

describe('vitrine doctor', () => {
  function doctor(cwd: string, ...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [PROGRAM, 'doctor', ...args], { cwd }, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  test('ends with 1 where something is to be fixed, and compares with what was deployed from the workspace', async () => {
    const folder = await makeScratchFolder();
    const { origin } = parties.helper;
    await mkdir(join(folder, '.vitrine/deploy/helper'), { recursive: true });
    const record = { ...recorded, role: 'helper', origin, publicKey: parties.leaderKey.publicKey };
    await writeFile(join(folder, '.vitrine/deploy/helper/deployment.json'), JSON.stringify(record));
    const { exitCode, stdout, stderr } = await doctor(folder, '--at', origin, '--json', 'findings.json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(/\nTO FIX {2}identity +it has the key .*\n(.*\n)*To fix: 1\.\n$/);
  });

  test('ends with 0 where nothing is', async () => {
    const { exitCode, stdout } = await doctor(await makeScratchFolder(), '--at', parties.helper.origin);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('this workspace has recorded none to compare');
  });

  test.each([
    [[], /--at/],
    [['--at', 'edge.example'], /expected --at to be an origin such as https:\/\/edge\.example, came "edge\.example"/],
    [['--at', 'https://edge.example/v1'], /expected --at to be an origin/],
    [['--at', 'https://edge.example', '--page', 'https://shop.example/'], /expected --page with --shop/],
    [['--at', 'https://edge.example', '--shop', 'My Shop'], /expected --shop to be/],
  ])('"%s" ends with 2 and a sentence', async (args, sentence) => {
    const { exitCode, stderr } = await doctor(await makeScratchFolder(), ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});
