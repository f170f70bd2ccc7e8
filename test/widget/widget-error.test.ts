import { expect, test } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import { codeOf, WidgetError } from '#widget/widget-error.ts';

test.each<[string, unknown, string]>([
  ['an error of ours', new WidgetError('edge-refused', 'expected status 200, got 503'), 'edge-refused'],
  [
    'bytes that cannot be accepted',
    new ProtocolError('shard-truncated', 'expected 40 bytes, got 37'),
    'shard-truncated',
  ],
  ['storage without room', new DOMException('no room', 'QuotaExceededError'), 'storage-full'],
  ['storage that is forbidden', new DOMException('forbidden', 'SecurityError'), 'storage-denied'],
  ['a database that was closed from outside', new DOMException('closed', 'InvalidStateError'), 'storage-denied'],
  ['another exception of the platform', new DOMException('no clone', 'DataCloneError'), 'unexpected'],
  ['anything else', 'a text', 'unexpected'],
])('the code of %s', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
});
