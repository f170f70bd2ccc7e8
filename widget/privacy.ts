import { handOver } from './hand-over.ts';
import { type CreatePrivacyController, createPrivacyController } from './privacy-controller.ts';

/** The privacy panels' script, fetched only by a page that has one. Its Lit is the main chunk's own. */
handOver<CreatePrivacyController>(document.currentScript, createPrivacyController);
