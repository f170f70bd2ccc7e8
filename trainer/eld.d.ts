/** The part of `eld` that the trainer uses: the package's own declaration stands where TypeScript doesn't look. */
declare module 'eld/small' {
  export const eld: {
    /** Reads about the first 350 bytes; `language` is ISO 639-1, empty if nothing was recognized. */
    detect(text: string): { readonly language: string };
  };
}
