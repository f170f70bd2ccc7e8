/** One product as a shop system exports it, ready for `vitrine import catalog`. */
export interface SourceProduct {
  /** The shop's own article number. Unique. */
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  /** In euros. */
  readonly price: number;
  /** Paths such as `Kitchen/Mugs & Tableware`. */
  readonly categories: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Units on the shelf. */
  readonly stock: number;
}
