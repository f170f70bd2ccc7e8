import { type Cost, costOf, type DeployPlan, type DeployStep, type Hazard } from './plan.ts';

/** What a bucket is for, by its binding. */
const HOLDS: Readonly<Record<string, string>> = {
  FILES: 'model files of every shop',
  KEYS: 'keys of open rounds; what is deleted there is gone',
};

/** What is asked before something may cost. */
export const COST_QUESTIONS: Readonly<Record<Cost, string>> = {
  storage:
    'Cloudflare bills what buckets and databases hold and how often they are used, beyond what is free (https://developers.cloudflare.com/r2/pricing/, https://developers.cloudflare.com/d1/platform/pricing/). Create them?',
  requests:
    'Cloudflare bills requests to a worker and its Durable Objects beyond what is free; learning from devices needs the plan Workers Paid, serving does not (https://developers.cloudflare.com/workers/platform/pricing/). Deploy it?',
};

/** What is asked before something that works now ends. */
export function hazardQuestion(hazard: Hazard): string {
  switch (hazard.kind) {
    case 'peer-changes':
      return `The other party’s key changes from ${hazard.from} to ${hazard.to || 'none'}. Rounds that are open now end without a result, and no round opens beside earlier ones that the key before has signed. Change it?`;
    case 'operator-changes':
      return `The operator’s key changes from ${hazard.from} to ${hazard.to ?? 'a new one'}: whoever has the one before can no longer make or change shops. Change it?`;
    default:
      return hazard satisfies never;
  }
}

/** The plan as `--dry-run` prints it. */
export function formatPlan({ role, state, steps, hazards, ...plan }: DeployPlan): string {
  const width = Math.max(...steps.map((step) => nameOf(step).length));
  const lines = steps.map((step) => {
    const status = step.isDone ? 'done ' : 'to do';
    const mark = costOf(step) === undefined ? ' ' : '*';
    return `  ${status} ${mark} ${nameOf(step).padEnd(width)}  ${detailOf(step)}`;
  });
  const costs = steps.some((step) => costOf(step) !== undefined);
  return [
    `The ${role} in the account ${state.account.name} (${state.account.id}), at ${plan.origin}`,
    ...(plan.isDevelopment ? [DEVELOPMENT_WARNING] : []),
    '',
    ...lines,
    '',
    ...(costs ? ['* may cost, and is asked about first'] : []),
    plan.peerKey === ''
      ? `The other operator’s party: none, so nothing is learned from devices until --peer-key says which.`
      : `The other operator’s party: ${plan.peerKey}`,
    ...hazards.map((hazard) => `Asked about first: ${hazardQuestion(hazard)}`),
  ].join('\n');
}

const DEVELOPMENT_WARNING =
  'WARNING: --development. One account or workspace may hold both parties here, and whoever holds both can read what each device sent. Never let real shoppers take part in this.';

/** A step in one line. */
export function formatStep(step: DeployStep): string {
  return `${nameOf(step)} ${detailOf(step)}`;
}

function nameOf({ kind }: DeployStep): string {
  return kind.replace('-', ' ');
}

function detailOf(step: DeployStep): string {
  switch (step.kind) {
    case 'make-key':
      return 'the party’s private key: stays in this workspace, and goes to the worker as its secret';
    case 'create-bucket':
      return `${step.bucket}: ${HOLDS[step.binding] ?? step.binding}`;
    case 'create-database':
      return step.database;
    case 'apply-migrations':
      return `${step.database}: ${step.isFirst ? 'all tables' : step.pending.join(', ') || 'up to date'}`;
    case 'register-subdomain':
      return `${step.subdomain}.workers.dev, once for the account`;
    case 'deploy-worker':
      return `${step.worker}: ${step.isUpdate ? 'replaces the code, keeps what is stored' : 'code, secret and address in one upload'}`;
    default:
      return step satisfies never;
  }
}

/** What the two operators tell each other: the only thing that they exchange. */
export function formatExchange(
  { role, origin, peerKey }: Pick<DeployPlan, 'role' | 'origin' | 'peerKey'>,
  { publicKey, peerFingerprint }: { readonly publicKey: string; readonly peerFingerprint: string | undefined },
): string {
  const other = role === 'leader' ? 'helper' : 'leader';
  return [
    `The ${role} runs at ${origin}`,
    '',
    'Tell the other operator these two, in a way that shows who says it (a call, a signed mail); both are public:',
    `  ${role}’s key      ${publicKey}`,
    `  ${role}’s address  ${origin}`,
    ...(peerKey === ''
      ? [
          `Expect the ${other}’s two back, then run`,
          `  npx vitrine deploy --role ${role} --peer-key KEY`,
          ...(role === 'leader' ? ['Until then shops get everything but learning from devices.'] : []),
        ]
      : [`The ${other}’s key  ${peerKey}`]),
    ...(role === 'leader' && peerFingerprint !== undefined
      ? [`In shops’ tags: data-vitrine-helper-key="${peerFingerprint}"`]
      : []),
    '',
    'Check it from outside:',
    `  npx vitrine doctor --at ${origin} --role ${role}`,
  ].join('\n');
}
