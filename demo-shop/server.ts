import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { ClientAssetsError, readClientAssets } from './client-assets.ts';
import { createShopApp } from './shop-app.ts';
import { CatalogFileError, readShopCatalog } from './shop-catalog.ts';

/** Reachable from this machine only: the demo shop is not meant for the open network. */
const HOST = '127.0.0.1';

const BUILT_CLIENT_FOLDER = join(import.meta.dirname, '..', 'dist', 'demo-shop');

const USAGE = `Usage: node demo-shop/server.ts --catalog FILE --port N --edge ORIGIN --shop ID
         --key FINGERPRINT --helper-key FINGERPRINT
         [--pictures DIR] [--name "Shop name"] [--without-wasm-csp] [--exit-with-parent]`;

/** Bad input from the command line: one sentence, exit code 2. */
class UsageError extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      catalog: { type: 'string' },
      pictures: { type: 'string' },
      port: { type: 'string' },
      edge: { type: 'string' },
      shop: { type: 'string' },
      key: { type: 'string' },
      'helper-key': { type: 'string' },
      name: { type: 'string', default: 'Hearth & Hedge' },
      'without-wasm-csp': { type: 'boolean', default: false },
      'exit-with-parent': { type: 'boolean', default: false },
    },
  });
  return {
    catalogFile: required('catalog', values.catalog),
    picturesFolder: values.pictures,
    port: readPort(required('port', values.port)),
    name: values.name,
    allowWasm: !values['without-wasm-csp'],
    endsWithParent: values['exit-with-parent'],
    tag: {
      edgeOrigin: readOrigin(required('edge', values.edge)),
      shop: required('shop', values.shop),
      key: required('key', values.key),
      helperKey: required('helper-key', values['helper-key']),
    },
  };
}

function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`expected --${option}, got nothing\n${USAGE}`);
  return value;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`expected --port to be a whole number from 1 to 65535, got ${text}`);
  }
  return port;
}

/** The origin goes into the content policy, so nothing but an origin may pass. */
function readOrigin(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.origin !== text.replace(/\/$/, '')) {
    throw new UsageError(`expected --edge to be an origin such as http://127.0.0.1:8787, got ${text}`);
  }
  return url.origin;
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}

function isBadInput(error: unknown): error is Error {
  const isBadArgument =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return (
    isBadArgument ||
    error instanceof UsageError ||
    error instanceof CatalogFileError ||
    error instanceof ClientAssetsError
  );
}

try {
  const { catalogFile, port, endsWithParent, ...options } = readOptions();
  // Whoever started it holds its standard input: when that ends, nobody is left to stop it.
  if (endsWithParent) process.stdin.resume().once('end', () => process.exit(0));
  const catalog = await readShopCatalog(catalogFile);
  const assets = await readClientAssets(BUILT_CLIENT_FOLDER);
  const app = createShopApp({ ...options, catalog, assets });
  const server = serve({ fetch: app.fetch, hostname: HOST, port }, () => {
    console.log(`${options.name}: ${catalog.items.length} items at http://${HOST}:${port}`);
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    fail(
      `Port ${port} is already in use: stop what listens there, or choose another with --port, such as --port ${port + 1}.`,
    );
  });
} catch (error) {
  if (!isBadInput(error)) throw error;
  fail(error.message);
}
