import * as v from 'valibot';
import { InputError } from '#trainer/input-error.ts';

const AnswerSchema = v.object({
  success: v.boolean(),
  errors: v.nullish(v.array(v.object({ code: v.number(), message: v.string() })), []),
  result: v.optional(v.unknown()),
  result_info: v.nullish(v.object({ total_pages: v.optional(v.number()) })),
});
type Answer = v.InferOutput<typeof AnswerSchema>;

const R2_NOT_ENABLED = 10042;

/** What a token needs, by the part of the API; as the dashboard names it where tokens are made. */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/\/r2\//, 'Account · Workers R2 Storage · Edit'],
  [/\/d1\//, 'Account · D1 · Edit'],
  [/\/workers\//, 'Account · Workers Scripts · Edit'],
  [/\/dns_records/, 'Zone · DNS · Read'],
  [/^\/zones/, 'Zone · Zone · Read'],
  [/^\/accounts/, 'Account · Account Settings · Read'],
];

/** Which permission an address of the API asks for; `undefined` where it is not known. */
export function permissionFor(path: string): string | undefined {
  return PERMISSIONS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Where the API answers: wrangler reads the same variable. */
function apiAddress(): string {
  return process.env.CLOUDFLARE_API_BASE_URL ?? 'https://api.cloudflare.com/client/v4';
}

/**
 * What `vitrine deploy` reads from an account, and the one thing that it writes by itself: everything else is
 * written by wrangler, which has a command for it.
 */
export class CloudflareApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** @throws {InputError} If there is no such thing, or the token may not see it. */
  async get<TSchema extends v.GenericSchema>(schema: TSchema, path: string): Promise<v.InferOutput<TSchema>> {
    const found = await this.find(schema, path);
    if (found === undefined)
      throw new InputError(`expected ${path} in Cloudflare’s API, found nothing there; try again`);
    return found;
  }

  /** The same; `undefined` if there is no such thing. */
  async find<TSchema extends v.GenericSchema>(
    schema: TSchema,
    path: string,
  ): Promise<v.InferOutput<TSchema> | undefined> {
    const answer = await this.#ask('GET', path);
    return answer && read(schema, path, answer.result);
  }

  /** Every entry of a list that comes in pages. */
  async list<TSchema extends v.GenericSchema>(schema: TSchema, path: string): Promise<v.InferOutput<TSchema>[]> {
    const entries: v.InferOutput<TSchema>[] = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const separator = path.includes('?') ? '&' : '?';
      const answer = await this.#ask('GET', `${path}${separator}per_page=50&page=${page}`);
      entries.push(...read(v.array(schema), path, answer?.result ?? []));
      pages = answer?.result_info?.total_pages ?? 1;
    }
    return entries;
  }

  /** Rows of a query that only reads. */
  async select<TSchema extends v.GenericSchema>(
    schema: TSchema,
    database: { readonly path: string; readonly sql: string },
  ): Promise<v.InferOutput<TSchema>[]> {
    const path = `${database.path}/query`;
    const answer = await this.#ask('POST', path, { sql: database.sql });
    const [first] = read(v.array(v.object({ results: v.array(schema) })), path, answer?.result ?? []);
    return first?.results ?? [];
  }

  async put(path: string, body: unknown): Promise<void> {
    await this.#ask('PUT', path, body);
  }

  /** @returns `undefined` where there is nothing at this address. */
  async #ask(method: string, path: string, body?: unknown): Promise<Answer | undefined> {
    const response = await this.#send(path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const parsed = v.safeParse(AnswerSchema, await response.json().catch(() => undefined));
    if (parsed.success && response.ok && parsed.output.success) return parsed.output;
    if (response.status === 404) return undefined;
    throw refusal(path, response.status, parsed.success ? parsed.output.errors : []);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${apiAddress()}${path}`, init);
    } catch (cause) {
      throw new InputError(
        `expected Cloudflare’s API at ${apiAddress()}, but nothing answers there; check the network and run again`,
        { cause },
      );
    }
  }
}

function refusal(path: string, status: number, errors: Answer['errors']): InputError {
  if (errors?.some(({ code }) => code === R2_NOT_ENABLED)) {
    return new InputError(
      'expected R2 to be switched on in this account, it is not; open https://dash.cloudflare.com/?to=/:account/r2/overview once (Cloudflare asks for a way to pay there), then run again',
    );
  }
  const permission = permissionFor(path);
  if ((status === 401 || status === 403) && permission !== undefined) {
    return new InputError(
      `expected the token to have the permission “${permission}”, it lacks it; edit the token at https://dash.cloudflare.com/profile/api-tokens and run again`,
    );
  }
  const said = (errors ?? []).map(({ code, message }) => `${message} (code ${code})`).join(', ');
  return new InputError(`expected Cloudflare to answer ${path}, it refused with ${status}: ${said || 'no reason'}`);
}

function read<TSchema extends v.GenericSchema>(schema: TSchema, path: string, value: unknown): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InputError(
    `expected ${issue.expected ?? issue.message} at ${v.getDotPath(issue) ?? 'the result'} of Cloudflare’s ${path}, came something else; update vitrine`,
  );
}
