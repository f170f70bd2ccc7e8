import { readdir, readFile, stat } from 'node:fs/promises';
import type { RunWrangler } from '#trainer/deploy/run-wrangler.ts';
import type { FakeState } from './fake-cloudflare.ts';

/** Commands as they were given, each as one line. */
export interface FakeWrangler {
  readonly lines: string[];
  /** Files with secrets: their mode and what was in them. */
  readonly secrets: { readonly mode: number; readonly content: string }[];
  readonly wranglerIn: () => RunWrangler;
}

/**
 * What wrangler does to an account, without wrangler; `deploy-with-wrangler.test.ts` runs the real one.
 *
 * @param breaksAfter Fails from this command on, as where the network goes: what it had done stays done.
 */
export function fakeWrangler(state: FakeState, breaksAfter = Number.POSITIVE_INFINITY): FakeWrangler {
  const lines: string[] = [];
  const secrets: FakeWrangler['secrets'] = [];
  const run: RunWrangler = async (args) => {
    lines.push(args.join(' '));
    if (lines.length > breaksAfter) throw new Error('the line is dead');
    const [area, verb, third, fourth] = args;
    const after = async (option: string): Promise<string> => readFile(args[args.indexOf(option) + 1] ?? '', 'utf8');
    if (area === 'r2' && verb === 'bucket') state.buckets.add(fourth ?? '');
    if (area === 'd1' && verb === 'create') {
      state.databases.set(third ?? '', { uuid: '3a7c52d1-1e88-4f02-9d4b-000000000007', migrations: [] });
    }
    if (area === 'd1' && verb === 'migrations') {
      const {
        d1_databases: [database],
      } = JSON.parse(await after('--config'));
      const known = [...state.databases.values()].find(({ uuid }) => uuid === database.database_id);
      known?.migrations.splice(0, Number.POSITIVE_INFINITY, ...(await readdir(database.migrations_dir)));
    }
    if (area === 'deploy') {
      const { name, vars, routes = [] } = JSON.parse(await after('--config'));
      const content = await after('--secrets-file');
      secrets.push({ mode: (await stat(args[args.indexOf('--secrets-file') + 1] ?? '')).mode & 0o777, content });
      const bindings = [
        ...Object.entries<string>(vars).map(([each, text]) => ({ name: each, type: 'plain_text', text })),
        ...Object.keys(JSON.parse(content)).map((each) => ({ name: each, type: 'secret_text' })),
      ];
      state.workers.set(name, { bindings });
      state.domains.push(...routes.map(({ pattern }: { pattern: string }) => ({ hostname: pattern, service: name })));
    }
    if (lines.length === breaksAfter) throw new Error('the line is dead');
    return '';
  };
  return { lines, secrets, wranglerIn: () => run };
}
