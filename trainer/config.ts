/** The recommender's sizes and the trainer's knobs, one a line, each with the reason for its value. */
export const CONFIG = {
  /** D: int8 rows of 64 bytes; wider ones gained nothing in published comparisons of this size. */
  dim: 64,
  /** Two heads: one settles on the last event, one on the rest. */
  numHeads: 2,
  /** The feed-forward layer's usual factor of 2 at this width. */
  hiddenDim: 128,
  /** T: the encoder's cost grows with it on every page; a session seldom has more events. */
  maxEvents: 32,
  /** Width of the frozen text features: keeps 97 % of the demo texts' variance, 89 % of Online Retail's. */
  textDim: 128,

  /** Positions a step, padding included. */
  batchPositions: 2048,
  /** Sampled softmax: negatives shared by a batch; catalogs up to this size use all items. */
  numNegatives: 2048,
  /** Negatives are drawn by count to this power: between uniform and popular (Mikolov et al. 2013). */
  negativePower: 0.75,
  learningRate: 3e-3,
  /** Share of values left out of the encoder's input, and of what its two layers add. */
  dropout: 0.2,
  /** Share of training sequences told as views: a shopper's history is mostly views, orders are purchases. */
  viewShare: 0.5,
  /** Share of an item's ID deltas left out in training, so that text alone learns to place an item. */
  deltaDropout: 0.2,
  /** Passes over the data at most before the learning rate falls. */
  maxEpochs: 30,
  /** Passes without a better validation figure before the learning rate falls. */
  patience: 2,

  /** Latest share of the orders kept for validation: early stopping and the blend's weights. */
  validationShare: 0.1,
  /** At most this many validation cases, seeded choice: bounds the time that choosing takes. */
  maxValidationCases: 2000,

  /** A pair, an ID delta or a popularity ships only if at least this many customers made it. */
  minCustomers: 5,
  /** Popularity's recent list, where there is nothing to choose on: orders lose half their weight in this many days. */
  recentHalfLifeDays: 14,

  /** Row groups of a model update: × rank 4 stays under 10,000 parameters. */
  maxGroups: 2000,
  /** A model is replaced long before; a device without network falls back to the shop's list after it. */
  manifestLifetimeDays: 30,
} as const;
