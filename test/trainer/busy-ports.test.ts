import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireFreePorts } from '#trainer/busy-ports.ts';
import { InputError } from '#trainer/input-error.ts';

let taken: Server;
let port: number;

beforeEach(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  port = (taken.address() as { port: number }).port;
});
afterEach(() => void taken.close());

describe('before a shop is brought up', () => {
  test('a busy port is reported with the option that chooses another', async () => {
    const refusal = requireFreePorts({ '--helper-port': port });
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(new RegExp(`port ${port} .* choose another with --helper-port`));
  });

  test('two parts cannot share a port', async () => {
    await expect(requireFreePorts({ '--port': 4173, '--edge-port': 4173 })).rejects.toThrow(
      /expected --port, --edge-port to be different ports, came 4173, 4173/,
    );
  });

  test('a free port passes', async () => {
    await new Promise((resolve) => taken.close(resolve));
    await expect(requireFreePorts({ '--edge-port': port })).resolves.toBeUndefined();
  });
});
