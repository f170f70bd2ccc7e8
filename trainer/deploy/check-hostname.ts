import * as v from 'valibot';
import { InputError } from '#trainer/input-error.ts';
import type { CloudflareApi } from './cloudflare-api.ts';
import type { Account } from './find-account.ts';

const ZoneSchema = v.object({ id: v.string(), name: v.string() });
const DomainSchema = v.object({ hostname: v.string(), service: v.string() });
const RecordSchema = v.object({ name: v.string(), type: v.string() });

/** Records that say where a name leads; others, such as mail's, may stay beside a worker. */
const ADDRESS_RECORDS: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

/**
 * Makes sure that a worker takes no name from anyone: without a terminal wrangler replaces other workers' domains and
 * DNS records, and does not ask.
 *
 * @throws {InputError} If the name lies outside the account, or leads somewhere else now.
 */
export async function requireFreeHostname(
  api: CloudflareApi,
  account: Account,
  { hostname, worker }: { readonly hostname: string; readonly worker: string },
): Promise<void> {
  const domains = await api.list(DomainSchema, `/accounts/${account.id}/workers/domains?hostname=${hostname}`);
  const attached = domains.find((domain) => domain.hostname === hostname);
  if (attached?.service === worker) return; // its record is this worker's own
  if (attached) {
    throw new InputError(
      `expected ${hostname} to be free, it leads to the worker ${attached.service}; take it from there in the dashboard first, or name another with --domain`,
    );
  }
  const zones = await api.list(ZoneSchema, `/zones?account.id=${account.id}`);
  const zone = zones.find(({ name }) => hostname === name || hostname.endsWith(`.${name}`));
  if (!zone) {
    throw new InputError(
      `expected ${hostname} to lie in a zone of the account, it has ${zones.map(({ name }) => name).join(', ') || 'none'}; add the domain at https://dash.cloudflare.com first, or leave --domain out for an address below workers.dev`,
    );
  }
  const records = await api.list(RecordSchema, `/zones/${zone.id}/dns_records?name=${hostname}`);
  const taken = records.find(({ name, type }) => name === hostname && ADDRESS_RECORDS.has(type));
  if (taken) {
    throw new InputError(
      `expected ${hostname} to have no DNS record, it has one of type ${taken.type}; delete that first if nothing needs it, or name another with --domain`,
    );
  }
}
