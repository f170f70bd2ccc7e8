/** What one check of a deployment came to. */
export type Finding = { readonly check: string } & (
  | { readonly kind: 'ok'; readonly detail: string }
  | { readonly kind: 'to-fix'; readonly detail: string; readonly fix: string }
  /** Nothing that can be seen from outside, or that nothing here says how it should be. */
  | { readonly kind: 'unseen'; readonly detail: string }
);

/** What a check came to, said by the check itself; its name is added outside. */
export type Outcome = Finding extends infer Each ? (Each extends Finding ? Omit<Each, 'check'> : never) : never;

export function ok(detail: string): Outcome {
  return { kind: 'ok', detail };
}

/** @param fix What to do, as an imperative. */
export function toFix(detail: string, fix: string): Outcome {
  return { kind: 'to-fix', detail, fix };
}

export function unseen(detail: string): Outcome {
  return { kind: 'unseen', detail };
}

const MARKS = { ok: 'ok    ', 'to-fix': 'TO FIX', unseen: '  –   ' } as const;

/** One line a check. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const numToFix = findings.filter(({ kind }) => kind === 'to-fix').length;
  return [
    ...findings.map((finding) => {
      const fix = finding.kind === 'to-fix' ? `: ${finding.fix}` : '';
      return `${MARKS[finding.kind]}  ${finding.check.padEnd(width)}  ${finding.detail}${fix}`;
    }),
    numToFix === 0 ? 'Nothing to fix.' : `To fix: ${numToFix}.`,
  ].join('\n');
}
