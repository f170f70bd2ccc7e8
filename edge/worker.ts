import { createApp } from './app.ts';

export { Round } from './rounds/round.ts';
export { Upkeep } from './upkeep/upkeep.ts';

/** The Worker that `wrangler.toml` deploys, as leader or as helper. */
export default { fetch: createApp().fetch };
