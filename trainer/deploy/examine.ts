import type { ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { checkHelperKey, checkPolicy, checkTag, checkTagKey, readShopPage, type ShopPage } from './check-page.ts';
import {
  askIdentity,
  checkAddress,
  checkClock,
  checkIdentity,
  checkMigrations,
  checkOperator,
  checkPeer,
  checkSecurityHeaders,
} from './check-party.ts';
import { checkDelivery, checkFiles, checkLive, checkManifest, checkWidget, type PublishedModel } from './check-shop.ts';
import { type Finding, type Outcome, toFix, unseen } from './finding.ts';
import type { DeployedParty } from './party-folder.ts';
import type { Visitor } from './visitor.ts';

export interface ExamineOptions {
  /** Of the party. */
  readonly origin: string;
  readonly role: PartyRole | undefined;
  /** What "vitrine deploy" recorded of it; `undefined` in another workspace. */
  readonly recorded: DeployedParty | undefined;
  /** `undefined` where this workspace has none. */
  readonly operatorKey: SigningKey | undefined;
  readonly peerOrigin: string | undefined;
  readonly shop: ShopId | undefined;
  /** Address of a page of that shop. */
  readonly page: string | undefined;
  /** A manifest that lasts less than this is to be renewed. */
  readonly minDays: number;
  readonly visitor: Visitor;
  readonly now: () => number;
}

/**
 * Looks at a party that runs, and at a shop of it, from outside.
 *
 * @returns One finding a check, in the order in which to read them; a party that does not answer has one.
 */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const { origin, recorded, visitor, now, peerOrigin } = options;
  const address = named('address', await checkAddress(visitor, origin));
  if (address.kind === 'to-fix') return [address];
  const role = options.role ?? recorded?.role;
  const identity = await askIdentity(visitor, origin);
  return [
    address,
    named('identity', checkIdentity(identity, { role, publicKey: recorded?.publicKey })),
    named('clock', await checkClock(visitor, origin, now)),
    named('security headers', await checkSecurityHeaders(visitor, origin)),
    named('operator’s key', await checkOperator(origin, options.operatorKey)),
    named('migrations', checkMigrations(identity?.role ?? role)),
    named(
      'other party',
      peerOrigin === undefined
        ? unseen('not looked at: --peer says where it is')
        : await checkPeer(visitor, { origin, peerOrigin, identity, peerKey: recorded?.peerKey }),
    ),
    ...(identity?.role === 'leader' ? [named('widget', await checkWidget(visitor, origin))] : []),
    ...(options.shop === undefined ? [] : await examineShop(options, options.shop)),
  ];
}

async function examineShop(options: ExamineOptions, shop: ShopId): Promise<Finding[]> {
  const { origin, page: pageAddress, visitor, now, minDays } = options;
  const page = pageAddress === undefined ? undefined : await readShopPage(visitor, pageAddress);
  const seen = { origin, shop, pageOrigin: pageAddress === undefined ? undefined : new URL(pageAddress).origin };
  const { outcome, published } = await checkManifest(visitor, seen, { now, minDays });
  return [
    named('manifest', outcome),
    named('live', await checkLive(visitor, seen, now)),
    named('delivery', await checkDelivery(visitor, seen)),
    named('files', published ? await checkFiles(visitor, seen, published) : unseen('no manifest to look at')),
    ...(page === undefined ? [] : await examinePage(page, { options, shop, published })),
  ];
}

async function examinePage(
  page: ShopPage | string,
  given: { readonly options: ExamineOptions; readonly shop: ShopId; readonly published: PublishedModel | undefined },
): Promise<Finding[]> {
  if (typeof page === 'string') return [named('page', toFix(page, 'correct --page, or bring the page back'))];
  const { origin, recorded } = given.options;
  return [
    named('tag', checkTag(page, { shop: given.shop, origin })),
    named('tag’s key', checkTagKey(page, given.published?.signers ?? [])),
    named('tag’s helper key', await checkHelperKey(page, recorded?.peerKey)),
    named('page’s policy', checkPolicy(page, origin)),
  ];
}

function named(check: string, outcome: Outcome): Finding {
  return { check, ...outcome };
}
