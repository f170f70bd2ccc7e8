import { html, LitElement, nothing } from 'lit';
import type { KnownEvent, LearningState, PrivacyRequest, PrivacyState } from './privacy-state.ts';
import { privacyStyles } from './privacy-styles.ts';

/** Carries a {@link PrivacyRequest} to whoever holds the history. */
export const PRIVACY_REQUEST = 'vitrine-privacy-request';

const EVENT_TEXT: Readonly<Record<KnownEvent['kind'], string>> = {
  view: 'Looked at',
  impression: 'Was shown',
  select: 'Chose',
  add: 'Put into the cart',
  purchase: 'Bought',
  search: 'Searched for',
};

/**
 * What is known on this device, with the means to change it.
 *
 * Draws whatever `state` holds; what the shopper asks for goes up as an event.
 *
 * @tag vitrine-privacy
 * @slot heading - Replaces the heading.
 * @csspart events - The list of what is known.
 * @csspart event - One entry of it.
 * @csspart button - Every button.
 * @csspart learning - The part about learning.
 * @cssprop [--vitrine-radius=0.25rem] - Corners of buttons.
 */
export class PrivacyElement extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = privacyStyles;

  declare state: PrivacyState | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#request({ kind: 'open' });
  }

  protected override render() {
    const { state } = this;
    if (!state) return nothing; // nothing is known yet, not even that nothing is known
    return html`
      <slot name="heading"><h3>What this shop’s suggestions know about you</h3></slot>
      <p>
        Suggestions are made on this device from the list below. The list never leaves it:
        ${state.level === 'persistent' ? 'it stays in this browser.' : 'it ends when you leave this page.'}
      </p>
      ${this.#renderEvents(state.events)}
      <p><button part="button" @click=${() => this.#request({ kind: 'forget' })}>Forget me</button></p>
      <label>
        <input type="checkbox" .checked=${state.isPaused} @change=${this.#onPause} />
        <span>Pause personalization: remember nothing, suggest what is popular</span>
      </label>
      <section part="learning">${this.#renderLearning(state.learning)}</section>
    `;
  }

  #renderEvents(events: readonly KnownEvent[]) {
    if (events.length === 0) return html`<p>Nothing.</p>`;
    const language = this.ownerDocument.documentElement.lang || undefined;
    return html`<ul part="events">
      ${events.map(({ key, kind, label, atMs }) => {
        const at = new Date(atMs);
        return html`<li part="event">
          <span>
            ${EVENT_TEXT[kind]} <b>${label}</b>
            <time datetime=${at.toISOString()}>${at.toLocaleString(language)}</time>
          </span>
          <button part="button" aria-label="Remove ${label}" @click=${() => this.#request({ kind: 'remove', key })}>
            Remove
          </button>
        </li>`;
      })}
    </ul>`;
  }

  #renderLearning(learning: LearningState) {
    if (learning.kind === 'not-offered') return nothing;
    return html`
      <h3>Help improve suggestions</h3>
      <label>
        <input type="checkbox" .checked=${learning.kind === 'on'} @change=${this.#onLearn} />
        <span>Let this device take part in learning</span>
      </label>
      <p>
        Your device then sends, from time to time, a small encrypted contribution. It is split between two operators
        so that neither can read it, and only the sum over many shoppers is ever opened, with random noise added.
      </p>
      ${learning.kind === 'on' ? renderSpent(learning.spent) : nothing}
    `;
  }

  #onPause = (event: Event) => {
    this.#request({ kind: 'pause', isPaused: (event.target as HTMLInputElement).checked });
  };

  #onLearn = (event: Event) => {
    this.#request({ kind: 'learn', isOptedIn: (event.target as HTMLInputElement).checked });
  };

  #request(detail: PrivacyRequest): void {
    this.dispatchEvent(new CustomEvent(PRIVACY_REQUEST, { detail, bubbles: true, composed: true }));
  }
}

function renderSpent({ numParticipations, epsilon, delta }: Extract<LearningState, { kind: 'on' }>['spent']) {
  if (numParticipations === 0) return html`<p>This device has not taken part yet.</p>`;
  const times = numParticipations === 1 ? 'once' : `${numParticipations} times`;
  return html`<p>
    This device has taken part ${times}. Epsilon spent so far: <b>${epsilon.toFixed(2)}</b>
    (delta ${delta.toExponential(0)}). It bounds what anyone could conclude about you from all the sums together:
    whatever they believed before can become more likely by a factor of at most
    ${epsilon < 10 ? Math.exp(epsilon).toFixed(1) : 'e to the epsilon'}. Smaller is better; 0 would tell nothing.
  </p>`;
}
