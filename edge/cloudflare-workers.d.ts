/**
 * The part of the runtime's own module that the edge uses. The full declaration in
 * `@cloudflare/workers-types` is global and contradicts the DOM library that the widget needs.
 */
declare module 'cloudflare:workers' {
  export abstract class DurableObject<Env> {
    protected readonly ctx: import('@cloudflare/workers-types').DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: import('@cloudflare/workers-types').DurableObjectState, env: Env);
  }
}
