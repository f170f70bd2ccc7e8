import { createApp } from './app.ts';

export { Round } from './rounds/round.ts';

/** The Worker that `wrangler.toml` deploys, as leader or as helper. */
export default { fetch: createApp().fetch };
