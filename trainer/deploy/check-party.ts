import type { SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { type PartyIdentity, PartyIdentitySchema } from '#protocol/round-messages.ts';
import { EdgeError } from '#trainer/edge-error.ts';
import { OperatorClient } from '#trainer/operator-client.ts';
import { type Outcome, ok, toFix, unseen } from './finding.ts';
import { codeOf, jsonOf, type Visitor } from './visitor.ts';

/** As far as a party lets a signed request come from its future. */
const MAX_SKEW_MS = 60_000;

/** What every answer of the API carries; values that its security rests on. */
const SECURITY_HEADERS: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /max-age=\d{7,}/,
};

/** Whether the party answers at all, and to nobody who listens on the way. */
export async function checkAddress(visitor: Visitor, origin: string): Promise<Outcome> {
  const response = await visitor.ask(`${origin}/v1/health`);
  if (response instanceof Error) {
    return toFix(
      `nothing answers at ${origin} (${response.message})`,
      'compare the address with what "vitrine deploy" printed; a new name or certificate takes some minutes',
    );
  }
  if (!response.ok) {
    return toFix(`/v1/health answers ${await codeOf(response)}`, 'see whether another worker has this address');
  }
  const { protocol, hostname } = new URL(origin);
  if (protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost') return ok(`${origin} answers`);
  return toFix('it answers over http', 'name the address with https');
}

/** Who the party says it is. */
export async function askIdentity(visitor: Visitor, origin: string): Promise<PartyIdentity | undefined> {
  const response = await visitor.ask(`${origin}/v1/party`);
  return response instanceof Error || !response.ok ? undefined : jsonOf(PartyIdentitySchema, response);
}

/** What the workspace knows of a party. */
export interface ExpectedParty {
  readonly role: PartyRole | undefined;
  readonly publicKey: string | undefined;
}

export function checkIdentity(identity: PartyIdentity | undefined, { role, publicKey }: ExpectedParty): Outcome {
  if (!identity) {
    return toFix(
      'it does not say who it is',
      'run "vitrine deploy" again: the secret PARTY_PRIVATE_KEY is missing or no key',
    );
  }
  if (role !== undefined && identity.role !== role) {
    return toFix(`it is a ${identity.role}, not a ${role}`, 'compare --at and --role with what was deployed');
  }
  if (publicKey === undefined) {
    return unseen(`a ${identity.role} with the key ${identity.publicKey}; this workspace has recorded none to compare`);
  }
  if (identity.publicKey === publicKey) return ok(`the ${identity.role} with the recorded key`);
  return toFix(
    `it has the key ${identity.publicKey}, this workspace deployed ${publicKey}`,
    'if you have not changed it, somebody else answers there: look into the account; else run "vitrine deploy" here',
  );
}

export async function checkClock(visitor: Visitor, origin: string, now: () => number): Promise<Outcome> {
  const response = await visitor.ask(`${origin}/v1/health`);
  const date = response instanceof Error ? null : response.headers.get('date');
  if (date === null) return unseen('its answers have no date');
  const skewMs = Date.parse(date) - now();
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok('within a minute of this machine’s');
  return toFix(
    `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine’s`,
    'set this machine’s clock: signed requests count around the time they were made',
  );
}

export async function checkSecurityHeaders(visitor: Visitor, origin: string): Promise<Outcome> {
  const response = await visitor.ask(`${origin}/v1/health`);
  if (response instanceof Error) return unseen('no answer');
  const wrong = Object.entries(SECURITY_HEADERS)
    .filter(([name, expected]) => !expected.test(response.headers.get(name) ?? ''))
    .map(([name]) => name);
  if (wrong.length === 0) return ok('as the worker sets them');
  return toFix(
    `${wrong.join(', ')} missing or other`,
    'look for transform rules of the zone that change headers, and take this host out of them',
  );
}

/** Whether the operator's key counts, and with it whether the database can be read. */
export async function checkOperator(origin: string, key: SigningKey | undefined): Promise<Outcome> {
  if (!key) return unseen('this workspace has no operator’s key; run this where the shops are made');
  try {
    const shops = await new OperatorClient({ origin, key, checkParty: async () => {} }).listShops();
    return ok(`accepted; ${shops.length} ${shops.length === 1 ? 'shop' : 'shops'}`);
  } catch (error) {
    if (!(error instanceof EdgeError)) return toFix((error as Error).message, 'look at the lines above first');
    if (error.status === 401) {
      return toFix(
        'refused: the party knows another operator’s key',
        'run this in the workspace that deployed the party, or "vitrine deploy" in this one',
      );
    }
    return toFix(
      `the list of shops answers ${error.code}`,
      'run "vitrine deploy" again: it applies migrations that the database lacks',
    );
  }
}

/** Tables can't be seen from outside. */
export function checkMigrations(role: PartyRole | undefined): Outcome {
  return unseen(`not to be seen from outside; "vitrine deploy --role ${role ?? 'ROLE'} --dry-run" lists pending ones`);
}

/** Whether the other party is there, and the one that this one was told of. */
export async function checkPeer(
  visitor: Visitor,
  {
    origin,
    peerOrigin,
    identity,
    peerKey,
  }: {
    readonly origin: string;
    readonly peerOrigin: string;
    readonly identity: PartyIdentity | undefined;
    readonly peerKey: string | undefined;
  },
): Promise<Outcome> {
  if (new URL(peerOrigin).origin === new URL(origin).origin) {
    return toFix('it is this very party', 'name the other operator’s address with --peer');
  }
  const peer = await askIdentity(visitor, peerOrigin);
  if (!peer) return toFix(`no party answers at ${peerOrigin}`, 'ask the other operator to run "vitrine doctor" there');
  if (peer.role === identity?.role) {
    return toFix(`it is a ${peer.role} too`, 'name the other operator’s address with --peer');
  }
  if (peer.publicKey === identity?.publicKey) {
    return toFix('it has this party’s own key', 'one of the two has to be deployed anew, by its own operator');
  }
  if (peerKey === undefined) return unseen(`a ${peer.role} with the key ${peer.publicKey}; none is recorded here`);
  if (peerKey === peer.publicKey) return ok(`the ${peer.role} with the configured key`);
  return toFix(
    `it has the key ${peer.publicKey}, this party was deployed with ${peerKey || 'none'}`,
    `ask its operator whether that is right, then run "vitrine deploy --role ${identity?.role ?? 'ROLE'} --peer-key ${peer.publicKey}"`,
  );
}
