import { html, nothing, type TemplateResult } from 'lit';
import { formatEpsilon } from '#privacy/format-epsilon.ts';
import type { KnownEvent, LearningState, PrivacyRequest, PrivacyState } from './privacy-state.ts';

/** Where the shopper's wishes go. */
type Ask = (request: PrivacyRequest) => void;

const EVENT_TEXT: Readonly<Record<KnownEvent['kind'], string>> = {
  view: 'Looked at',
  impression: 'Was shown',
  select: 'Chose',
  add: 'Put into the cart',
  purchase: 'Bought',
  search: 'Searched for',
};

/**
 * Draws what a privacy panel shows: `state` and nothing else.
 *
 * @param ask Told what the shopper asks for.
 */
export function drawPanel(state: PrivacyState, ask: Ask): TemplateResult {
  return html`
    <slot name="heading"><h3>What this shop’s suggestions know about you</h3></slot>
    <p>
      Suggestions are made on this device from the list below. The list never leaves it:
      ${state.level === 'persistent' ? 'it stays in this browser.' : 'it ends when you leave this page.'}
    </p>
    ${drawEvents(state.events, ask)}
    <p><button part="button" @click=${() => ask({ kind: 'forget' })}>Forget me</button></p>
    <label>
      <input
        type="checkbox"
        .checked=${state.isPaused}
        @change=${(event: Event) => ask({ kind: 'pause', isPaused: isChecked(event) })}
      />
      <span>Pause personalization: remember nothing, suggest what is popular</span>
    </label>
    <section part="learning">${drawLearning(state.learning, ask)}</section>
  `;
}

function drawEvents(events: readonly KnownEvent[], ask: Ask) {
  if (events.length === 0) return html`<p>Nothing.</p>`;
  const language = document.documentElement.lang || undefined;
  return html`<ul part="events">
    ${events.map(({ key, kind, label, atMs }) => {
      const at = new Date(atMs);
      return html`<li part="event">
        <span>
          ${EVENT_TEXT[kind]} <b>${label}</b>
          <time datetime=${at.toISOString()}>${at.toLocaleString(language)}</time>
        </span>
        <button part="button" aria-label="Remove ${label}" @click=${() => ask({ kind: 'remove', key })}>Remove</button>
      </li>`;
    })}
  </ul>`;
}

function drawLearning(learning: LearningState, ask: Ask) {
  if (learning.kind === 'not-offered') return nothing;
  return html`
    <h3>Help improve suggestions</h3>
    <label>
      <input
        type="checkbox"
        .checked=${learning.kind === 'on'}
        @change=${(event: Event) => ask({ kind: 'learn', isOptedIn: isChecked(event) })}
      />
      <span>Let this device take part in learning</span>
    </label>
    <p>
      Your device then sends, from time to time, a small encrypted contribution. It is split between two operators
      so that neither can read it, and only the sum over many shoppers is ever opened, with random noise added.
    </p>
    ${learning.kind === 'on' ? drawSpent(learning.spent) : nothing}
  `;
}

function drawSpent({ numParticipations, epsilon, delta }: Extract<LearningState, { kind: 'on' }>['spent']) {
  if (numParticipations === 0) return html`<p>This device has not taken part yet.</p>`;
  const times = numParticipations === 1 ? 'once' : `${numParticipations} times`;
  return html`<p>
    This device has taken part ${times}. Epsilon spent so far: <b>${formatEpsilon(epsilon)}</b>
    (delta ${delta.toExponential(0)}). It bounds what anyone could conclude about you from all the sums together:
    the chance of any conclusion is at most
    ${epsilon < 10 ? Math.exp(epsilon).toFixed(1) : 'e to the epsilon'} times what it would be had this device sent
    only zeros, plus delta. Smaller is better; 0 would tell nothing.
  </p>`;
}

function isChecked(event: Event): boolean {
  return (event.target as HTMLInputElement).checked;
}
