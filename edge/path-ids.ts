import type { Context } from 'hono';
import * as v from 'valibot';
import { type Digest, DigestSchema, type ShopId, ShopIdSchema, type TaskId, TaskIdSchema } from '#protocol/ids.ts';
import type { EdgeEnv } from './env.ts';
import { Problem, type ProblemCode } from './problem.ts';

/** The `:shop` of the address. @throws {Problem} `unknown-shop` if it cannot be one. */
export function shopIn(c: Context<EdgeEnv>): ShopId {
  return readId(c, { name: 'shop', schema: ShopIdSchema, otherwise: 'unknown-shop' });
}

/** The `:task` of the address. @throws {Problem} `unknown-task` if it cannot be one. */
export function taskIn(c: Context<EdgeEnv>): TaskId {
  return readId(c, { name: 'task', schema: TaskIdSchema, otherwise: 'unknown-task' });
}

/** The `:digest` of the address. @throws {Problem} `not-found` if it cannot be one. */
export function digestIn(c: Context<EdgeEnv>): Digest {
  return readId(c, { name: 'digest', schema: DigestSchema, otherwise: 'not-found' });
}

/** An address that no id fits is answered like one whose id is unknown. */
function readId<TSchema extends v.GenericSchema>(
  c: Context<EdgeEnv>,
  { name, schema, otherwise }: { readonly name: string; readonly schema: TSchema; readonly otherwise: ProblemCode },
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, c.req.param(name));
  if (!result.success) throw new Problem(otherwise);
  return result.output;
}
