import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test.each(['leader', 'helper'])(
  'the %s could be deployed as it is',
  async (role) => {
    await mkdir('dist/widget', { recursive: true }); // the leader's assets, built before a real deployment
    const outdir = await mkdtemp(join(tmpdir(), 'vitrine-deploy-'));
    try {
      const { stdout } = await run(
        process.execPath,
        ['node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--env', role, '--outdir', outdir],
        { env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true', CLOUDFLARE_CF_FETCH_ENABLED: 'false' } },
      );
      expect(stdout).toContain('--dry-run: exiting now.');
      for (const binding of ['env.ROUND ', 'env.DB', 'env.FILES', 'env.KEYS']) expect(stdout).toContain(binding);
    } finally {
      await rm(outdir, { recursive: true, force: true });
    }
  },
  60_000,
);
