import { once } from 'node:events';
import { createServer } from 'node:net';

/** A runtime whose starter was killed is gone within this time, see `workerd-guard.sh`. */
const ORPHAN_GONE_MS = 3000;
const POLL_MS = 200;

/** The port stays taken by another program. */
export class PortBusyError extends Error {
  override readonly name = 'PortBusyError';

  constructor(port: number) {
    super(
      `expected port ${port} of 127.0.0.1 to be free, but another program listens on it: stop it or name another port`,
    );
  }
}

/**
 * Waits until nothing listens on the port.
 *
 * @throws {PortBusyError} If something still does after a few seconds.
 */
export async function waitForFreePort(port: number): Promise<void> {
  const lastTryMs = Date.now() + ORPHAN_GONE_MS;
  while (!(await isFree(port))) {
    if (Date.now() > lastTryMs) throw new PortBusyError(port);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
