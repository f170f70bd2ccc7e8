import * as v from 'valibot';
import { type KeyFingerprint, KeyFingerprintSchema } from '#protocol/ids.ts';
import type { MetaStore } from './meta.ts';

/** The publishing keys that this device trusts: those of the tag, less those that were revoked. */
export interface PublisherKeys {
  trusted(): Promise<readonly KeyFingerprint[]>;
  /** As far as this page knows. */
  isTrusted(key: KeyFingerprint): boolean;
  /**
   * Heeds what a message says of keys. A key can revoke those that the tag names before it and no others: a lost key
   * can't revoke the spare one that it is revoked with.
   *
   * @param by The key that signed the message.
   */
  revoke(keys: readonly KeyFingerprint[], by: KeyFingerprint): Promise<void>;
}

const RevokedSchema = v.array(KeyFingerprintSchema);

/**
 * @param named As in the tag.
 * @param meta Asked anew each time, so that a change of consent takes effect at once.
 */
export function createPublisherKeys(named: readonly KeyFingerprint[], meta: () => MetaStore): PublisherKeys {
  let revoked: readonly KeyFingerprint[] = [];
  const isTrusted = (key: KeyFingerprint): boolean => named.includes(key) && !revoked.includes(key);
  const add = (keys: readonly KeyFingerprint[]): void => {
    revoked = [...new Set([...revoked, ...keys])];
  };
  return {
    async trusted() {
      const stored = v.safeParse(
        RevokedSchema,
        await meta()
          .get('revoked-keys')
          .catch(() => undefined),
      );
      if (stored.success) add(stored.output);
      return named.filter(isTrusted);
    },
    isTrusted,
    async revoke(keys, by) {
      const rank = named.indexOf(by);
      const heeded = keys.filter((key) => named.indexOf(key) < rank && isTrusted(key));
      if (heeded.length === 0) return;
      add(heeded);
      await meta()
        .set('revoked-keys', revoked)
        .catch(() => {}); // without storage the next page hears it again
    },
  };
}
