import type { PartyRole } from '#protocol/report.ts';
import { InputError } from '#trainer/input-error.ts';
import { type AccountState, KEYS_BINDING } from './account-state.ts';
import type { PartyTemplate } from './party-template.ts';

/** What an operator wants of a deployment. */
export interface DeploymentWish {
  /** Of the party; `undefined` before its key is made. */
  readonly publicKey: string | undefined;
  /** Who may make shops; `undefined` before that key is made. */
  readonly operatorKey: string | undefined;
  /** The other operator's party; empty for none, `undefined` for what is deployed now. */
  readonly peerKey: string | undefined;
  /** A domain of the operator's own; `undefined` for what is deployed now, else one below workers.dev. */
  readonly hostname: string | undefined;
  /** One account may hold both parties: for trying out, without privacy between them. */
  readonly isDevelopment: boolean;
  /** Whether this workspace holds the other party's key too. */
  readonly holdsOtherKey: boolean;
}

/** One thing that a deployment needs. */
export type DeployStep = { readonly isDone: boolean } & (
  | { readonly kind: 'make-key' }
  | { readonly kind: 'create-bucket'; readonly bucket: string; readonly binding: string }
  | { readonly kind: 'create-database'; readonly database: string }
  | {
      readonly kind: 'apply-migrations';
      readonly database: string;
      readonly pending: readonly string[];
      readonly isFirst: boolean;
    }
  | { readonly kind: 'register-subdomain'; readonly subdomain: string }
  /** Code, variables, the secret and the address go in one upload, so that no worker is ever there without its key. */
  | { readonly kind: 'deploy-worker'; readonly worker: string; readonly isUpdate: boolean }
);

/** What Cloudflare may bill for; each is asked about once. */
export type Cost = 'storage' | 'requests';

/** Something that ends what works now. */
export type Hazard =
  | { readonly kind: 'peer-changes'; readonly from: string; readonly to: string }
  | { readonly kind: 'operator-changes'; readonly from: string; readonly to: string | undefined };

/** A deployment before it is carried out. */
export interface DeployPlan {
  readonly role: PartyRole;
  readonly state: AccountState;
  readonly steps: readonly DeployStep[];
  readonly hazards: readonly Hazard[];
  readonly peerKey: string;
  readonly hostname: string | undefined;
  readonly origin: string;
  readonly isDevelopment: boolean;
}

/** The variable that says which key a worker was deployed with: its secret can't be read back. */
export const PUBLIC_KEY_VAR = 'PARTY_PUBLIC_KEY';
export const PRIVATE_KEY_SECRET = 'PARTY_PRIVATE_KEY';

/**
 * What there is to do, in the order in which it is done. Every step may be repeated.
 *
 * @throws {InputError} If it must not be done.
 */
export function planDeployment(template: PartyTemplate, state: AccountState, wish: DeploymentWish): DeployPlan {
  requireTwoOperators(template.role, state, wish);
  requireOwnWorker(template, state, wish);
  requireDeletableKeys(template, state);
  const deployed = state.worker?.vars;
  const peerKey = wish.peerKey ?? deployed?.get('PEER_PUBLIC_KEY') ?? '';
  requireForeignKey(peerKey, wish);
  const hostname = wish.hostname ?? state.hostname;
  const subdomain = state.subdomain ?? `vitrine-${state.account.id.slice(0, 8)}`;
  return {
    role: template.role,
    state,
    steps: stepsOf(template, state, { subdomain, hasKey: wish.publicKey !== undefined }),
    hazards: hazardsOf(deployed, { peerKey, operatorKey: wish.operatorKey }),
    peerKey,
    hostname,
    origin: `https://${hostname ?? `${template.worker}.${subdomain}.workers.dev`}`,
    isDevelopment: wish.isDevelopment,
  };
}

/** What a step may add to a bill. Only what is new does: an update costs nothing by itself. */
export function costOf(step: DeployStep): Cost | undefined {
  if (step.isDone) return undefined;
  if (step.kind === 'create-bucket' || step.kind === 'create-database') return 'storage';
  return step.kind === 'deploy-worker' && !step.isUpdate ? 'requests' : undefined;
}

function stepsOf(
  { worker, buckets, database }: PartyTemplate,
  state: AccountState,
  { subdomain, hasKey }: { readonly subdomain: string; readonly hasKey: boolean },
): DeployStep[] {
  const pending = database.migrations.filter((name) => !state.database?.applied.has(name));
  return [
    { kind: 'make-key', isDone: hasKey },
    ...buckets.map(
      ({ binding, name }) =>
        ({ kind: 'create-bucket', bucket: name, binding, isDone: state.buckets.has(name) }) as const,
    ),
    { kind: 'create-database', database: database.name, isDone: state.database !== undefined },
    // Tables before the code that reads them.
    {
      kind: 'apply-migrations',
      database: database.name,
      pending,
      isFirst: pending.length === database.migrations.length,
      isDone: pending.length === 0,
    },
    // Cloudflare takes no first worker of an account without one, whatever address it is to have.
    { kind: 'register-subdomain', subdomain, isDone: state.subdomain !== undefined },
    { kind: 'deploy-worker', worker, isUpdate: state.worker !== undefined, isDone: false },
  ];
}

function hazardsOf(
  deployed: ReadonlyMap<string, string> | undefined,
  to: { readonly peerKey: string; readonly operatorKey: string | undefined },
): Hazard[] {
  const [peer, operator] = [deployed?.get('PEER_PUBLIC_KEY') ?? '', deployed?.get('OPERATOR_PUBLIC_KEY') ?? ''];
  return [
    ...(peer !== '' && peer !== to.peerKey ? [{ kind: 'peer-changes', from: peer, to: to.peerKey } as const] : []),
    ...(operator !== '' && operator !== to.operatorKey
      ? [{ kind: 'operator-changes', from: operator, to: to.operatorKey } as const]
      : []),
  ];
}

/** The two parties' shares add up to what a device has sent: whoever holds both holds that. */
function requireTwoOperators(role: PartyRole, state: AccountState, wish: DeploymentWish): void {
  if (wish.isDevelopment) return;
  const other = role === 'leader' ? 'helper' : 'leader';
  if (state.ofOtherParty.length > 0) {
    throw new InputError(
      `expected an account without a ${other}, this one has ${state.ofOtherParty.join(', ')}; one account holding both parties could add the shares up and read what each device sent, so let another operator run the ${other} in an account of its own, or try both out with --development`,
    );
  }
  if (wish.holdsOtherKey) {
    throw new InputError(
      `expected a workspace without a ${other}, this one has the ${other}’s key too; one operator holding both keys could add the shares up and read what each device sent, so use a workspace of its own for each, or try both out with --development`,
    );
  }
}

/** A party whose key changes is another party: all that others know of it, and its open rounds, would be void. */
function requireOwnWorker({ worker }: PartyTemplate, state: AccountState, { publicKey }: DeploymentWish): void {
  if (!state.worker?.secrets.has(PRIVATE_KEY_SECRET)) return;
  const deployedKey = state.worker.vars.get(PUBLIC_KEY_VAR);
  if (publicKey !== undefined && (deployedKey === undefined || deployedKey === publicKey)) return;
  throw new InputError(
    `expected this workspace to hold the key of ${worker}, ${publicKey === undefined ? 'it holds none' : 'it holds another'}, and the deployed one has ${deployedKey ?? 'one already'}; run this in the workspace that deployed it, or delete the worker in the dashboard if it is not to be that party any more`,
  );
}

function requireDeletableKeys({ buckets }: PartyTemplate, { keysBucketRules }: AccountState): void {
  if (keysBucketRules.length === 0) return;
  const bucket = buckets.find(({ binding }) => binding === KEYS_BINDING)?.name;
  throw new InputError(
    `expected the bucket ${bucket} to keep objects until they are deleted and no longer, it has the ${keysBucketRules.join(', the ')}; a task’s keys have to be gone once its sum is released, so remove that in the dashboard`,
  );
}

function requireForeignKey(peerKey: string, { publicKey, operatorKey }: DeploymentWish): void {
  if (peerKey === '' || (peerKey !== publicKey && peerKey !== operatorKey)) return;
  throw new InputError(
    `expected --peer-key to be the other operator’s party, came ${peerKey === publicKey ? 'this party’s own' : 'your own operator key'}; ask the other operator for what "vitrine deploy" printed there`,
  );
}
