/** What the simulation needs to know about a product. */
export interface SimulatedProduct {
  readonly sku: string;
  readonly name: string;
  /** In euros. */
  readonly price: number;
  readonly categories: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}
