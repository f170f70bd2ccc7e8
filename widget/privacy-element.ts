import { LitElement, type TemplateResult } from 'lit';

/** Asks whoever holds the history to draw the panel that it comes from, now and whenever the history changes. */
export const PRIVACY_REQUEST = 'vitrine-privacy-request';

/**
 * What is known on this device, with the means to change it.
 *
 * Draws whatever `content` holds. Few pages have a panel, so what it says and how it looks come with a script of
 * their own (`privacy.ts`) when the first one appears; until then it takes no space.
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
  static override properties = { content: { attribute: false } };

  declare content: TemplateResult | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.dispatchEvent(new CustomEvent(PRIVACY_REQUEST, { bubbles: true, composed: true }));
  }

  protected override render() {
    return this.content;
  }
}
