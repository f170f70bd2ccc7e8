import { buildAssets } from './built-assets.ts';

// What the edge and the demo shop serve, built where a source is newer.
await buildAssets((output) => console.error(`Building ${output}`));
