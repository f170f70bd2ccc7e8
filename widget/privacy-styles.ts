import { css } from 'lit';

/** The panel's look: the shop's own font and colors, lines of half their strength. */
export const privacyStyles = css`
  :host {
    display: block;
    color: inherit;
    font: inherit;
  }

  :host([hidden]) {
    display: none;
  }

  h3 {
    margin: 1.5em 0 0.5em;
    font-size: 1.1em;
  }

  p {
    margin: 0 0 0.75em;
    max-inline-size: 42em;
  }

  [part='events'] {
    margin: 0 0 1em;
    padding: 0;
    max-block-size: 24rem;
    overflow-y: auto;
    list-style: none;
  }

  [part='event'] {
    display: flex;
    gap: 1em;
    align-items: center;
    justify-content: space-between;
    padding: 0.4em 0;
    border-block-end: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  }

  time {
    opacity: 0.75;
    font-size: 0.875em;
  }

  button {
    padding: 0.4em 0.9em;
    border: 1px solid color-mix(in srgb, currentColor 50%, transparent);
    border-radius: var(--vitrine-radius, 0.25rem);
    background: transparent;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }

  button:focus-visible,
  input:focus-visible {
    outline: 2px solid currentColor;
    outline-offset: 2px;
  }

  label {
    display: flex;
    gap: 0.6em;
    align-items: baseline;
    margin-block-end: 0.75em;
  }
`;
