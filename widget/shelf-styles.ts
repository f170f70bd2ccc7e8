import { css } from 'lit';

/**
 * The shelf's look: the shop's own font and colors, in the place that the shop's own list takes.
 *
 * The cards lie over the hidden fallback and fill its height, so nothing around the shelf moves when
 * they appear, however tall the merchant's list is.
 */
export const shelfStyles = css`
  :host {
    display: block;
    color: inherit;
    font: inherit;
  }

  :host([hidden]) {
    display: none;
  }

  [part='heading'] {
    box-sizing: border-box;
    block-size: var(--vitrine-heading-block-size, 3rem);
    margin: 0;
    overflow: hidden;
    font-size: 1.5rem;
    line-height: 1.2;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .stage {
    position: relative;
  }

  .fallback,
  [part='items'] {
    display: flex;
    gap: var(--vitrine-gap, 1rem);
    margin: 0;
    padding: 0;
    overflow-x: auto;
    scroll-snap-type: x proximity;
    scrollbar-width: thin;
  }

  /* A list of the shop's own making keeps its own layout. */
  .fallback ::slotted(:only-child) {
    flex: 1 0 100%;
    min-inline-size: 0;
  }

  .ready .fallback {
    visibility: hidden;
    overflow: hidden;
  }

  .ready {
    min-block-size: var(--vitrine-min-block-size, 7rem);
  }

  .ready.bare {
    min-block-size: var(--vitrine-min-block-size, 18rem);
  }

  .cards {
    position: absolute;
    inset: 0;
    container-type: size;
  }

  [part='items'] {
    block-size: 100%;
    list-style: none;
  }

  [part='item'] {
    flex: 0 0 var(--vitrine-card-width, 12rem);
    max-inline-size: 80cqi;
    min-inline-size: 0;
    scroll-snap-align: start;
    /* What is scrolled out of sight is not laid out: on a phone that is most of a shelf. */
    content-visibility: auto;
    contain-intrinsic-size: var(--vitrine-card-width, 12rem);
  }

  a {
    display: flex;
    flex-direction: column;
    gap: 0.3rem;
    block-size: 100%;
    color: inherit;
    text-decoration: none;
  }

  a:hover [part='title'] {
    text-decoration: underline;
  }

  a:focus-visible {
    outline: 2px solid currentColor;
    outline-offset: -2px;
  }

  [part='image'] {
    flex: 1 1 0;
    min-block-size: 0;
    max-block-size: var(--vitrine-card-width, 12rem);
    inline-size: 100%;
    object-fit: cover;
    border-radius: var(--vitrine-radius, 0.25rem);
    background: color-mix(in srgb, currentColor 6%, transparent);
  }

  [part='title'] {
    display: -webkit-box;
    flex: none;
    overflow: hidden;
    overflow-wrap: anywhere;
    line-height: 1.35;
    block-size: 2.7em;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }

  [part='price'] {
    flex: none;
    min-block-size: 1.35em;
    font-weight: 600;
    line-height: 1.35;
  }

  [part='reason'] {
    flex: none;
    overflow: hidden;
    font-size: 0.8125em;
    line-height: 1.35;
    opacity: 0.75;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  /* The shop's list was a few lines of text: small cards, picture beside the words. */
  @container (block-size < 13rem) {
    a {
      display: grid;
      grid-template: 'image title' auto 'image price' auto 'image reason' auto / 4rem 1fr;
      align-content: start;
      column-gap: 0.6rem;
    }

    [part='image'] {
      grid-area: image;
      inline-size: 4rem;
      block-size: 4rem;
    }

    [part='item'] {
      flex-basis: calc(var(--vitrine-card-width, 12rem) + 4rem);
    }
  }
`;
