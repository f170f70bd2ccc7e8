import type { html } from 'hono/html';

/** Markup whose interpolated texts are already escaped. */
export type Html = ReturnType<typeof html>;
