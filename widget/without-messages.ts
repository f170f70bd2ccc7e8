import MagicString from 'magic-string';
import type { Plugin } from 'vite';

/** Which argument of a constructor, or of a schema's step, is the text for a reader. */
const MESSAGE_ARGUMENTS: Readonly<Record<string, number>> = {
  ProtocolError: 1,
  WidgetError: 1,
  Error: 0,
  RangeError: 0,
  TypeError: 0,
  DOMException: 0,
  GpuLostError: 0,
  'v.check': 1,
  'v.regex': 1,
};

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Call extends Node {
  readonly callee: Node & { readonly name?: string; readonly object?: { name?: string }; property?: { name?: string } };
  readonly arguments: readonly Node[];
}

/**
 * Leaves the texts of errors out of what shops load: a page is only ever told codes, and the texts are a tenth
 * of a Worker. Tests and the trainer read them.
 */
export const withoutMessages: Plugin = {
  name: 'without-messages',
  enforce: 'post', // plain JavaScript by then
  transform(code, id) {
    if (id.includes('node_modules') || id.startsWith('\0')) return null;
    const edited = new MagicString(code);
    forEachCall(this.parse(code), ({ callee, arguments: given }) => {
      const name = callee.name ?? `${callee.object?.name}.${callee.property?.name}`;
      const text = given[MESSAGE_ARGUMENTS[name] ?? Number.NaN];
      if (text) edited.overwrite(text.start, text.end, "''");
    });
    return edited.hasChanged() ? edited.toString() : null;
  },
};

function forEachCall(value: unknown, visit: (call: Call) => void): void {
  if (typeof value !== 'object' || value === null) return;
  const { type } = value as Partial<Node>;
  if (type === 'NewExpression' || type === 'CallExpression') visit(value as Call);
  for (const child of Object.values(value)) forEachCall(child, visit);
}
