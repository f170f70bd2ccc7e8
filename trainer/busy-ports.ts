import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from './input-error.ts';

/** Ports on 127.0.0.1 by the option that chooses them. */
export type PortsByOption = Readonly<Record<string, number>>;

/**
 * Finds out that a port is busy before minutes of work are done for nothing.
 *
 * @throws {InputError} Naming the port and the option to choose another with.
 */
export async function requireFreePorts(ports: PortsByOption): Promise<void> {
  const numbers = Object.values(ports);
  if (new Set(numbers).size < numbers.length) {
    throw new InputError(
      `expected ${Object.keys(ports).join(', ')} to be different ports, came ${numbers.join(', ')}; correct them`,
    );
  }
  for (const [option, port] of Object.entries(ports)) {
    if (await becomesFree(port)) continue;
    throw new InputError(
      `expected port ${port} of 127.0.0.1 to be free, but another program listens on it; stop it or choose another with ${option}, such as ${option} ${port + 10}`,
    );
  }
}

/** Waits a little: what a killed start left behind is about to end. */
async function becomesFree(port: number): Promise<boolean> {
  for (let tries = 0; tries < 10; tries++) {
    if (await isFree(port)) return true;
    await delay(200);
  }
  return false;
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
